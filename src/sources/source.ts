// A metric source: which series carry a signal. It knows signals, never indicators.
import type { Status } from "@llm-slo/metrics/contract";

/** A histogram in the unit of its signal. */
export interface HistogramSignal {
  /** The name without `_bucket`. */
  readonly metric: string;
  /** Upper bounds, ascending, without +Inf. */
  readonly buckets: readonly number[];
  /** The file where users may choose other bounds, if they may. */
  readonly declaredIn?: string;
  /** Whether its buckets carry exemplars with a `trace_id`, where the app traces. Default false. */
  readonly exemplars?: boolean;
}

/** One counter of ended requests, with a label that says how they ended. */
export interface RequestsSignal {
  readonly metric: string;
  readonly label: string;
  /** The label's values for each status that this source can tell apart. */
  readonly statuses: Readonly<Partial<Record<Status, readonly string[]>>>;
}

/** What an SLO may select a signal's series by, where that isn't the model and the source's own labels. */
export interface Selectable {
  readonly labels?: readonly string[];
}

/** Values of a label that users declare, of which an SLO names one. */
interface Named {
  readonly nameLabel: string;
  readonly names: readonly string[];
}

/** One counter of events, with a label that says how each turned out. Values that are neither good nor bad are on no side. */
export interface OutcomesSignal extends Selectable {
  readonly metric: string;
  readonly label: string;
  readonly good: string;
  readonly bad: string;
}

/** Items judged by evaluators, and the batches they are judged in. */
export interface EvaluationsSignal extends OutcomesSignal, Named {
  /** Counts every run of an evaluator, also one that judged nothing. */
  readonly batches: {
    readonly metric: string;
    readonly label: string;
    readonly completed: string;
    readonly failed: string;
  };
}

/** A histogram of scores from 0, the worst, to 1. */
export type ScoreSignal = HistogramSignal & Selectable;

export interface Signals {
  readonly requests?: RequestsSignal;
  /** A counter of requests that did not succeed, with a label for the kind of error. */
  readonly errors?: { readonly metric: string; readonly label: string };
  /** Duration of successful requests, in seconds. */
  readonly duration?: HistogramSignal;
  /** Time to first token of streamed requests, in seconds; `missing` counts the streams that had none. */
  readonly firstToken?: HistogramSignal & { readonly missing?: string };
  /** Output tokens per second of a successful request. */
  readonly outputSpeed?: HistogramSignal;
  /** Cost of one request, in USD. */
  readonly costPerRequest?: HistogramSignal;
  /** A gauge of requests that started and have not ended. */
  readonly inflight?: { readonly metric: string };
  /** A counter of attempts after the first one. */
  readonly retries?: { readonly metric: string };
  /** Share of the model's context window that a request used. */
  readonly contextUtilisation?: HistogramSignal;
  /** A gauge of requests that wait for their turn, in each pod. */
  readonly queueDepth?: Selectable & { readonly metric: string };
  /** Look-ups in the app's own cache of answers; a hit is good. */
  readonly cache?: OutcomesSignal;
  /** A counter of tokens, with a label for their kind; the sum over all of its series counts every token once. */
  readonly tokens?: { readonly metric: string; readonly label: string };
  /** A gauge that names the contract which a running app was built with, and the one that this source stands for. */
  readonly contract?: { readonly metric: string; readonly version: string; readonly hash: string };
  readonly evaluations?: EvaluationsSignal;
  /** Scores that evaluators gave items, by the labels of `evaluations`. */
  readonly evaluationScore?: ScoreSignal;
  /** Relevance of what retrieval found. */
  readonly retrievalRelevance?: ScoreSignal;
  /** Checks of an answer's format or content. */
  readonly validations?: OutcomesSignal & Named;
  /** Tasks that users set out to do; `abandoned` are those they gave up. */
  readonly tasks?: OutcomesSignal & { readonly abandoned: string };
  /** Ratings that users gave. */
  readonly feedback?: OutcomesSignal;
  /** A counter of what requests cost, in USD. */
  readonly cost?: { readonly metric: string };
  /** A counter of requests whose price nobody knows. */
  readonly unpriced?: { readonly metric: string };
}

export type SignalName = keyof Signals;

/** Where SLIs are measured. Plain data: what one file of `src/sources` returns. */
export interface Source<
  N extends string = string,
  F extends string = string,
  M extends string = string,
  L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<string, readonly string[]>>,
  S extends Signals = Signals,
> {
  readonly kind: "source";
  readonly name: N;
  readonly features: readonly F[];
  readonly models: readonly M[];
  /** Extra bounded labels that an SLO may select on. */
  readonly ownLabels: L;
  /** What this source calls the two labels that every signal has; and the one that says who served a request, where requests, their duration, errors, retries, tokens and cost have it. */
  readonly labelNames: { readonly feature: string; readonly model: string; readonly provider?: "provider" };
  /** What `labelNames.feature` may be, where the source has a choice. */
  readonly featureLabels?: readonly string[];
  readonly signals: S;
}
