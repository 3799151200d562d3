// What dashboards ask of recorded series: states, burn rates, alerts. Missing data stays missing; nothing falls back to 0 that isn't counted.
import { identityLabels, ratioRecord, records, watchdogAlert } from "../../plan/conventions.ts";
import type { ServicePlan, SloPlan } from "../../plan/plan.ts";
import type { Expr, Selector } from "../../promql/ast.ts";
import {
  add,
  and,
  asNumber,
  call,
  count,
  div,
  eq,
  groupLeft,
  gt,
  lte,
  type MatcherSpec,
  max,
  mul,
  num,
  or,
  overVariable,
  range,
  select,
  sub,
  sum,
  unless,
} from "../../promql/build.ts";
import { printDuration } from "../../promql/print.ts";
import type { ColorStep, Word } from "./dashboard.ts";

export type Labels = Readonly<Record<string, MatcherSpec>>;

const nonEmpty = { op: "!=", value: "" } as const;
const ours = { op: "=~", value: "slo|quality|cost|no-data|platform" } as const;

/** Alerts of ours that fire, without the one that always does. */
export function firing(labels: Labels): Selector {
  const other = labels.slo === undefined ? { alertname: { op: "!=", value: watchdogAlert } as const } : {};
  return select("ALERTS", { alertstate: "firing", category: ours, ...other, ...labels });
}

/** One series for each SLO, whatever other labels a record may get on its way. */
const perSlo = (expr: Expr) => max(expr, identityLabels);

export const objectiveOf = (labels: Labels) => perSlo(select(records.objective, labels));
export const budgetLeftOf = (labels: Labels) => perSlo(select(records.budgetRemaining, labels));

/** What an SLO's state is worth, and what it is called. */
export const states = {
  noData: { value: 0, text: "no data", color: "purple" },
  exhausted: { value: 1, text: "exhausted", color: "red" },
  burning: { value: 2, text: "burning", color: "orange" },
  ok: { value: 3, text: "ok", color: "green" },
} as const satisfies Readonly<Record<string, Word>>;

export const stateWords: readonly Word[] = Object.values(states);

const as = (set: Expr, { value }: Word) => (value === 0 ? mul(set, 0) : add(mul(set, 0), value));

/** How alerts are looked at: as they are, or over some time. */
type Look = (alerts: Selector) => Expr;
const now: Look = (alerts) => alerts;

/** SLOs with an objective that can't be told: never counted, or an alert says so. */
function blind(labels: Labels, look: Look): Expr {
  const objective = objectiveOf(labels);
  const alerts = (more: Labels) => look(firing({ ...labels, category: "no-data", ...more }));
  const { slo: _, ...service } = labels;
  const whole = look(firing({ ...service, category: "no-data", slo: "" }));
  const named = and(objective, alerts(labels.slo === undefined ? { slo: nonEmpty } : {}), identityLabels);
  return or(or(unless(objective, budgetLeftOf(labels), identityLabels), named), and(objective, whole, ["service"]));
}

/** The state of each SLO. What can't be told comes first, then what is worst. */
export function sloState(labels: Labels, look: Look = now): Expr {
  const left = budgetLeftOf(labels);
  const burns = and(left, look(firing({ ...labels, arm: nonEmpty })), identityLabels);
  return [
    as(blind(labels, look), states.noData),
    as(lte(left, 0), states.exhausted),
    as(burns, states.burning),
    as(left, states.ok),
  ].reduce((worse, better) => or(worse, better, identityLabels));
}

/** How many SLOs are in a state; 0 where there are SLOs and none of them is. */
export function countIn(state: Word, labels: Labels): Expr {
  return sum(asNumber(eq(sloState(labels), state.value)));
}

/** Alerts that fire for each SLO, 0 where none does. */
export function firingOf(labels: Labels): Expr {
  const slo = labels.slo === undefined ? { slo: nonEmpty } : {};
  const objective = objectiveOf(labels);
  // Budgets of spend have alerts too, and no objective.
  const alerts = and(count(firing({ ...labels, ...slo }), identityLabels), objective, identityLabels);
  return or(alerts, mul(objective, 0), identityLabels);
}

/** How many alerts of ours fire, 0 where rules are evaluated and none does. */
export function firingCount(labels: Labels, of: Labels = {}): Expr {
  return or(count(firing({ ...labels, ...of })), mul(count(select(records.objective, of)), 0));
}

