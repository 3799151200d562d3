// The proofs of a budget: what its counter says, what the calendar makes of it, and when its alerts fire and end.
import { spendAlerts as alerts, calendarRecords, spendRecords as records } from "../../plan/conventions.ts";
import type { BudgetPlan, CalendarPlan, Rule, ServicePlan } from "../../plan/plan.ts";
import { blindStories } from "./blind-stories.ts";
import { calendarStory } from "./calendar-story.ts";
import { historyStory, weekendStory } from "./day-stories.ts";
import { periodStories } from "./period-stories.ts";
import type { Proof, Scenario } from "./proof.ts";
import { named, rulesOf } from "./slice.ts";

const calendarNames = Object.values(calendarRecords);
const { rate, increase, increaseHourly, budget: amount, spent, used, projected, exhaustedIn } = records;
const minute = 60;
const hour = 3_600;

/** The series that the apps expose, to what is recorded of them, minute by minute. */
function seenProof(service: ServicePlan, budget: BudgetPlan, rules: readonly Rule[], scrapeSeconds: number): Proof {
  const stage = budget.period === "day" ? increase : increaseHourly;
  const slice = named(rules, [rate, stage, amount, alerts.blind]);
  return {
    service: service.id,
    name: `${budget.id}.seen`,
    stepSeconds: scrapeSeconds,
    inputSeconds: scrapeSeconds,
    rules: slice,
    scenarios: blindStories(budget, slice, scrapeSeconds),
  };
}

/** What is recorded, over a whole period. */
function periodProof(service: ServicePlan, budget: BudgetPlan, rules: readonly Rule[], calendar: CalendarPlan): Proof {
  const slice = named(rules, [
    ...calendarNames,
    amount,
    spent,
    projected,
    used,
    exhaustedIn,
    alerts.used,
    alerts.course,
    alerts.pace,
    alerts.exhausted,
  ]);
  // Spend is recorded every five minutes of a day; that rules are evaluated more rarely changes nothing of what they say.
  const [inputSeconds, stepSeconds] = budget.period === "day" ? [5 * minute, 15 * minute] : [hour, hour];
  return {
    service: service.id,
    name: `${budget.id}.period`,
    stepSeconds,
    inputSeconds,
    rules: slice,
    scenarios: periodStories(budget, slice, calendar, stepSeconds / minute, inputSeconds / minute),
  };
}

/** Yesterday, last week and weekends, at long steps. */
function daysProof(
  service: ServicePlan,
  budget: BudgetPlan,
  rules: readonly Rule[],
  calendar: CalendarPlan,
): readonly Proof[] {
  if (budget.period !== "day") return [];
  const scenarios: readonly Scenario[] = [historyStory(budget, calendar), ...weekendStory(budget, calendar)];
  return [
    {
      service: service.id,
      name: `${budget.id}.days`,
      stepSeconds: hour,
      inputSeconds: 5 * minute,
      rules: named(rules, [...calendarNames, amount, spent, projected]),
      scenarios,
    },
  ];
}

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** The proofs of a service's calendars, evaluated no more often than it takes to meet each of their moments. */
export function calendarProofs(service: ServicePlan): readonly Proof[] {
  if (service.calendars.length === 0) return [];
  const [main] = service.groups;
  const moments = service.calendars.flatMap((calendar) => calendar.moments.map(({ atSeconds }) => atSeconds));
  const stepSeconds = moments.reduce(commonDivisor);
  return [
    {
      service: service.id,
      name: "calendar",
      stepSeconds,
      inputSeconds: stepSeconds,
      rules: named(main?.rules ?? [], calendarNames),
      scenarios: service.calendars.map((calendar) => calendarStory(service, calendar)),
    },
  ];
}

/** All proofs of one budget. */
export function budgetProofs(service: ServicePlan, budget: BudgetPlan, scrapeSeconds: number): readonly Proof[] {
  const calendar = service.calendars.find(({ timeZone }) => timeZone === budget.timeZone);
  if (!calendar) throw new Error(`no calendar of ${budget.timeZone}`);
  const rules = rulesOf(service, budget);
  return [
    seenProof(service, budget, rules, scrapeSeconds),
    periodProof(service, budget, rules, calendar),
    ...daysProof(service, budget, rules, calendar),
  ];
}
