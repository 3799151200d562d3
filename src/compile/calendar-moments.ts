// What clocks must show at some instants, counted hour by hour from a table of transitions: independent of the PromQL that is to be proven.
import type { BudgetPeriod, CalendarMoment, CalendarPlan } from "../plan/plan.ts";
import type { TimeZoneTable } from "./time-zone-table.ts";

const day = 86_400;
const hour = 3_600;
/** Offsets and transitions of all zones are multiples of it. */
const quarter = hour / 4;

export function localSecondsAt({ offsetSeconds, transitions }: TimeZoneTable, atSeconds: number): number {
  const last = transitions.findLast((transition) => transition.atSeconds <= atSeconds);
  return atSeconds + (last?.offsetSeconds ?? offsetSeconds);
}

/** The same number for all local times of one period. */
function numberOf(period: BudgetPeriod, localSeconds: number): number {
  const days = Math.floor(localSeconds / day);
  if (period === "day") return days;
  // Weeks begin on Mondays, and 1970-01-01 was a Thursday.
  if (period === "week") return Math.floor((days + 3) / 7);
  const date = new Date(localSeconds * 1_000);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** The instants at which the period around an instant begins and ends, found by looking at the clock every quarter of an hour. */
function periodAround(table: TimeZoneTable, period: BudgetPeriod, atSeconds: number) {
  const numberAt = (at: number) => numberOf(period, localSecondsAt(table, at));
  const number = numberAt(atSeconds);
  let start = Math.floor(atSeconds / quarter) * quarter;
  while (numberAt(start - quarter) === number) start -= quarter;
  let end = Math.ceil((atSeconds + 1) / quarter) * quarter;
  while (numberAt(end) === number) end += quarter;
  return { start, end };
}

/** The first day, week and month that begin after 1970-01-01 UTC, a Thursday. */
export function firstPeriods(table: TimeZoneTable): CalendarPlan["firsts"] {
  const first = (period: BudgetPeriod) => {
    const current = periodAround(table, period, 0);
    return current.start >= 0 ? current : periodAround(table, period, current.end);
  };
  return { day: first("day"), week: first("week"), month: first("month") };
}

/** Times of day that tell early from late in zones on both sides of UTC, in the first two weeks; all of them multiples of three hours. */
const usual = [1, 2, 3, 4, 5, 6, 7, 9, 12].map((days, index) => days * day + ((index * 9) % 24) * hour);
/** Around the month's end. */
const monthEnd = [30 * day + 9 * hour, 31 * day + 15 * hour];

/** When proofs ask: at usual times, and at the full hours before and after the transitions of the first month. */
export function calendarMoments(table: TimeZoneTable, periods: readonly BudgetPeriod[]): readonly CalendarMoment[] {
  const early = table.transitions.map(({ atSeconds }) => atSeconds).filter((at) => at > day && at < 30 * day);
  const around = early.flatMap((at) => [Math.ceil(at / hour - 1) * hour, Math.ceil(at / hour) * hour]);
  const times = new Set([...usual, ...(periods.includes("month") ? monthEnd : []), ...around]);
  return [...times]
    .sort((a, b) => a - b)
    .map((atSeconds) => ({
      atSeconds,
      localSeconds: localSecondsAt(table, atSeconds),
      periods: Object.fromEntries(periods.map((period) => [period, periodAround(table, period, atSeconds)])),
    }));
}
