import { readPlans } from "../src/cli/plans.ts";
import { runDrill } from "./drill.ts";
import { type FaultName, faults } from "./faults.ts";
import { findInstallations } from "./find-tools.ts";
import { type IncidentName, incidents } from "./incidents.ts";

const [incident = "errors", fault, version] = process.argv.slice(2);
const { plans } = await readPlans("slos");
const t0 = Date.now();
const say = (s: string) => console.log(`${((Date.now() - t0) / 1000).toFixed(1).padStart(6)} ${s}`);
const all = await findInstallations();
const tools = version ? all.filter((t) => t.prometheus.version.startsWith(version)) : all.slice(0, 1);
let last = 0;
const ac = new AbortController();
process.once("SIGINT", () => ac.abort());
const v = await runDrill({
  plan: plans[0]!,
  incident: incidents[incident as IncidentName],
  ...(fault && fault !== "-" ? { fault: faults[fault as FaultName] } : {}),
  tools,
  signal: ac.signal,
  listener: {
    phase: say,
    sight: (s, i) =>
      say(
        `${i.tools.prometheus.version} ` +
          (s.kind === "alert"
            ? `${s.state} ${s.labels.alertname} ${s.labels.service}/${s.labels.slo ?? ""} ${s.labels.arm ?? ""} ${s.labels.severity}`
            : `  -> ${s.delivery.receiver}: ${s.delivery.status} ${s.delivery.labels.alertname} ${s.delivery.labels.service}/${s.delivery.labels.slo} ${s.delivery.labels.arm}`),
      ),
    burn: (b) => {
      if (Date.now() - last > 3000) {
        last = Date.now();
        say(`burn ${b.slo.service}/${b.slo.id} ${b.rate.toFixed(2)} of ${b.arm.burnRate}`);
      }
    },
  },
});
for (const { tools: _, ...x } of v) console.log(JSON.stringify(x, null, 1));
