// When the example's samples were taken. It always ends at the same moment, so that every run has the same data.

/** A Wednesday afternoon in Berlin, in seconds since 1970-01-01 UTC. */
export const now = Date.UTC(2026, 5, 17, 14) / 1000;

const day = 86_400;

/** A stretch of history, its ends included, and the seconds between samples. */
export interface Era {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** The last day and a half, sampled as often as the stack scrapes. */
export const recent: Era = { start: now - 1.5 * day, end: now, step: 60 };
/** What came before, sampled seldom: enough for budgets, whose windows are long. */
export const past: Era = { start: now - 30 * day, end: recent.start - 600, step: 600 };

export const timesOf = ({ start, end, step }: Era): readonly number[] =>
  Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);

export const times: readonly number[] = [...timesOf(past), ...timesOf(recent)];
export const firstRecent = times.indexOf(recent.start);

/** Local hours since midnight in Berlin, whose summer time June is in. */
const localHour = (time: number) => (time / 3_600 + 2) % 24;
const isWeekend = (time: number) => [0, 6].includes(new Date((time + 7_200) * 1000).getUTCDay());

const bell = (hour: number, at: number, width: number) => Math.exp(-(((hour - at) / width) ** 2));

/** How busy the users are, 1 on average over a week: quiet nights, a dip at noon, quiet weekends. */
export function activity(time: number): number {
  const hour = localHour(time);
  const weekday = 0.22 + 1.9 * bell(hour, 10.5, 2.6) + 1.8 * bell(hour, 15.5, 3.2) + 0.25 * bell(hour, 20.5, 2);
  return isWeekend(time) ? 0.35 * weekday : 1.35 * weekday;
}