/** The good share over an SLO's own period. */
export function goodShare(labels: Labels): Expr {
  const spent = mul(sub(1, budgetLeftOf(labels)), perSlo(select(records.budget, labels)), identityLabels);
  return sub(1, spent);
}

/** The recorded windows nearest to one, nearest first. */
function nearest(slos: readonly SloPlan[], seconds: number): readonly number[] {
  const away = (window: number) => Math.abs(Math.log(window / seconds));
  const windows = slos.map(({ windowsSeconds }) => windowsSeconds.toSorted((a, b) => away(a) - away(b))[0]);
  return [...new Set(windows.filter((window) => window !== undefined))].sort((a, b) => away(a) - away(b));
}

/** What the recorded windows nearest to one are called. @example "45m or 1h" */
export function windowWords(slos: readonly SloPlan[], seconds: number): string {
  const words = nearest(slos, seconds)
    .toSorted((a, b) => a - b)
    .map(printDuration);
  return words.join(", ").replace(/, (?=[^,]*$)/, " or ");
}

/** The burn rate over about a window: that of the recorded window nearest to it. */
export function burnRate(slos: readonly SloPlan[], seconds: number, labels: Labels): Expr {
  const share = nearest(slos, seconds)
    .map((window): Expr => perSlo(select(ratioRecord(window), labels)))
    .reduce((nearer, farther) => or(nearer, farther, identityLabels));
  return div(share, perSlo(select(records.budget, labels)), identityLabels);
}

/** Burn rates over all windows that rules record, told apart by the label `window`. */
export function burnRates(slos: readonly SloPlan[], label: string, labels: Labels): Expr {
  const windows = [...new Set(slos.flatMap(({ windowsSeconds }) => windowsSeconds))].sort((a, b) => a - b);
  const short = windows.filter((window) => window < 7 * day);
  const names = short.map((window) => ratioRecord(window));
  const all = select("", { __name__: names, ...labels });
  const named = call(
    "label_replace",
    all,
    text(label),
    text("$1"),
    text("__name__"),
    text("slo:sli_error:ratio_rate(.*)"),
  );
  const budget = perSlo(select(records.budget, labels));
  return groupLeft(div(max(named, [...identityLabels, label]), budget, identityLabels));
}

const text = (value: string) => ({ kind: "string", value }) as const;
const day = 86_400;

/** Seconds of each SLO's period. */
export function periodSeconds(services: readonly ServicePlan[], info: (labels: Labels) => Expr): Expr {
  const periods = [...new Set(services.flatMap(({ slos }) => slos.map((slo) => slo.periodSeconds)))].sort(
    (a, b) => a - b,
  );
  return periods
    .map((seconds): Expr => mul(info({ period: printDuration(seconds) }), seconds))
    .reduce((one, other) => or(one, other));
}

/** Seconds until nothing of a budget is left at a burn rate; absent where it never comes to that. */
export function exhaustedIn(left: Expr, burn: Expr, period: Expr): Expr {
  const whole = mul(call("clamp_min", left, num(0)), period, identityLabels);
  return div(whole, gt(burn, 1), identityLabels);
}

/** The same over time: an alert shows although it came and went between two points. */
export const sloStateOverTime = (labels: Labels): Expr =>
  sloState(labels, (alerts) => call("max_over_time", overStep(alerts)));

/** A selector over the time between two points of a graph. */
export function overStep(selector: Selector): Selector {
  return overVariable(range(selector, 60), "$__interval");
}

/** What is left when every event is bad: no value is lower. Below it lies the neutral colour. */
function lowestBudget(slos: readonly SloPlan[]): number {
  const smallest = Math.min(1, ...slos.map((slo) => slo.budget));
  return -Math.ceil(1 / smallest);
}

/** Red below 0, however far below. */
export function budgetSteps(slos: readonly SloPlan[]): readonly ColorStep[] {
  return [
    { from: lowestBudget(slos), color: "red" },
    { from: 0, color: "orange" },
    { from: 0.25, color: "green" },
  ];
}

/** Red above what the objective allows. */
export const burnSteps: readonly ColorStep[] = [
  { from: 0, color: "green" },
  { from: 1, color: "orange" },
  { from: 6, color: "red" },
];

/** The alerts of spend: 80 % spent, and all of it. */
export const spendSteps: readonly ColorStep[] = [
  { from: 0, color: "green" },
  { from: 0.8, color: "orange" },
  { from: 1, color: "red" },
];
