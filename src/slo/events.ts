// What an indicator becomes: two event rates, and the series that one event of each kind increments.
import type { Expr, Selector } from "../promql/ast.ts";

/** The window every base event rate is measured over. */
export const baseWindowSeconds = 300;

/** One series of the app, as a metric name and all of its labels. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The event pair of an SLI, as rates over the base window.
 * `counted`: bad events have a counter of their own; a service without bad events reads 0.
 * `required`: the same, but its series is there from the start, as a bucket is; without it the SLI is absent, never clean.
 * `remainder`: bad is total minus good; a missing good side leaves the SLI absent, never clean.
 */
export interface Events {
  readonly total: Expr;
  readonly bad:
    | { readonly kind: "counted" | "required"; readonly rate: Expr }
    | { readonly kind: "remainder"; readonly good: Expr };
  readonly examples: {
    /** What one good event increments. */
    readonly good: readonly Series[];
    /** What one bad event increments. */
    readonly bad: readonly Series[];
    /** Series that must be there although no event increments them. */
    readonly silent?: readonly Series[];
  };
  /** The histogram behind the SLI, for the quantiles people look at. */
  readonly quantile?: { readonly buckets: Expr; readonly unit: "s" | "USD" };
  /** Where events come from an evaluator, in a batch each cadence. */
  readonly evaluation?: Evaluation;
}

/** Who judges the events of an SLI, and what shows that it does. */
export interface Evaluation {
  readonly evaluator: string;
  readonly cadenceSeconds: number;
  /** The counters of batches that were judged to their end. */
  readonly completed: Selector;
  /** The counters of successful requests: what there was to judge. */
  readonly requests?: Selector;
  readonly examples: {
    readonly completedBatch: Series;
    readonly failedBatch: Series;
    /** A successful request. */
    readonly request?: Series;
  };
}
