// What days know of other days: yesterday, the same day last week, weekends.
import { ofSlo, spendRecords as records } from "../../plan/conventions.ts";
import type { BudgetPlan, CalendarPlan } from "../../plan/plan.ts";
import type { Scenario } from "./proof.ts";
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

/**
 * At 14:00 six working hours are over and four will follow, but ten are left of the day. Expected: half as much again as in the four hours
 * that are known. Nothing is known from before noon of the first Monday.
 */
export function historyStory(budget: BudgetPlan, calendar: CalendarPlan): Scenario {
  const monday = calendar.firsts.week.start / 60;
  const perHour = 0.06 * budget.usd;
  const noon = 12 * hour;
  const at = (days: number, hours: number, expected: number) =>
    between(ofSlo(records.projected, budget), expected * 0.98, expected * 1.02, monday + days * day + hours * hour);
  return {
    name: "the rest of a day is expected to be like yesterday's or last week's: not as if offices closed at midnight",
    inputs: recordedSpend(budget, monday + noon, workingWeeks(perHour, 9, noon), 5),
    expects: [
      at(0, 14, (2 + 10) * perHour),
      at(1, 14, (6 + 4 * 1.5) * perHour),
      // Yesterday was a Sunday, and of last Monday's morning nothing is known.
      at(7, 10, (2 + (8 / 3) * 1.5) * perHour),
      at(7, 14, (6 + 4 * 1.5) * perHour),
    ],
  };
}

/** Weekends have an amount of their own, from midnight to midnight. */
export function weekendStory(budget: BudgetPlan, calendar: CalendarPlan): readonly Scenario[] {
  const { weekendUsd, usd } = budget;
  const monday = calendar.firsts.week.start / 60;
  const at = (hours: number, expected: number) =>
    between(ofSlo(records.budget, budget), expected - 1e-6, expected + 1e-6, monday + hours * hour);
  const weekend = weekendUsd ?? usd;
  return [
    {
      name: `${budget.title}: from midnight to midnight`,
      inputs: [],
      expects: [at(-49, usd), at(-47, weekend), at(-12, weekend), at(-1, weekend), at(1, usd), at(60, usd)],
    },
  ];
}
