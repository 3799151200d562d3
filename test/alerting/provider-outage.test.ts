// An outage of a provider over whole rule files: which pages people would have had, and which they get.
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ruleFile, ruleFiles } from "../../src/backends/prometheus/rules.ts";
import { proofsOf } from "../../src/backends/proofs/proofs.ts";
import { testFile } from "../../src/backends/proofs/test-file.ts";
import { compile } from "../../src/compile/compile.ts";
import { language, modelOf, promtool, promtools } from "../support/model.ts";

const { availability, errorRate, service } = language;
const serviceOf = (id: string, feature: "support_chat" | "search") =>
  service(id, {
    team: "assist",
    features: [feature],
    slos: {
      errors: errorRate({ below: "1%", expectedPerHour: 600 }),
      availability: availability({ atLeast: "99.9%", expectedPerHour: 600 }),
    },
  });
const stack = {
  platform: { team: "assist", prometheus: false, alertmanager: false, collector: false, kubernetes: false },
} as const;
const plan = compile(modelOf([serviceOf("chat", "support_chat"), serviceOf("search", "search")], stack));
const files = Object.fromEntries(ruleFiles(plan).map(({ path, content }) => [path.replace(/.*\//, ""), content]));

const [onset, over, end] = [60, 90, 150];

/** Ten requests a minute of a feature; ninety more fail for half an hour. */
function requests(feature: string, fails: boolean) {
  const series = (status: string) =>
    `llm_requests_total{feature="${feature}", model="m", provider="openai", status="${status}"}`;
  const failed = fails
    ? [`0+0x${onset}`, `0+90x${over - onset}`, `${90 * (over - onset)}+0x${end - over}`]
    : [`0+0x${end}`];
  return [
    { series: series("success"), values: `0+10x${end}` },
    { series: series("error"), values: failed.join(" ") },
  ];
}

const critical = 'alertstate="firing", category="slo", severity="critical"';
const outages = `ALERTS{${critical}, alertname="LlmProviderOutage"}`;
const pages = `ALERTS{${critical}, alertname!="LlmProviderOutage"}`;
/** Pages that nothing mutes; at a single evaluation it may be that the rules about providers came first, which Alertmanager waits for. */
const heard = `${pages} unless on (service) ${outages}`;
const heardTwice = `(${heard}) and (${pages} offset 1m unless on (service) ${outages} offset 1m)`;
const ever = (expr: string) => `count(count by (service, slo) (max_over_time((${expr})[${end - 10}m:1m])))`;

interface Expected {
  readonly expr: string;
  readonly minute?: number;
  readonly count: number;
}

function testOf(inputs: readonly object[], expected: readonly Expected[]): string {
  const promql_expr_test = expected.map(({ expr, minute = end, count }) => ({
    expr,
    eval_time: `${minute}m`,
    exp_samples: count === 0 ? [] : [{ labels: "{}", value: count }],
  }));
  return stringify({
    rule_files: Object.keys(files),
    evaluation_interval: "1m",
    tests: [{ interval: "1m", input_series: inputs, promql_expr_test }],
  });
}

describe.each(promtools)("an outage of a provider ($name)", ({ path }) => {
  const sentence = it.skipIf(path === undefined);
  const verdict = (inputs: readonly object[], expected: readonly Expected[]) =>
    promtool(path ?? "", ["test", "rules", "outage.test.yaml"], {
      ...files,
      "outage.test.yaml": testOf(inputs, expected),
    });

  sentence(
    "is told once for each service, and no page of an SLO beside it, until the last that trails behind",
    async () => {
      const inputs = [...requests("support_chat", true), ...requests("search", true)];
      const expected = [
        { expr: ever(pages), count: 4 },
        { expr: ever(heardTwice), count: 0 },
        { expr: `count(${outages})`, minute: onset, count: 0 },
        { expr: `count(${outages})`, minute: onset + 5, count: 2 },
        { expr: `count(${outages})`, minute: over + 20, count: 2 },
        { expr: `count(${outages})`, count: 0 },
      ];
      expect(await verdict(inputs, expected)).toContain("SUCCESS");
    },
  );

  sentence(
    "is proven for one service of two features as for two services, whatever their arms and the environment's labels",
    async () => {
      const slos = { errors: errorRate({ below: "5%", period: "90d", arms: { medium: false } }) };
      const both = service("chat", { team: "assist", features: ["support_chat", "search"], slos });
      const alone = compile(modelOf([both], { ...stack, match: { cluster: "eu-1" } }));
      for (const of of [plan, alone]) {
        const proofs = proofsOf(of).filter(({ name }) => name.startsWith("provider-outage-"));
        expect(proofs.length).toBeGreaterThan(0);
        for (const proof of proofs) {
          const group = { name: "proof", intervalSeconds: proof.stepSeconds, rules: proof.rules };
          const output = await promtool(path ?? "", ["test", "rules", "proof.test.yaml"], {
            "proof.rules.yaml": ruleFile([group]),
            "proof.test.yaml": testFile(proof, "proof.rules.yaml"),
          });
          expect(output).toContain("SUCCESS");
        }
      }
    },
  );

  sentence("is none where one feature fails alone: its SLOs page", async () => {
    const inputs = [...requests("support_chat", true), ...requests("search", false)];
    const expected = [
      { expr: ever(heardTwice), count: 2 },
      { expr: ever(outages), count: 0 },
    ];
    expect(await verdict(inputs, expected)).toContain("SUCCESS");
  });
});
