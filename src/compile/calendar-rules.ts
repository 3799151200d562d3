// Time zones to rules that know the local time, and when the calendar's days, weeks and months begin and end.
import { ofService, calendarRecords as records } from "../plan/conventions.ts";
import type { BudgetPeriod } from "../plan/plan.ts";
import type { RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import { add, asNumber, call, gte, labelWhere, mod, mul, or, seconds, sub } from "../promql/build.ts";
import type { TimeZoneTable, Transition } from "./time-zone-table.ts";

const day = 86_400;

/** How an offset changes, and from when on. */
interface Change {
  readonly from: number;
  readonly by: number;
}

function changesOf({ offsetSeconds, transitions }: TimeZoneTable, from: (at: Transition, before: number) => number) {
  return transitions.map((transition, index): Change => {
    const before = transitions[index - 1]?.offsetSeconds ?? offsetSeconds;
    return { from: from(transition, before), by: transition.offsetSeconds - before };
  });
}

/**
 * The first local midnight that is told from UTC by the new offset. Where clocks go back over midnight a day has two of them: the first
 * begins it, and that one still has the old offset.
 */
function firstMidnight({ atSeconds, offsetSeconds }: Transition, before: number): number {
  const midnight = Math.ceil((atSeconds + offsetSeconds) / day) * day;
  return midnight - before < atSeconds ? midnight + day : midnight;
}

const plus = (expr: Expr, by: number): Expr =>
  by < 0 ? sub(expr, seconds(-by)) : by > 0 ? add(expr, seconds(by)) : expr;

/** `to` and the offset that holds at `at`, a time by which the changes are known. `sign` says whether it is added or taken off. */
function shifted(to: Expr, at: Expr, table: TimeZoneTable, changes: readonly Change[], sign: 1 | -1): Expr {
  return changes.reduce(
    (sum: Expr, { from, by }) => {
      const change = mul(seconds(Math.abs(by)), asNumber(gte(at, seconds(from))));
      return by * sign < 0 ? sub(sum, change) : add(sum, change);
    },
    plus(to, sign * table.offsetSeconds),
  );
}

/** What a clock shows now. */
function localTimeRule(service: string, table: TimeZoneTable): RecordingRule {
  const now = call("time");
  const changes = changesOf(table, ({ atSeconds }) => atSeconds);
  return {
    kind: "recording",
    record: records.localTime,
    expr: call("vector", shifted(now, now, table, changes, 1)),
    labels: { service, tz: table.name },
  };
}

/** When a period began and ends, on the local clock. */
function localEdges(service: string): Readonly<Record<BudgetPeriod, { readonly start: Expr; readonly end: Expr }>> {
  const now = ofService(records.localTime, service);
  const today = sub(now, mod(now, seconds(day)));
  const monday = sub(today, mul(mod(add(call("day_of_week", now), 6), 7), seconds(day)));
  const first = sub(today, mul(sub(call("day_of_month", now), 1), seconds(day)));
  return {
    day: { start: today, end: add(today, seconds(day)) },
    week: { start: monday, end: add(monday, seconds(7 * day)) },
    month: { start: first, end: add(first, mul(call("days_in_month", now), seconds(day))) },
  };
}

function localEdgeRule(service: string, periods: readonly BudgetPeriod[]): RecordingRule {
  const all = localEdges(service);
  const edges = periods.flatMap((period): readonly Expr[] =>
    (["start", "end"] as const).map((edge) => {
      const named = labelWhere(all[period][edge], "period", period, "service", ".*");
      return labelWhere(named, "edge", edge, "service", ".*");
    }),
  );
  return {
    kind: "recording",
    record: records.localEdge,
    expr: edges.reduce((left, right) => or(left, right)),
    labels: {},
  };
}

/** The same as instants: each midnight by the offset that it has itself, whatever holds now. */
function edgeRule(service: string, tables: readonly TimeZoneTable[]): RecordingRule {
  const edges = tables.map((table) => {
    const local = ofService(records.localEdge, service, { tz: table.name });
    return shifted(local, local, table, changesOf(table, firstMidnight), -1);
  });
  return {
    kind: "recording",
    record: records.edge,
    expr: edges.reduce((left, right) => or(left, right)),
    labels: {},
  };
}

/** The calendar rules of a service whose budgets follow these time zones and periods. */
export function calendarRules(
  service: string,
  tables: readonly TimeZoneTable[],
  periods: readonly BudgetPeriod[],
): readonly RecordingRule[] {
  return [
    ...tables.map((table) => localTimeRule(service, table)),
    localEdgeRule(service, periods),
    edgeRule(service, tables),
  ];
}
