// From what is recorded of a budget to the word that it is on course to be exceeded, and to its end: step by step, where whole periods are too coarse.
import { spendAlerts as alerts, calendarRecords, ofSlo, spendRecords as records } from "../../plan/conventions.ts";
import type { BudgetPeriod, BudgetPlan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import { select } from "../../promql/build.ts";
import { print } from "../../promql/print.ts";
import type { InputSeries, Scenario } from "./proof.ts";
import { fires } from "./queries.ts";
import { rateAt, recordedSpend, type Spending, spendLabels, spentBy } from "./spend-story.ts";
import { gaugeEvery } from "./traffic.ts";

const day = 1_440;
const minutesOf: Readonly<Record<BudgetPeriod, number>> = { day, week: 7 * day, month: 31 * day };
/** How many budgets would be spent: a fifth of one between two steps, and what is left when it stops worth two thirds of a short window. */
const pace = 1.62;

/** Too fast until 5/12 of a period that begins at 0, then nothing: it is taken back as soon as the short window tells. */
export function courseStory(budget: BudgetPlan, rules: readonly Rule[], stepMinutes: number): Scenario {
  const { service, id, usd, timeZone: tz, period } = budget;
  const minutes = minutesOf[period];
  const stop = Math.floor((minutes * 5) / 12 / stepMinutes) * stepMinutes;
  const spending: readonly Spending[] = [
    { untilMinute: stop, usdPerMinute: (pace * usd) / minutes },
    { untilMinute: minutes, usdPerMinute: 0 },
  ];
  const [long, short] = [budget.longSeconds / 60, budget.shortSeconds / 60];
  const endAt = (minute: number, window: number) =>
    spentBy(spending, minute) + (minute > 0 ? rateAt(spending, minute, window) * (minutes - minute) : 0);
  let worthTelling = 0;
  while (spentBy(spending, worthTelling) <= 0.2 * usd) worthTelling += stepMinutes;
  let over = stop;
  while (endAt(over, short) > usd) over += stepMinutes;
  // Prometheus 2 counts a sample on each end of a range, and ends a step later.
  const last = over + stepMinutes;
  const rule = rules.find((one) => one.kind === "alert" && one.alert === alerts.course);
  const said = worthTelling + (rule?.kind === "alert" ? (rule.forSeconds ?? 0) : 0) / 60;
  const gauge = (series: ReturnType<typeof select>, valueAt: (minute: number) => number): InputSeries => ({
    series: print(series),
    values: gaugeEvery(stepMinutes, last, stepMinutes * 60, valueAt),
  });
  const alert = { alertname: alerts.course, service, slo: id };
  return {
    name: "on course to exceed from a fifth of the budget on, if that stands; no longer when the short window has seen that nothing more is spent",
    inputs: [
      ...recordedSpend(budget, 0, spending, stepMinutes),
      gauge(select(calendarRecords.edge, { service, tz, period, edge: "end" }), () => minutes * 60),
      gauge(select(records.budget, spendLabels(budget)), () => usd),
      gauge(select(records.spent, spendLabels(budget)), (minute) => spentBy(spending, minute)),
      gauge(ofSlo(records.projected, budget), (minute) => endAt(minute, long)),
      gauge(ofSlo(records.used, budget), (minute) => spentBy(spending, minute) / usd),
    ],
    expects: [
      fires(alert, said - stepMinutes, false),
      fires(alert, said),
      fires(alert, over - stepMinutes),
      fires(alert, last, false),
    ],
  };
}
