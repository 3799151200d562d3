// The fire drill itself, on every version of Prometheus and Alertmanager there is: seven incidents, four faults in the middle of one.
import { resolve } from "node:path";
import pLimit from "p-limit";
import { describe, expect, it } from "vitest";
import { type InstallationVerdict, type Listener, runDrill } from "../../drill/drill.ts";
import { type Fault, faults } from "../../drill/faults.ts";
import { findInstallations } from "../../drill/find-tools.ts";
import { type Incident, incidents } from "../../drill/incidents.ts";
import { readPlans } from "../../src/cli/plans.ts";
import type { Plan } from "../../src/plan/plan.ts";

const tools = await findInstallations();
const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));
const [plan] = plans as readonly [Plan];

/** Drills mostly wait: one takes two fifths of a core. */
const limit = pLimit(3);
const attempts = 3;
const timeout = 1_800_000;
/** The longest are among the last. They begin early, so that none is left to run alone. */
const longestFirst = Object.entries(incidents).toReversed();

const versions = tools.map(
  ({ prometheus, alertmanager }) => `Prometheus ${prometheus.version} with Alertmanager ${alertmanager.version}`,
);
const places = versions.length > 0 ? versions.join(", ") : "skipped: no prometheus and alertmanager in .tools or PATH";

// A vitest that is interrupted leaves busy workers behind, which would go on drilling.
process.once("disconnect", () => process.exit());

/** What a drill told, for the message of a test that fails. */
function recorder(): { readonly lines: string[]; readonly listener: Listener } {
  const lines: string[] = [];
  const began = Date.now();
  const note = (text: string) => lines.push(`${((Date.now() - began) / 1_000).toFixed(1)} s ${text}`);
  const listener: Listener = {
    phase: note,
    burn() {},
    sight(sight, _clock, { tools: { prometheus } }) {
      const labels = sight.kind === "alert" ? sight.labels : sight.delivery.labels;
      const what = sight.kind === "alert" ? sight.state : `${sight.delivery.receiver} hears ${sight.delivery.status}`;
      note(`${prometheus.version} ${what} ${Object.values(labels).join(" ")}`);
    },
  };
  return { lines, listener };
}

/** Runs a drill on all installations at once. One for which the machine was too slow says nothing, and is run again. */
async function drill(incident: Incident, fault?: Fault) {
  for (let attempt = 1; ; attempt++) {
    const { lines, listener } = recorder();
    const { signal } = new AbortController();
    const verdicts = await runDrill({ plan, incident, tools, listener, signal, ...(fault ? { fault } : {}) });
    const isWorthless = verdicts.some(({ problems, slowness }) => problems.length > 0 && slowness.length > 0);
    if (!isWorthless || attempt === attempts) return { verdicts, lines };
    const found = new Set(verdicts.flatMap(({ slowness, problems }) => [...slowness, ...problems]));
    console.warn(`Once more, since this machine was too slow for a drill: ${[...found].join("; ")}`);
  }
}

function expectPassed(verdicts: readonly InstallationVerdict[], incident: Incident, lines: readonly string[]): void {
  expect(verdicts.map((verdict) => verdict.tools)).toEqual(tools);
  for (const { told, problems, slowness } of verdicts) {
    expect(problems, [...slowness, ...lines].join("\n")).toEqual([]);
    const heard = new Set(told.map(({ alert, service }) => `${alert} ${service}`));
    expect(heard).toEqual(new Set(incident.expected.map(({ alert, service }) => `${alert} ${service}`)));
  }
}

describe.concurrent(`a drill (${places})`, () => {
  const test = it.skipIf(tools.length === 0);

  test.each(longestFirst)(
    "tells of %s to the right receivers and no others, and that it is over",
    (_, incident) =>
      limit(async () => {
        const { verdicts, lines } = await drill(incident);
        expectPassed(verdicts, incident, lines);
      }),
    timeout,
  );

  test.each(Object.entries(faults))(
    "comes to the same verdict with %s in the middle of it",
    (_, fault) =>
      limit(async () => {
        const { verdicts, lines } = await drill(incidents.errors, fault);
        expectPassed(verdicts, incidents.errors, lines);
      }),
    timeout,
  );
});
