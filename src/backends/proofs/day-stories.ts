// What days know of other days: yesterday, the same day last week, weekends.
import { ofSlo, spendRecords as records } from "../../plan/conventions.ts";
import type { BudgetPlan, CalendarPlan } from "../../plan/plan.ts";
import type { Expectation, Scenario } from "./proof.ts";
import { between } from "./queries.ts";
import { recordedSpend, type Spending } from "./spend-story.ts";

const day = 1_440;
const hour = 60;

/** Ten working hours a day, a third as much at weekends, from a minute of the first Monday on. */
function workingWeeks(usdPerHour: number, days: number, fromMinute: number): readonly Spending[] {
  const all = Array.from({ length: days }, (_, index): readonly Spending[] => {
    const usdPerMinute = usdPerHour / 60 / (index % 7 > 4 ? 3 : 1);
    const start = index * day;
    return [
      { untilMinute: start + 8 * hour, usdPerMinute: 0 },
      { untilMinute: start + 18 * hour, usdPerMinute },
      { untilMinute: start + day, usdPerMinute: 0 },
    ];
  }).flat();
  return all
    .map(({ untilMinute, usdPerMinute }) => ({ untilMinute: untilMinute - fromMinute, usdPerMinute }))
    .filter(({ untilMinute }) => untilMinute > 0);
}

/** How far apart the days' stories ask and evaluate: what they ask of is told from recorded spend alone. */
export const askedEveryMinutes = 2 * hour;

/**
 * In the afternoon ten hours are left of a day, but only those until 18:00 are worked. Expected: half as much again as in the hours that are known.
 * Nothing is known from before noon of the first Monday.
 */
export function historyStory(budget: BudgetPlan, calendar: CalendarPlan): Scenario {
  const monday = calendar.firsts.week.start / 60;
  const perHour = 0.06 * budget.usd;
  const noon = 12 * hour;
  /** At the first full step after so many hours of a day; `expected` from the hours on the clock then. */
  const at = (days: number, hours: number, expected: (clock: number) => number): Expectation => {
    const minute = Math.ceil((monday + days * day + hours * hour) / askedEveryMinutes) * askedEveryMinutes;
    const usd = expected((minute - monday) / hour - days * 24) * perHour;
    return between(ofSlo(records.projected, budget), usd * 0.98, usd * 1.02, minute);
  };
  const asUsual = (clock: number) => clock - 8 + (18 - clock) * 1.5;
  return {
    name: "the rest of a day is expected to be like yesterday's or last week's: not as if offices closed at midnight",
    inputs: recordedSpend(budget, monday + noon, workingWeeks(perHour, 9, noon), 5),
    expects: [
      at(0, 14, () => 24 - 12),
      at(1, 14, asUsual),
      // Yesterday was a Sunday, and of last Monday's morning nothing is known.
      at(7, 10, (clock) => clock - 8 + ((18 - clock) / 3) * 1.5),
      at(7, 14, asUsual),
    ],
  };
}

/** Weekends have an amount of their own, from midnight to midnight. */
export function weekendStory(budget: BudgetPlan, calendar: CalendarPlan): readonly Scenario[] {
  const { usd, weekendUsd: weekend = usd } = budget;
  const monday = calendar.firsts.week.start / 60;
  const at = (hours: number, expected: number) =>
    between(ofSlo(records.budget, budget), expected - 1e-6, expected + 1e-6, monday + hours * hour);
  return [
    {
      name: `${budget.title}: from midnight to midnight`,
      inputs: [],
      expects: [at(-49, usd), at(-47, weekend), at(-12, weekend), at(-1, weekend), at(1, usd), at(60, usd)],
    },
  ];
}
