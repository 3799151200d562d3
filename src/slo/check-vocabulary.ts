// What can be measured: slos/metrics.ts and the metric sources made of it.
import { contract } from "@llm-slo/metrics";
import type { HistogramSignal, Source } from "../sources/source.ts";
import type { Finding } from "./diagnostics.ts";
import { labelNameProblem } from "./names.ts";
import { metricsSchema, sourceSchema } from "./schema.ts";
import { checkShape, show } from "./shape.ts";
import { suggest } from "./suggest.ts";

/** Labels that Prometheus or the contract already gives a meaning. */
const takenLabels: readonly string[] = [
  ...new Set([...Object.values(contract).flatMap(({ labels }): readonly string[] => labels), "le", "quantile", "job", "instance"]),
];
const histograms = Object.entries(contract).flatMap(([name, { type }]) => (type === "histogram" ? [name] : []));

function checkLabels(field: string, labels: object): readonly Finding[] {
  return Object.keys(labels).flatMap((name): readonly Finding[] => {
    const problem = labelNameProblem(name, takenLabels);
    return problem === undefined ? [] : [{ id: "invalid-label", field, problem, instead: "Choose another name, of letters, digits and _." }];
  });
}

function checkRepeats(field: string, values: unknown): readonly Finding[] {
  if (!Array.isArray(values)) return [];
  const twice = new Set(values.filter((value, index) => values.indexOf(value) !== index));
  return [...twice].map((value) => ({ id: "invalid-field", field, problem: `${show(value)} is there twice`, instead: "Leave one of them out." }));
}

function checkBuckets(field: string, buckets: readonly unknown[]): readonly Finding[] {
  const say = (problem: string): readonly Finding[] => [
    { id: "invalid-buckets", field, problem, instead: "Write positive numbers in ascending order, without +Inf." },
  ];
  if (buckets.length === 0) return say("a histogram without buckets measures nothing");
  const odd = buckets.find((bound) => typeof bound !== "number" || !Number.isFinite(bound) || bound <= 0);
  if (odd !== undefined) return say(`${show(odd)} is not a positive number`);
  const late = buckets.findIndex((bound, index) => index > 0 && (bound as number) <= (buckets[index - 1] as number));
  return late < 0 ? [] : say(`${show(buckets[late])} doesn't come after ${show(buckets[late - 1])}`);
}

/** Checks what `declareMetrics` returned. */
export function checkMetrics(metrics: unknown): readonly Finding[] {
  const shape = checkShape(metricsSchema, metrics);
  const { features, models, labels, buckets } = metrics as Readonly<Record<string, unknown>>;
  const own = typeof labels === "object" && labels !== null ? labels : {};
  const histogramBuckets = Object.entries(typeof buckets === "object" && buckets !== null ? buckets : {});
  return [
    ...shape,
    ...checkRepeats("features", features),
    ...checkRepeats("models", models),
    ...checkLabels("labels", own),
    ...histogramBuckets.flatMap(([name, bounds]): readonly Finding[] => {
      if (histograms.includes(name)) return Array.isArray(bounds) ? checkBuckets(`buckets.${name}`, bounds) : [];
      return [{ id: "unknown-metric", field: "buckets", problem: `there is no histogram ${name}`, instead: suggest(name, histograms, "histograms") }];
    }),
  ];
}

/** Checks a source, unless it only repeats metrics that are checked already. */
export function checkSource(source: Source, checked: unknown): readonly Finding[] {
  if (typeof source !== "object" || source === null) {
    return [{ id: "invalid-field", problem: `${show(source)} is not a metric source`, instead: "Make one, for example with appSource(metrics)." }];
  }
  if (source.features === (checked as Partial<Source> | undefined)?.features) return [];
  const { featureLabels, labelNames } = source;
  const shape = checkShape(sourceSchema, source, ["features", "models", ...(featureLabels ? ["featureLabel"] : [])]);
  const signals = Object.values(source.signals ?? {}) as readonly Partial<HistogramSignal>[];
  const feature = String(labelNames?.feature);
  return [
    ...shape,
    ...checkRepeats("features", source.features),
    ...checkRepeats("models", source.models),
    ...checkLabels("ownLabels", source.ownLabels ?? {}),
    ...(featureLabels?.includes(feature) === false
      ? [{ id: "unknown-label", field: "featureLabel", problem: `the ${source.name} source has no label ${feature}`, instead: suggest(feature, featureLabels, "labels") } as const]
      : []),
    ...signals.flatMap((signal) => (Array.isArray(signal?.buckets) ? checkBuckets(`${signal.metric} buckets`, signal.buckets) : [])),
  ];
}
