// Rules over windows, written once per service for all of its SLOs: bad shares, their 98 % confidence, the second stage.
import { confidenceRecord, ofService, ratioRecord, records } from "../plan/conventions.ts";
import { confidenceZ, minimumBadEvents } from "../plan/detection.ts";
import type { RecordingRule, SloPlan } from "../plan/plan.ts";
import type { Expr } from "../promql/ast.ts";
import { add, and, call, div, gt, type MatcherSpec, mul, num, range, sqrt, sub, subquery } from "../promql/build.ts";

const hour = 3_600;
/** Windows from here on read the second stage: 30 days of 1m samples are more than one query may load. */
const secondStageFrom = 24 * hour;

/** z squared, and parts of it, as short as they can be told. */
const zSquared = { whole: 5.4117, half: 2.7058, quarter: 1.3529 } as const;
/** Extrapolation counts one event as 0.9 to 1.1, so the limit lies half an event below the minimum. */
const countedBadEvents = minimumBadEvents - 0.5;

type Labels = Readonly<Record<string, MatcherSpec>>;

/** The SLOs of a service that share a period, and so their windows. */
interface WindowSet {
  readonly service: string;
  readonly labels: Labels;
  readonly windows: readonly number[];
  readonly longWindows: readonly number[];
}

/** Sums an event rate over a window, in units of `secondsPerSample`. */
function sumOver(kind: "total" | "bad", set: WindowSet, window: number): Expr {
  const stage = window >= secondStageFrom ? `${kind}Hourly` as const : kind;
  const selector = ofService(records[stage], set.service, set.labels);
  return call("sum_over_time", window >= secondStageFrom ? subquery(selector, window, hour) : range(selector, window));
}

function countOver(kind: "total" | "bad", set: WindowSet, window: number, intervalSeconds: number): Expr {
  return mul(sumOver(kind, set, window), window >= secondStageFrom ? hour : intervalSeconds);
}

function ratioRule(set: WindowSet, window: number): RecordingRule {
  const base = window <= 300;
  const bad = base ? ofService(records.bad, set.service, set.labels) : sumOver("bad", set, window);
  const total = base ? ofService(records.total, set.service, set.labels) : sumOver("total", set, window);
  return { kind: "recording", record: ratioRecord(window), expr: div(bad, gt(total, 0)), labels: {} };
}

/**
 * The lower end of the Wilson score interval of the bad share, from counts: k bad of n, p their ratio.
 * (k + z²/2 - z sqrt(k (1 - p) + z²/4)) / (n + z²), where k is at least 3.
 */
function confidenceRule(set: WindowSet, window: number, intervalSeconds: number): RecordingRule {
  const bad = countOver("bad", set, window, intervalSeconds);
  const total = countOver("total", set, window, intervalSeconds);
  const good = call("clamp_min", sub(1, ofService(ratioRecord(window), set.service, set.labels)), num(0));
  const spread = mul(confidenceZ, sqrt(add(mul(bad, good), zSquared.quarter)));
  const lower = div(sub(add(bad, zSquared.half), spread), add(total, zSquared.whole));
  return { kind: "recording", record: confidenceRecord(window), expr: and(lower, gt(bad, countedBadEvents)), labels: {} };
}

/** One second short of the hour: Prometheus 2 counts a sample on each end of a range, and would see 61 minutes. */
function hourlyRule(kind: "total" | "bad", service: string, intervalSeconds: number): RecordingRule {
  const sum = call("sum_over_time", range(ofService(records[kind], service), hour - 1));
  return { kind: "recording", record: records[`${kind}Hourly`], expr: div(mul(sum, intervalSeconds), hour), labels: {} };
}

function windowSets(service: string, slos: readonly SloPlan[]): readonly WindowSet[] {
  const periods = [...new Set(slos.map(({ periodSeconds }) => periodSeconds))].sort((a, b) => a - b);
  return periods.map((period) => {
    const members = slos.filter(({ periodSeconds }) => periodSeconds === period);
    const unique = (windows: readonly number[]) => [...new Set(windows)].sort((a, b) => a - b);
    return {
      service,
      labels: periods.length === 1 ? {} : { slo: members.map(({ id }) => id) },
      windows: unique(members.flatMap(({ windowsSeconds }) => windowsSeconds)),
      longWindows: unique(members.flatMap(({ arms }) => arms.map(({ longSeconds }) => longSeconds))),
    };
  });
}

/** All window rules of a service. */
export function windowRules(service: string, slos: readonly SloPlan[], intervalSeconds: number): readonly RecordingRule[] {
  const sets = windowSets(service, slos);
  return [
    hourlyRule("total", service, intervalSeconds),
    hourlyRule("bad", service, intervalSeconds),
    ...sets.flatMap((set) => set.windows.map((window) => ratioRule(set, window))),
    ...sets.flatMap((set) => set.longWindows.map((window) => confidenceRule(set, window, intervalSeconds))),
  ];
}
