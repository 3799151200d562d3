// The two rules of an SLO that read raw series, and its objective.
import { ofSlo, records } from "../plan/conventions.ts";
import type { RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import { call, mul, num, or, sub } from "../promql/build.ts";
import type { Events } from "../slo/events.ts";
import type { CompiledSlo } from "./slo-plan.ts";

/**
 * Counted bad events fall back to `total * 0`, so that a clean service reads 0. What is required and remainders have no fallback: where a side
 * is missing, the SLO must be absent, never clean.
 */
function badRate(bad: Events["bad"], total: Expr): Expr {
  switch (bad.kind) {
    case "counted":
      return or(bad.rate, mul(total, 0), []);
    case "required":
      return bad.rate;
    case "remainder":
      return call("clamp_min", sub(total, bad.good, []), num(0));
  }
}

/** The base rules of an SLO. */
export function baseRules({ plan, events }: CompiledSlo): readonly RecordingRule[] {
  const labels = { service: plan.service, slo: plan.id };
  const bad = badRate(events.bad, ofSlo(records.total, plan));
  return [
    { kind: "recording", record: records.total, expr: events.total, labels, slo: plan.id },
    { kind: "recording", record: records.bad, expr: bad, labels, slo: plan.id },
    { kind: "recording", record: records.objective, expr: call("vector", num(plan.objective)), labels, slo: plan.id },
  ];
}
