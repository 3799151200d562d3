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
}

/** One counter of ended requests, with a label that says how they ended. */
export interface RequestsSignal {
  readonly metric: string;
  readonly label: string;
  /** The label's values for each status that this source can tell apart. */
  readonly statuses: Readonly<Partial<Record<Status, readonly string[]>>>;
}

export interface Signals {
  readonly requests?: RequestsSignal;
  /** Duration of successful requests, in seconds. */
  readonly duration?: HistogramSignal;
  /** Time to first token of streamed requests, in seconds; `missing` counts the streams that had none. */
  readonly firstToken?: HistogramSignal & { readonly missing?: string };
  /** Cost of one request, in USD. */
  readonly costPerRequest?: HistogramSignal;
  /** A gauge of requests that started and have not ended. */
  readonly inflight?: { readonly metric: string };
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
  /** What this source calls the two labels that every signal has. */
  readonly labelNames: { readonly feature: string; readonly model: string };
  /** What `labelNames.feature` may be, where the source has a choice. */
  readonly featureLabels?: readonly string[];
  readonly signals: S;
}
