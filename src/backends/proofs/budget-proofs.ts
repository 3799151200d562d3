// The proofs of a budget: what its counter says, what the calendar makes of it, and when its alerts fire and end.
import { spendAlerts as alerts, calendarRecords, spendRecords as records } from "../../plan/conventions.ts";
import type { BudgetPlan, CalendarPlan, ServicePlan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import { blindStories } from "./blind-stories.ts";
import { calendarStory } from "./calendar-story.ts";
import { courseStory } from "./course-story.ts";
import { askedEveryMinutes, historyStory, weekendStory } from "./day-stories.ts";
import { periodStories } from "./period-stories.ts";
import type { Proof } from "./proof.ts";
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
  // What rules say of recorded spend doesn't depend on how often they are evaluated.
  const [inputSeconds, stepSeconds] = budget.period === "day" ? [5 * minute, 30 * minute] : [hour, 4 * hour];
  return {
    service: service.id,
    name: `${budget.id}.period`,
    stepSeconds,
    inputSeconds,
    rules: slice,
    scenarios: periodStories(budget, slice, calendar, stepSeconds / minute, inputSeconds / minute),
  };
}

/** Its projection, on recorded spend and sums. */
function courseProof(service: ServicePlan, budget: BudgetPlan, rules: readonly Rule[]): Proof {
  const stepSeconds = budget.period === "day" ? 5 * minute : hour;
  const slice = named(rules, [alerts.course]);
  return {
    service: service.id,
    name: `${budget.id}.course`,
    stepSeconds,
    inputSeconds: stepSeconds,
    rules: slice,
    scenarios: [courseStory(budget, slice, stepSeconds / minute)],
  };
}

/** Yesterday and last week. */
function daysProof(service: ServicePlan, budget: BudgetPlan, rules: readonly Rule[], calendar: CalendarPlan): Proof {
  return {
    service: service.id,
    name: `${budget.id}.days`,
    stepSeconds: askedEveryMinutes * minute,
    inputSeconds: 5 * minute,
    rules: named(rules, [...calendarNames, amount, spent, projected]),
    scenarios: [historyStory(budget, calendar)],
  };
}

/** Weekends, whose edges are full hours in most time zones. */
function weekendProof(service: ServicePlan, budget: BudgetPlan, rules: readonly Rule[], calendar: CalendarPlan): Proof {
  const stepSeconds = commonDivisor(hour, calendar.firsts.week.start);
  return {
    service: service.id,
    name: `${budget.id}.weekend`,
    stepSeconds,
    inputSeconds: stepSeconds,
    rules: named(rules, [...calendarNames, amount]),
    scenarios: weekendStory(budget, calendar),
  };
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
    courseProof(service, budget, rules),
    ...(budget.period === "day" ? [daysProof(service, budget, rules, calendar)] : []),
    ...(budget.weekendUsd === undefined ? [] : [weekendProof(service, budget, rules, calendar)]),
  ];
}
