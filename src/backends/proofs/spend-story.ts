// Spend over a calendar period as stretches of a steady rate: what the recorded series show of it, and what it adds up to.
import { spendRecords } from "../../plan/conventions.ts";
import type { BudgetPlan } from "../../plan/plan.ts";
import { select } from "../../promql/build.ts";
import { print, printNumber } from "../../promql/print.ts";
import type { InputSeries } from "./proof.ts";

/** Until this minute after the beginning, so much is spent per minute. */
export interface Spending {
  readonly untilMinute: number;
  readonly usdPerMinute: number;
}

/** The labels of a budget's own series. */
export function spendLabels({ service, id, timeZone, period }: BudgetPlan) {
  return { service, slo: id, tz: timeZone, period };
}

/** USD spent until a minute. */
export function spentBy(spending: readonly Spending[], minute: number): number {
  let from = 0;
  let usd = 0;
  for (const { untilMinute, usdPerMinute } of spending) {
    usd += Math.max(0, Math.min(untilMinute, minute) - from) * usdPerMinute;
    from = untilMinute;
  }
  return usd;
}

/** USD per minute over a window that ends at a minute; what was before the beginning isn't known. */
export function rateAt(spending: readonly Spending[], minute: number, windowMinutes: number): number {
  const from = Math.max(0, minute - windowMinutes);
  return (spentBy(spending, minute) - spentBy(spending, from)) / (minute - from);
}

/** What is recorded of it, from `startMinute` on: nothing before. A sample tells of the step that ends with it. */
export function recordedSpend(
  budget: BudgetPlan,
  startMinute: number,
  spending: readonly Spending[],
  stepMinutes: number,
): readonly InputSeries[] {
  const values = (perMinute: number) => {
    let from = 0;
    const parts = spending.map(({ untilMinute, usdPerMinute }, index) => {
      const samples = Math.round((untilMinute - from) / stepMinutes) + (index === 0 ? 1 : 0);
      from = untilMinute;
      return `${printNumber(usdPerMinute * perMinute)}+0x${samples - 1}`;
    });
    return [...(startMinute > 0 ? [`_x${Math.round(startMinute / stepMinutes)}`] : []), ...parts].join(" ");
  };
  const series = (record: string) => print(select(record, spendLabels(budget)));
  if (budget.period !== "day") return [{ series: series(spendRecords.increaseHourly), values: values(60) }];
  return [
    { series: series(spendRecords.rate), values: values(1 / 60) },
    { series: series(spendRecords.increase), values: values(5) },
  ];
}
