// What an indicator becomes: two event rates, and the series that one event of each kind increments.
import type { Expr } from "../promql/ast.ts";

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
 * `remainder`: bad is total minus good; a missing good side leaves the SLI absent, never clean.
 */
export interface Events {
  readonly total: Expr;
  readonly bad: { readonly kind: "counted"; readonly rate: Expr } | { readonly kind: "remainder"; readonly good: Expr };
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
}
