// What two pods count is seen in full, and what isn't seen is said.
import { ofSlo, spendRecords as records, spendAlerts } from "../../plan/conventions.ts";
import type { BudgetPlan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import type { SeriesExample } from "../../plan/series-example.ts";
import { alertText } from "./alert-text.ts";
import { seriesText } from "./inputs.ts";
import type { InputSeries, Scenario } from "./proof.ts";
import { absent, between, fires, neverFired } from "./queries.ts";

/** Values of a counter that grows by `each` at each scrape, for some minutes. */
type Grow = (from: number, minutes: number, each: number) => string;

const ofPod = ({ metric, labels }: SeriesExample, instance: string) =>
  seriesText({ metric, labels: { ...labels, instance } });

/** The stories of one budget's counters. */
export function blindStories(budget: BudgetPlan, rules: readonly Rule[], scrapeSeconds: number): readonly Scenario[] {
  const steps = (minutes: number) => Math.round((minutes * 60) / scrapeSeconds);
  const grow: Grow = (from, minutes, each) => `${from}+${each}x${steps(minutes) - 1}`;
  const missing = (minutes: number) => `_x${steps(minutes)}`;
  const { spent, unpriced } = budget.examples;
  const blind = { alertname: spendAlerts.blind, service: budget.service, slo: budget.id };
  const said = alertText(rules, spendAlerts.blind, { service: budget.service, slo: budget.id });
  const rate = ofSlo(records.rate, budget);
  const [stage, stageMinutes] = budget.period === "day" ? [records.increase, 5] : [records.increaseHourly, 60];
  const perMinute = (each: number) => (each * 60) / scrapeSeconds;
  const free: readonly InputSeries[] = unpriced
    ? [
        { series: seriesText(unpriced.counted), values: grow(0, 400, 0) },
        { series: seriesText(unpriced.request), values: grow(0, 400, 1) },
      ]
    : [];
  const two: Scenario = {
    name: "two pods, one of which restarts: all spend is seen; when it stops, that is seen after five minutes",
    inputs: [
      { series: ofPod(spent, "a"), values: `${grow(7, 75, 2)} ${grow(1, 75, 2)} ${grow(151, 20, 0)}` },
      { series: ofPod(spent, "b"), values: `${grow(0, 150, 1)} ${grow(steps(150) - 1, 20, 0)}` },
      ...free,
    ],
    expects: [
      between(rate, (perMinute(3) / 60) * 0.99, (perMinute(3) / 60) * 1.01, 145),
      between(ofSlo(stage, budget), perMinute(3) * stageMinutes * 0.98, perMinute(3) * stageMinutes * 1.02, 145),
      between(rate, perMinute(3) / 240, perMinute(3) / 80, 152),
      between(rate, -1e-9, 1e-9, 157),
      neverFired(blind, 165),
    ],
  };
  const idle: Scenario = {
    name: "idle: counters stand still for two hours, which is thrift and not blindness",
    inputs: [{ series: seriesText(spent), values: grow(5, 125, 0) }, ...free],
    expects: [between(rate, -1e-9, 1e-9, 120), between(ofSlo(stage, budget), -1e-9, 1e-9, 120), neverFired(blind, 124)],
  };
  const gap: Scenario = {
    name: "scrapes fail for 13 minutes: blind until the hour is complete again",
    inputs: [
      { series: seriesText(spent), values: `${grow(0, 130, 1)} ${missing(12)} ${grow(steps(142), 140, 1)}` },
      ...free,
    ],
    expects: [
      fires(blind, 129, false),
      fires(blind, 150),
      fires(blind, 170),
      fires(blind, 188),
      fires(blind, 215, false),
    ],
    alerts: [{ minute: 175, alert: spendAlerts.blind, firing: said }],
  };
  const never: Scenario = {
    name: "no cost is counted at all: blind after five minutes",
    inputs: free,
    expects: [absent(rate, 10), fires(blind, 3, false), fires(blind, 8)],
  };
  return [two, idle, gap, never, ...unpricedStory(budget, grow, steps, blind)];
}

/** A few requests always lack a price. The share is that of an hour: 4 % for long, then 6 % of twice as many requests, then none. */
function unpricedStory(
  { examples }: BudgetPlan,
  grow: Grow,
  steps: (minutes: number) => number,
  blind: Readonly<Record<string, string>>,
): readonly Scenario[] {
  const { spent, unpriced } = examples;
  if (!unpriced) return [];
  const few = steps(100) - 1;
  const many = few + 3 * steps(70);
  return [
    {
      name: "1 in 25 requests without a price is no blindness; with 3 in 50 an hour's share passes 5 % after 20 minutes",
      inputs: [
        { series: seriesText(spent), values: grow(0, 210, 1) },
        {
          series: seriesText(unpriced.request),
          values: `${grow(0, 100, 25)} ${grow(25 * steps(100) + 25, 110, 50)}`,
        },
        {
          series: seriesText(unpriced.counted),
          values: `${grow(0, 100, 1)} ${grow(few + 3, 70, 3)} ${grow(many, 40, 0)}`,
        },
      ],
      expects: [
        fires(blind, 95, false),
        fires(blind, 123, false),
        fires(blind, 127),
        fires(blind, 176),
        fires(blind, 185, false),
      ],
    },
  ];
}
