import type { Series } from "./events.ts";

/** Alert severities, the values of the label `severity`. */
export const severities = ["critical", "warning"] as const;
export type Severity = (typeof severities)[number];

/**
 * The burn-rate arms an SLO can have. An arm is a pair of windows and a burn rate; the compiler picks those that suit the objective.
 * The numbers are in `src/compile/burn-rate-arms.ts`.
 */
export const armNames = ["outage", "fast", "medium", "slow", "drift"] as const;
export type ArmName = (typeof armNames)[number];

/** A whole number of days. @example "30d" */
export type Days = `${number}d`;

/** The shortest and longest period: below 7 days the long windows no longer tell the arms apart. */
export const periodDays = { min: 7, max: 90 } as const;

/** Labels that only the compiler writes on alerts. */
export const reservedLabels = ["alertname", "arm", "category", "service", "severity", "slo", "team"] as const;

/** What every SLO may say, whatever it measures. */
export interface SloOptions<
  M extends string = string,
  L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<string, readonly string[]>>,
> {
  /** Only requests to this model, or with these values of your own labels. Default: all of the service's features. */
  readonly where?: { readonly model?: M } & { readonly [K in keyof L]?: L[K][number] };
  /** The window the error budget is for, 7d to 90d. Default: the organisation's, or 30d. */
  readonly period?: Days;
  /** How many events an hour you expect. Shapes how long alerts are kept (5m above 600 an hour, else 15m) and what `explain` prints. */
  readonly expectedPerHour?: number;
  /** The highest severity any alert of this SLO may have. Default `critical`. */
  readonly severity?: Severity;
  /** Turns single arms off, or sets the severity of one. */
  readonly arms?: Readonly<Partial<Record<ArmName, false | Severity>>>;
  /** Extra labels of this SLO's alerts. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Extra annotations of this SLO's alerts. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An SLO as data: the indicator's name and what the user said of it. */
export interface Slo {
  readonly kind: "slo";
  readonly indicator: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Percentile SLOs: a share of events must be at or below a bucket boundary. */
export interface PercentileSpec<B extends string> {
  /** The share of events that must be fast (cheap) enough, in percent. @example 95 */
  readonly percentile: number;
  /** A bucket boundary of the metric. @example "2s" */
  readonly below: B;
}

/** One PromQL event stream each, for `eventRatio`. */
export interface EventExamples {
  /** Series that a good event increments. */
  readonly good: readonly Series[];
  /** Series that a bad event increments. */
  readonly bad: readonly Series[];
}
