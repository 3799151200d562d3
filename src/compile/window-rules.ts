// Rules over windows, written once per service for all of its SLOs: bad shares, their 98 % confidence, the second stage.
import { confidenceRecord, ofService, ratioRecord, records } from "../plan/conventions.ts";
import { confidenceZ, minimumBadEvents } from "../plan/detection.ts";
import type { SloPlan } from "../plan/plan.ts";
import type { RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import {
  add,
  and,
  call,
  div,
  gt,
  type MatcherSpec,
  mul,
  num,
  range,
  seconds,
  sqrt,
  sub,
  subquery,
} from "../promql/build.ts";
import { baseWindowSeconds } from "../slo/events.ts";

const hour = 3_600;
/** Windows from here on read the second stage: 30 days of 1m samples are more than one query may load. */
const secondStageFrom = 24 * hour;

/** z squared, and parts of it, as short as they can be told. */
const zSquared = { whole: 5.4117, half: 2.7058, quarter: 1.3529 } as const;
/** Extrapolation counts one event as 0.9 to 1.1, so the limit lies half an event below the minimum. */
const countedBadEvents = minimumBadEvents - 0.5;

type Labels = Readonly<Record<string, MatcherSpec>>;

/** A window and the SLOs of a service that it is recorded for. */
interface WindowScope {
  readonly service: string;
  readonly window: number;
  /** Names the SLOs where they are not all of the service's. */
  readonly labels: Labels;
}

/** Sums an event rate over a window, in units of `secondsPerSample`. */
function sumOver(kind: "total" | "bad", { service, window, labels }: WindowScope): Expr {
  const stage = window >= secondStageFrom ? (`${kind}Hourly` as const) : kind;
  const selector = ofService(records[stage], service, labels);
  return call("sum_over_time", window >= secondStageFrom ? subquery(selector, window, hour) : range(selector, window));
}

function countOver(kind: "total" | "bad", scope: WindowScope, intervalSeconds: number): Expr {
  return mul(sumOver(kind, scope), seconds(scope.window >= secondStageFrom ? hour : intervalSeconds));
}

/** The events of one SLO in a window. */
export function eventCount(
  kind: "total" | "bad",
  { service, id }: Pick<SloPlan, "service" | "id">,
  windowSeconds: number,
  intervalSeconds: number,
): Expr {
  return countOver(kind, { service, window: windowSeconds, labels: { slo: id } }, intervalSeconds);
}

function ratioRule(scope: WindowScope): RecordingRule {
  const { service, window, labels } = scope;
  const base = window <= baseWindowSeconds;
  const bad = base ? ofService(records.bad, service, labels) : sumOver("bad", scope);
  const total = base ? ofService(records.total, service, labels) : sumOver("total", scope);
  return { kind: "recording", record: ratioRecord(window), expr: div(bad, gt(total, 0)), labels: {} };
}

/**
 * The lower end of the Wilson score interval of the bad share, from counts: k bad of n, p their ratio.
 * (k + z²/2 - z sqrt(k (1 - p) + z²/4)) / (n + z²), where k is at least 3.
 */
function confidenceRule(scope: WindowScope, intervalSeconds: number): RecordingRule {
  const { service, window, labels } = scope;
  const bad = countOver("bad", scope, intervalSeconds);
  const total = countOver("total", scope, intervalSeconds);
  const good = call("clamp_min", sub(1, ofService(ratioRecord(window), service, labels)), num(0));
  const spread = mul(confidenceZ, sqrt(add(mul(bad, good), zSquared.quarter)));
  const lower = div(sub(add(bad, zSquared.half), spread), add(total, zSquared.whole));
  return {
    kind: "recording",
    record: confidenceRecord(window),
    expr: and(lower, gt(bad, countedBadEvents)),
    labels: {},
  };
}

/** One second short of the hour: Prometheus 2 counts a sample on each end of a range, and would see 61 minutes. */
function hourlyRule(kind: "total" | "bad", service: string, intervalSeconds: number): RecordingRule {
  const sum = call("sum_over_time", range(ofService(records[kind], service), hour - 1));
  return {
    kind: "recording",
    record: records[`${kind}Hourly`],
    expr: div(mul(sum, seconds(intervalSeconds)), seconds(hour)),
    labels: {},
  };
}

/** SLOs of one period and cadence have the same windows, but for arms that the objective or the user leaves out. */
const windowSet = ({ periodSeconds, evaluation }: SloPlan) => `${periodSeconds}/${evaluation?.cadenceSeconds}`;

/** The windows that any of the SLOs has, each with all SLOs of the sets that have it. */
function windowScopes(
  service: string,
  slos: readonly SloPlan[],
  windowsOf: (slo: SloPlan) => readonly number[],
): readonly WindowScope[] {
  const windows = [...new Set(slos.flatMap(windowsOf))].sort((a, b) => a - b);
  return windows.map((window) => {
    const sets = new Set(slos.filter((slo) => windowsOf(slo).includes(window)).map(windowSet));
    const members = slos.filter((slo) => sets.has(windowSet(slo)));
    return { service, window, labels: members.length === slos.length ? {} : { slo: members.map(({ id }) => id) } };
  });
}

/** All window rules of a service. */
export function windowRules(
  service: string,
  slos: readonly SloPlan[],
  intervalSeconds: number,
): readonly RecordingRule[] {
  const all = windowScopes(service, slos, ({ windowsSeconds }) => windowsSeconds);
  const long = windowScopes(service, slos, ({ arms }) => arms.map(({ longSeconds }) => longSeconds));
  return [
    hourlyRule("total", service, intervalSeconds),
    hourlyRule("bad", service, intervalSeconds),
    ...all.map(ratioRule),
    ...long.map((scope) => confidenceRule(scope, intervalSeconds)),
  ];
}
