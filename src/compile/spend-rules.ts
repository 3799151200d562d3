// Spend to what is left of its budgets: since when, how much, how fast, and where the period will end.
import { calendarRecords, identityLabels, ofService, spendRecords as records } from "../plan/conventions.ts";
import type { BudgetPeriod, BudgetPlan } from "../plan/plan.ts";
import type { RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import {
  add,
  and,
  atEnd,
  call,
  div,
  eq,
  groupLeft,
  gt,
  labelWhere,
  lte,
  max,
  min,
  mod,
  mul,
  num,
  offset,
  or,
  range,
  seconds,
  sub,
  subquery,
  sum,
} from "../promql/build.ts";
import { eventRate } from "../slo/indicators/scope.ts";
import type { CompiledBudget } from "./budget-plan.ts";

const minute = 60;
const hour = 3_600;
const day = 24 * hour;
const week = 7 * day;
/** The calendar tells budgets of one zone and period the same. */
const calendarLabels = ["tz", "period"] as const;
/** How much more than yesterday or last week the rest of a day may bring. */
const historyFactor = 1.5;

/** Labels of a budget's series: its identity, and whose calendar it follows. */
const labelsOf = ({ service, id, timeZone, period }: BudgetPlan) => ({ service, slo: id, tz: timeZone, period });

/** What may be spent today: the weekend's amount on the sixth and the seventh day, which are 6 and 0 to Prometheus. */
function amountOf({ service, timeZone, usd, weekendUsd }: BudgetPlan): Expr {
  const usual = call("vector", num(usd));
  if (weekendUsd === undefined) return usual;
  const weekday = call("day_of_week", ofService(calendarRecords.localTime, service, { tz: timeZone }));
  return or(and(call("vector", num(weekendUsd)), eq(mod(weekday, 6), 0), []), usual, []);
}

/** The two rules of a budget of its own: the only one that reads the apps' series, and the amount. */
function ownRules({ plan, scope, metrics }: CompiledBudget): readonly RecordingRule[] {
  const labels = labelsOf(plan);
  return [
    { kind: "recording", record: records.rate, expr: eventRate(scope, metrics.cost), labels, slo: plan.id },
    { kind: "recording", record: records.budget, expr: amountOf(plan), labels, slo: plan.id },
  ];
}

/** The budgets of a service that have these periods. */
interface Periods {
  readonly service: string;
  readonly periods: readonly BudgetPeriod[];
}

const ofPeriods = (record: string, { service, periods }: Periods) => ofService(record, service, { period: periods });

/**
 * USD of a window that ends now. Every increase of the counter is seen by as many samples of its rate as fit a window, so lumps count in full.
 * A second short, since Prometheus 2 counts a sample on each end of a range.
 */
function increaseRule(record: string, windowSeconds: number, of: Periods, intervalSeconds: number): RecordingRule {
  const total = call("sum_over_time", range(ofPeriods(records.rate, of), windowSeconds - 1));
  return { kind: "recording", record, expr: mul(total, seconds(intervalSeconds)), labels: {} };
}

/** An edge of the calendar periods around the time at which a rule is evaluated. */
const edgeNow = ({ service }: Periods, edge: "start" | "end") =>
  atEnd(ofService(calendarRecords.edge, service, { edge }));

/** Since the periods began. A sample tells of the time before it, so that of the beginning itself belongs to the period before. */
function spentSince(of: Periods, increase: string, rangeSeconds: number, stepSeconds: number): Expr {
  const since = and(ofPeriods(increase, of), gt(call("time"), edgeNow(of, "start")), calendarLabels);
  return call("sum_over_time", subquery(since, rangeSeconds, stepSeconds));
}

/** USD per second of late: of a day from the rate itself, of longer periods from the hours. */
export function presentRate(
  series: (record: string) => ReturnType<typeof ofService>,
  period: BudgetPeriod,
  windowSeconds: number,
): Expr {
  if (period === "day") return call("avg_over_time", range(series(records.rate), windowSeconds));
  return div(call("avg_over_time", subquery(series(records.increaseHourly), windowSeconds, hour)), seconds(hour));
}

function presentRates(service: string, windows: ReadonlyMap<BudgetPeriod, number>): Expr {
  return [...windows]
    .map(([period, window]) => presentRate((record) => ofService(record, service, { period }), period, window))
    .reduce((left, right) => or(left, right));
}

const marked = (expr: Expr, label: string, value: string) => labelWhere(expr, label, value, "service", ".*");

/** What the rest of this day brought yesterday or a week ago, whichever was more; absent where it isn't known from this hour on. */
function historyOfDay(of: Periods): Expr {
  const increase = ofPeriods(records.increase, of);
  const yesterday = and(increase, lte(call("time"), edgeNow(of, "start")), calendarLabels);
  const lastWeek = and(increase, lte(add(call("time"), seconds(week)), edgeNow(of, "end")), calendarLabels);
  const known = (usd: Expr, ago: number) => and(usd, offset(increase, ago));
  const sums = [
    known(call("sum_over_time", subquery(yesterday, day, 5 * minute)), day),
    known(call("sum_over_time", offset(subquery(lastWeek, day, 5 * minute), week - day)), week),
  ] as const;
  return mul(
    max(or(marked(sums[0], "history", "yesterday"), marked(sums[1], "history", "last week")), identityLabels),
    historyFactor,
  );
}

/** What the rest of the period will bring at the present rate. Of a day, no more than history has it. */
function restOf(of: Periods, windows: ReadonlyMap<BudgetPeriod, number>): Expr {
  const left = sub(ofService(calendarRecords.edge, of.service, { edge: "end" }), call("time"));
  const atThisRate = sum(groupLeft(mul(presentRates(of.service, windows), left, calendarLabels)), identityLabels);
  if (!windows.has("day")) return atThisRate;
  return min(or(marked(atThisRate, "rest", "rate"), marked(historyOfDay(of), "rest", "history")), identityLabels);
}

function usedRule(service: string): RecordingRule {
  const expr = div(ofService(records.spent, service), ofService(records.budget, service), identityLabels);
  return { kind: "recording", record: records.used, expr, labels: {} };
}

function exhaustedInRule(service: string, windows: ReadonlyMap<BudgetPeriod, number>): RecordingRule {
  const left = sub(ofService(records.budget, service), ofService(records.spent, service), identityLabels);
  const expr = div(call("clamp_min", left, num(0)), gt(presentRates(service, windows), 0), identityLabels);
  return { kind: "recording", record: records.exhaustedIn, expr, labels: {} };
}

/** The longest calendar day, week and month, with the hour by which clocks may go back in them. */
const longest: Readonly<Record<BudgetPeriod, number>> = { day: 25 * hour, week: week + hour, month: 31 * day + hour };

/** The rules that count: of days every five minutes, of longer periods every hour. */
function countingRules(daily: Periods, longer: Periods, intervalSeconds: number): readonly RecordingRule[] {
  const days = daily.periods.length > 0;
  const others = longer.periods.length > 0;
  const range = Math.max(...longer.periods.map((period) => longest[period]));
  const spent = [
    ...(days ? [spentSince(daily, records.increase, longest.day, 5 * minute)] : []),
    ...(others ? [spentSince(longer, records.increaseHourly, range, hour)] : []),
  ];
  return [
    ...(days ? [increaseRule(records.increase, 5 * minute, daily, intervalSeconds)] : []),
    ...(others ? [increaseRule(records.increaseHourly, hour, longer, intervalSeconds)] : []),
    { kind: "recording", record: records.spent, expr: spent.reduce((left, right) => or(left, right)), labels: {} },
  ];
}

/** The spend rules of a service: two of each budget, and those of all its budgets together. */
export function spendRules(
  service: string,
  budgets: readonly CompiledBudget[],
  intervalSeconds: number,
): readonly RecordingRule[] {
  const windows = new Map(budgets.map(({ plan }) => [plan.period, plan.longSeconds]));
  const inUse = (...periods: readonly BudgetPeriod[]) => ({
    service,
    periods: periods.filter((period) => windows.has(period)),
  });
  const daily = inUse("day");
  const projected = add(ofService(records.spent, service), restOf(daily, windows), identityLabels);
  return [
    ...budgets.flatMap(ownRules),
    ...countingRules(daily, inUse("week", "month"), intervalSeconds),
    { kind: "recording", record: records.projected, expr: projected, labels: {} },
    usedRule(service),
    exhaustedInRule(service, windows),
  ];
}
