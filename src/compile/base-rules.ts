// The two rules of an SLO that read raw series, and its objective.
import { ofSlo, records } from "../plan/conventions.ts";
import type { RecordingRule } from "../plan/plan.ts";
import { call, mul, num, or, sub } from "../promql/build.ts";
import type { CompiledSlo } from "./slo-plan.ts";

/**
 * Counted bad events fall back to `total * 0`, so that a clean service reads 0. Remainders have no fallback: where the good side is
 * missing, the SLO must be absent, never clean.
 */
export function baseRules({ plan, events }: CompiledSlo): readonly RecordingRule[] {
  const labels = { service: plan.service, slo: plan.id };
  const total = ofSlo(records.total, plan);
  const bad =
    events.bad.kind === "counted"
      ? or(events.bad.rate, mul(total, 0), [])
      : call("clamp_min", sub(total, events.bad.good, []), num(0));
  return [
    { kind: "recording", record: records.total, expr: events.total, labels, slo: plan.id },
    { kind: "recording", record: records.bad, expr: bad, labels, slo: plan.id },
    { kind: "recording", record: records.objective, expr: call("vector", num(plan.objective)), labels, slo: plan.id },
  ];
}
