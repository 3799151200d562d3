// A time zone to the table of its changes between summer and winter time, as Intl knows them.

/** From `atSeconds` on, clocks are `offsetSeconds` ahead of UTC. */
export interface Transition {
  readonly atSeconds: number;
  readonly offsetSeconds: number;
}

export interface TimeZoneTable {
  readonly name: string;
  /** The offset before the first transition. */
  readonly offsetSeconds: number;
  /** Earliest first. */
  readonly transitions: readonly Transition[];
  /** The last year of the table, where the zone has transitions. */
  readonly knownUntil?: number;
}

/** The years whose transitions are written into rules: fixed, so that the same slos/ give the same bytes on any day. */
const years = { first: 2025, last: 2040 } as const;
const day = 86_400;

function offsetReader(name: string): (seconds: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  return (seconds) => {
    const text = format.formatToParts(seconds * 1_000).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /([+-])(\d+):(\d+)/.exec(text) ?? [];
    return (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60 * (sign === "-" ? -1 : 1);
  };
}

/** The first second at which the offset is no longer what it is at `from`. */
function changeBetween(from: number, to: number, offsetAt: (seconds: number) => number): number {
  const before = offsetAt(from);
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function read(name: string): TimeZoneTable {
  const offsetAt = offsetReader(name);
  const [first, end] = [years.first, years.last + 1].map((year) => Date.UTC(year, 0, 1) / 1_000) as [number, number];
  const transitions: Transition[] = [];
  // No zone changes its clocks twice within five days.
  const step = 5 * day;
  let known = offsetAt(first);
  for (let at = first; at < end; at += step) {
    const offsetSeconds = offsetAt(Math.min(at + step, end));
    if (offsetSeconds === known) continue;
    transitions.push({ atSeconds: changeBetween(at, Math.min(at + step, end), offsetAt), offsetSeconds });
    known = offsetSeconds;
  }
  return {
    name,
    offsetSeconds: offsetAt(first),
    transitions,
    ...(transitions.length > 0 ? { knownUntil: years.last } : {}),
  };
}

const tables = new Map<string, TimeZoneTable>();

/** The table of an IANA time zone. */
export function timeZoneTable(name: string): TimeZoneTable {
  const table = tables.get(name) ?? read(name);
  tables.set(name, table);
  return table;
}
