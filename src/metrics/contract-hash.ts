// The fingerprint of what an app emits: equal for an app and for rules that were made from the same contract and declaration.
import { createHash } from "node:crypto";
import { contract, type HistogramName, type MetricDefinition, type MetricName } from "./contract.ts";
import type { DeclaredMetrics } from "./declare.ts";

/** Raised when a metric is renamed, removed, or changes its meaning. */
export const contractVersion = "1";

/** The labels of a metric in an organisation's apps: series of requests carry its own labels too. */
export function labelNamesOf(metric: MetricName, declared: Pick<DeclaredMetrics, "labels">): readonly string[] {
  const { labels } = contract[metric] as MetricDefinition;
  return labels.includes("model") ? [...labels, ...Object.keys(declared.labels)] : labels;
}

/** Names, types, labels and buckets, as 12 hexadecimal digits. Features, models and label values don't enter: new ones need no new rules. */
export function contractHash(declared: Pick<DeclaredMetrics, "labels" | "buckets">): string {
  const shape = (Object.keys(contract) as MetricName[])
    .toSorted()
    .map((name) => [
      name,
      contract[name].type,
      [...labelNamesOf(name, declared)].toSorted(),
      declared.buckets[name as HistogramName] ?? [],
    ]);
  return createHash("sha256").update(JSON.stringify(shape)).digest("hex").slice(0, 12);
}
