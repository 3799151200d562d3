// The queries proofs ask: does an arm fire, did it ever, is a value within its range?
import type { SloPlan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { call, count, gt, lt, max, offset, range, select, subquery, unless } from "../../promql/build.ts";
import type { Expectation } from "./proof.ts";

const firing = (labels: Readonly<Record<string, string>>) => select("ALERTS", { ...labels, alertstate: "firing" });

/** One alert with these labels fires at this minute, or none does. */
export function fires(labels: Readonly<Record<string, string>>, minute: number, yes = true): Expectation {
  return { minute, expr: count(firing(labels)), value: yes ? 1 : "none" };
}

/** An arm of an SLO fires at this minute, or doesn't. */
export function armFires(slo: SloPlan, arm: string, minute: number, yes = true): Expectation {
  return fires({ alertname: slo.alertName, service: slo.service, slo: slo.id, arm }, minute, yes);
}

/** No alert with these labels fired at any time up to this minute. */
export function neverFired(labels: Readonly<Record<string, string>>, minute: number): Expectation {
  return { minute, expr: count(call("count_over_time", range(firing(labels), minute * 60))), value: "none" };
}

/** No alert with these labels began to fire more than once up to this minute. */
export function neverFlapped(labels: Readonly<Record<string, string>>, minute: number): Expectation {
  const now = count(firing(labels), ["alertname", "arm"]);
  const before = count(offset(firing(labels), 60), ["alertname", "arm"]);
  return {
    minute,
    expr: gt(max(call("sum_over_time", subquery(unless(now, before), minute * 60, 60))), 1),
    value: "none",
  };
}

/** A value lies between two bounds at this minute. */
export function between(expr: Expr, low: number, high: number, minute: number): Expectation {
  return { minute, expr: count(lt(gt(expr, low), high)), value: 1 };
}

/** The expression gives nothing at this minute. */
export function absent(expr: Expr, minute: number): Expectation {
  return { minute, expr: count(expr), value: "none" };
}
