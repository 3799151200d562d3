// The period ratio against the truth, on the three kinds of traffic that ratios of ratios get wrong; Sloth's shape beside it, in the same run.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import { testRules } from "../../src/cli/promtool.ts";
import { compile } from "../../src/compile/compile.ts";
import { appSource, declareMetrics, organisation } from "../../src/index.ts";
import { identityLabels, ratioRecord, records } from "../../src/plan/conventions.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import { promtools } from "../support/model.ts";

/** Points of the bad share by which a period ratio may be off. */
const tolerance = 0.005;
const objective = "99%";

interface Scenario {
  readonly name: string;
  /** `req_total` by its label `code`, one value a minute, in promtool's notation. */
  readonly good: string;
  readonly bad: string;
  /** A full hour, because the period reads the hourly second stage. */
  readonly minute: number;
  /** Bad events over all events up to that minute. */
  readonly truth: number;
  /** What Sloth's shape says of the same data, within a point: Prometheus 2 and 3 differ in it. */
  readonly sloth: number;
}

const scenarios: readonly Scenario[] = [
  {
    name: "an idle gap of 20 minutes, without a bad event before or after",
    good: "0+60x120 7200x20 7200+60x600",
    bad: "0+0x740",
    minute: 720,
    truth: 0,
    sloth: Number.NaN,
  },
  {
    name: "an error series born after 10 hours, then an hour at 50 %",
    good: "0+60x600 36030+30x60",
    bad: "_x600 0+30x60",
    minute: 660,
    truth: 1_800 / 39_600,
    sloth: 0.484,
  },
  {
    name: "a clean hour at 1,000 requests a second, then an hour at 1 a second in which all fail",
    good: "0+60000x60 3600000+0x60",
    bad: "0+0x60 0+60x60",
    minute: 120,
    truth: 3_540 / 3_603_540,
    sloth: 0.471,
  },
];

function compilePlan(): Plan {
  const language = organisation({
    source: appSource(declareMetrics({ features: ["rag_pipeline"], models: { "gpt-5": "openai" } })),
    receivers: ["chat"],
    teams: { search: { critical: "chat", warning: "chat" } },
    defaultReceiver: "chat",
  });
  const requests = language.eventRatio({
    objective,
    bad: 'sum(rate(req_total{code="500"}[$window]))',
    total: "sum(rate(req_total[$window]))",
  });
  return compile({
    environment: "",
    organisation: language,
    stack: language.stack({
      receivers: { chat: { kind: "slack", channel: "#llm" } },
      grafanaUrl: "https://grafana.example.com",
      runbooksUrl: "https://git.example.com/runbooks",
      heartbeat: "none: nobody listens to an example",
    }),
    services: [language.service("web", { team: "search", features: ["rag_pipeline"], slos: { requests } })],
  });
}

/** Sloth's rules for 5m and 30d (https://github.com/slok/sloth): a ratio is recorded, and its samples are averaged. */
const slothRatio = "sloth:sli_error:ratio_rate5m";
const slothPeriod = "sloth:sli_error:ratio_rate30d";
const slothRules = {
  groups: [
    {
      name: "sloth",
      rules: [
        { record: slothRatio, expr: 'sum(rate(req_total{code="500"}[5m])) / sum(rate(req_total[5m]))' },
        { record: slothPeriod, expr: `sum_over_time(${slothRatio}[30d]) / count_over_time(${slothRatio}[30d])` },
      ],
    },
  ],
};

const day = 86_400;
const periodRatio = ratioRecord(30 * day);
const on = `on (${identityLabels.join(", ")})`;
/** The same share, worked out from what is left of the budget. */
const spentShare = `((1 - ${records.budgetRemaining}) * ${on} ${records.budget})`;

/** The compiled rules that the period's ratio and its budget are made of. */
function periodRules(): string {
  const { total, bad, totalHourly, badHourly, objective: target, budget, budgetRemaining } = records;
  const wanted: readonly string[] = [total, bad, totalHourly, badHourly, periodRatio, target, budget, budgetRemaining];
  const groups = compilePlan().services.flatMap((service) => service.groups);
  const isWanted = (rule: Rule) => rule.kind === "recording" && wanted.includes(rule.record);
  return ruleFile(groups.map((group) => ({ ...group, rules: group.rules.filter(isWanted) })));
}

/** There is one value, and none that is further from the expected one; if there is, promtool prints it. */
function near(expr: string, expected: number, within: number) {
  const isNear = Number.isNaN(expected) ? `${expr} != ${expr}` : `abs(${expr} - ${expected}) < ${within}`;
  return [
    { expr: `count(${expr})`, exp_samples: [{ labels: "{}", value: 1 }] },
    { expr: `${expr} unless (${isNear})`, exp_samples: [] },
  ];
}

function testFile({ name, good, bad, minute, truth, sloth }: Scenario): string {
  const checks = [
    ...near(periodRatio, truth, tolerance),
    ...near(spentShare, truth, tolerance),
    ...near(slothPeriod, sloth, 0.01),
  ];
  const test = {
    name,
    interval: "1m",
    input_series: [
      { series: 'req_total{code="200"}', values: good },
      { series: 'req_total{code="500"}', values: bad },
    ],
    promql_expr_test: checks.map((check) => ({ ...check, eval_time: `${minute}m` })),
  };
  return stringify(
    { rule_files: ["ours.yaml", "sloth.yaml"], evaluation_interval: "1m", tests: [test] },
    { lineWidth: 0 },
  );
}

describe.each(promtools)("the period ratio, $name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "llm-slo-accuracy-"));
    await writeFile(join(folder, "ours.yaml"), periodRules());
    await writeFile(join(folder, "sloth.yaml"), stringify(slothRules));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(scenarios)("is within half a point of the truth after $name", async (scenario) => {
    const file = `${scenario.minute}.test.yaml`;
    await writeFile(join(folder, file), testFile(scenario));
    const { passed, output } = await testRules(path, folder, file);
    expect(passed, output).toBe(true);
  });
});
