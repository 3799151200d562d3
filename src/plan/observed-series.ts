// A service's own series, for people to look at: what its source publishes, by what it means. What it doesn't
// publish, or nothing of the service uses, is absent.
import type { Selector } from "../promql/ast.ts";

/** A counter or a gauge: the series of the service's features. */
export interface ObservedSeries {
  readonly selector: Selector;
  /** The label that tells models apart, where the series have one. */
  readonly model?: string;
}

/** Told apart by how each turned out, or of which kind it was. */
export interface ObservedKinds extends ObservedSeries {
  readonly label: string;
}

/** Events that turn out well or badly. Values of `label` that are neither are on no side. */
export interface ObservedOutcomes extends ObservedKinds {
  readonly good: readonly string[];
  readonly bad: readonly string[];
  /** The label that tells evaluators or checks apart. */
  readonly name?: string;
}

/** Items that were judged, and the runs of the evaluators that judged them. */
export interface ObservedEvaluations extends ObservedOutcomes {
  readonly name: string;
  readonly batches: ObservedKinds;
}

export interface ObservedHistogram {
  readonly buckets: ObservedSeries;
  readonly sum: ObservedSeries;
  readonly count: ObservedSeries;
  /** The label that tells evaluators apart. */
  readonly name?: string;
  /** Whether exemplars may point to traces. */
  readonly exemplars: boolean;
}

export interface Observed {
  /** Of which metric source. @example "litellm" */
  readonly source: string;
  /** What that source publishes nothing of, in words. @example ["tokens", "user feedback"] */
  readonly unpublished: readonly string[];
  /** The label that tells features apart. */
  readonly feature: string;
  /** The label that tells providers apart, where requests, their duration, errors, retries, tokens and cost have one. */
  readonly provider?: string;
  /** Ended requests, by how they ended: well, badly, or neither. */
  readonly requests?: ObservedOutcomes;
  /** Requests that failed, by the kind of error. */
  readonly errors?: ObservedKinds;
  readonly inflight?: ObservedSeries;
  readonly retries?: ObservedSeries;
  /** Seconds of successful requests. */
  readonly duration?: ObservedHistogram;
  /** Seconds until streams began. */
  readonly firstToken?: ObservedHistogram;
  /** Output tokens per second of successful requests. */
  readonly outputSpeed?: ObservedHistogram;
  readonly cost?: ObservedSeries;
  readonly costPerRequest?: ObservedHistogram;
  readonly unpriced?: ObservedSeries;
  readonly tokens?: ObservedKinds;
  readonly evaluations?: ObservedEvaluations;
  readonly evaluationScore?: ObservedHistogram;
  readonly retrievalRelevance?: ObservedHistogram;
  readonly validations?: ObservedOutcomes;
  readonly tasks?: ObservedOutcomes;
  readonly feedback?: ObservedOutcomes;
  readonly queueDepth?: ObservedSeries;
  /** Look-ups in the app's own cache: a hit is good. */
  readonly cache?: ObservedOutcomes;
  /** Share of the context window. */
  readonly contextUtilisation?: ObservedHistogram;
}
