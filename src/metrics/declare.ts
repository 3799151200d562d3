import { type BucketsOf, contract, type HistogramName } from "./contract.ts";

/** Boundaries an app chose for itself, by histogram. */
export type OwnBuckets = Readonly<Partial<Record<HistogramName, readonly number[]>>>;

/** What the apps of an organisation emit: the contract plus the values that only they know. */
export interface DeclaredMetrics<
  F extends string = string,
  M extends string = string,
  L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<string, readonly string[]>>,
  B extends Readonly<Record<HistogramName, readonly number[]>> = Readonly<Record<HistogramName, readonly number[]>>,
> {
  readonly kind: "metrics";
  /** Values of the label `feature`. */
  readonly features: readonly F[];
  /** Values of the label `model`. */
  readonly models: readonly M[];
  /** Labels of the organisation's own, each with its closed set of values; every series of a request carries them. */
  readonly labels: L;
  /** The boundaries of every histogram: the contract's, or the app's own. */
  readonly buckets: B;
}

type Buckets<B extends OwnBuckets> = {
  readonly [H in HistogramName]: B[H] extends readonly number[] ? B[H] : BucketsOf<H>;
};

/**
 * Declares what the apps emit, once, for the apps and for the compiler of SLOs. Apps in other repositories import the same file.
 *
 * @example
 * export default declareMetrics({
 *   features: ["rag_pipeline"],
 *   models: ["gpt-5-mini"],
 *   labels: { tenant: ["free", "paid"] },
 *   buckets: { llm_request_duration_seconds: [0.5, 1, 2, 3, 5, 10, 30, 60, 120] },
 * });
 */
export function declareMetrics<
  const F extends string,
  const M extends string,
  const L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<never, readonly string[]>>,
  const B extends OwnBuckets = Readonly<Record<never, never>>,
>(spec: {
  readonly features: readonly F[];
  readonly models: readonly M[];
  readonly labels?: L;
  /** Upper bounds of histograms, ascending, in the metric's unit. Default: the contract's. */
  readonly buckets?: B;
}): DeclaredMetrics<F, M, L, Buckets<B>> {
  const defaults = Object.entries(contract).flatMap(([name, metric]) =>
    "buckets" in metric ? [[name, metric.buckets]] : [],
  );
  // Fields that nobody knows are carried along, so that synth can name them.
  return {
    ...spec,
    kind: "metrics",
    labels: (spec.labels ?? {}) as L,
    buckets: { ...Object.fromEntries(defaults), ...spec.buckets } as unknown as Buckets<B>,
  };
}
