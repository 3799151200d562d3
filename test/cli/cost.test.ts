import { describe, expect, test } from "vitest";
import { estimateCost } from "../../src/compile/cost.ts";
import type { BudgetPlan, Plan, ServicePlan, SloPlan } from "../../src/plan/plan.ts";
import type { RecordingRule, RuleGroup } from "../../src/plan/rules.ts";
import type { Expr } from "../../src/promql/ast.ts";
import { call, div, gt, range, rate, select, subquery, sum } from "../../src/promql/build.ts";

const recording = (record: string, expr: Expr, slo?: string): RecordingRule => ({
  kind: "recording",
  record,
  expr,
  labels: {},
  ...(slo ? { slo } : {}),
});

function costOf(
  rules: RuleGroup["rules"],
  { intervalSeconds = 60, sloIds = ["a", "b", "c"] } = {},
  budgets: readonly BudgetPlan[] = [],
) {
  const service = {
    id: "chat",
    slos: sloIds.map((id) => ({ id }) as SloPlan),
    budgets,
    guardrails: [],
    groups: [{ name: "chat", intervalSeconds, rules }],
  } as unknown as ServicePlan;
  const [cost] = estimateCost({ services: [service], stack: { scrapeIntervalSeconds: 60 } } as unknown as Plan);
  return cost;
}

const base = recording("slo:events_total:rate5m", sum(rate(select("llm_requests_total", { feature: "x" }), 300)), "a");

describe("the cost of rules", () => {
  test("an SLO's own rule records one series, and reads a sample per scrape of every raw series", () => {
    expect(costOf([base])).toMatchObject({
      recordedSeries: 1,
      recordedSamples: 0,
      raw: [{ selectors: 1, samplesPerSeries: 5 }],
      recordingRules: 1,
      alertRules: 0,
    });
  });

  test("a rule for the whole service records a series for each of its SLOs", () => {
    const hourly = recording(
      "slo:events_total:rate1h",
      call("sum_over_time", range(select("slo:events_total:rate5m", { service: "chat" }), 3600)),
    );
    expect(costOf([base, hourly])).toMatchObject({ recordedSeries: 1 + 3, recordedSamples: 60 * 3 });
    expect(costOf([base, hourly], { intervalSeconds: 15 })).toMatchObject({ recordedSamples: 240 * 3 });
  });

  test("a rule for some SLOs of a service counts those", () => {
    const selector = select("slo:events_total:rate5m", { service: "chat", slo: ["a", "c"] });
    expect(costOf([base, recording("x", gt(selector, 0))])).toMatchObject({
      recordedSeries: 1 + 2,
      recordedSamples: 2,
    });
    const single = select("slo:events_total:rate5m", { service: "chat", slo: "c" });
    expect(costOf([base, recording("x", div(single, single))])).toMatchObject({
      recordedSeries: 1 + 1,
      recordedSamples: 2,
    });
  });

  test("a subquery reads one sample a step", () => {
    const days = call(
      "sum_over_time",
      subquery(select("slo:events_total:rate5m", { service: "chat" }), 30 * 86_400, 3_600),
    );
    expect(costOf([base, recording("x", days)])).toMatchObject({ recordedSamples: 720 * 3 });
  });

  test("an alert reads and records nothing; what Prometheus writes only while alerts fire is not counted", () => {
    const annotations = { summary: "", description: "", dashboard_url: "", runbook_url: "" };
    const alert = {
      kind: "alert",
      alert: "X",
      expr: gt(select("ALERTS", { alertname: "Y" }), 0),
      labels: { category: "platform", severity: "warning", team: "t" },
      annotations,
    } as const;
    expect(costOf([alert])).toMatchObject({ alertRules: 1, recordedSeries: 0, recordedSamples: 0, raw: [] });
  });

  test("PromQL of a user's own counts by its selectors", () => {
    const own = recording(
      "slo:events_total:rate5m",
      { kind: "verbatim", text: "sum(rate(a_total[5m])) + sum(rate(b_total[5m]))" },
      "a",
    );
    expect(costOf([own])).toMatchObject({ recordedSeries: 1, raw: [{ selectors: 2, samplesPerSeries: 5 }] });
  });

  test("a rule of budgets counts those of its periods, and the calendar its zones, periods and edges", () => {
    const budgets = (["day", "week", "week"] as const).map(
      (period, index) => ({ id: `spend-${index}`, period, timeZone: "UTC" }) as BudgetPlan,
    );
    const rate = recording("slo:spend_usd:rate5m", sum(select("llm_cost_usd_total")), "spend-0");
    const weekly = recording("slo:spend_usd:increase1h", range(select(rate.record, { period: "week" }), 3_600));
    const local = recording("calendar:local_time:seconds", call("vector", call("time")));
    const edges = recording("calendar:period_edge_local:seconds", select(local.record));
    expect(costOf([rate, weekly], {}, budgets)).toMatchObject({ budgets: 3, recordedSeries: 3, recordedSamples: 120 });
    expect(costOf([local, edges], {}, budgets)).toMatchObject({ recordedSeries: 5, recordedSamples: 1 });
  });
});
