// Quantiles for people to look at; no alert reads them.
import { records } from "../plan/conventions.ts";
import type { RecordingRule } from "../plan/plan.ts";
import { call, num } from "../promql/build.ts";
import { printNumber } from "../promql/print.ts";
import type { CompiledSlo } from "./slo-plan.ts";

/** The quantile that the objective names, and the median. */
export function quantileRules({ plan, events }: CompiledSlo): readonly RecordingRule[] {
  const { quantile } = events;
  if (!quantile) return [];
  return [...new Set([0.5, plan.objective])].map((share) => ({
    kind: "recording",
    record: records.quantile,
    expr: call("histogram_quantile", num(share), quantile.buckets),
    labels: { service: plan.service, slo: plan.id, quantile: printNumber(share), unit: quantile.unit },
    slo: plan.id,
  }));
}
