// The language: what slos/organisation.ts makes, typed by its teams, receivers and metric source.
import type { Signals, Source } from "../sources/source.ts";
import type { Budget, BudgetOptions, DailyBudgetOptions } from "./budget.ts";
import type { Dollars, Seconds } from "./indicators/boundary.ts";
import type { EventRatioSpec } from "./indicators/event-ratio.ts";
import type { AvailabilitySpec, ErrorRateSpec, RateLimitRateSpec } from "./indicators/request-statuses.ts";
import type { Service } from "./service.ts";
import type { Days, PercentileSpec, Slo, SloOptions } from "./slo.ts";
import type { Stack, StackSpec } from "./stack.ts";

/** Who answers for a service: a receiver for each severity. */
export interface Team<R extends string = string> {
  /** Who is woken. */
  readonly critical: R;
  /** Who reads it in the morning. */
  readonly warning: R;
}

/** The organisation as data: what `synth` reads from slos/organisation.ts. */
export interface Organisation {
  readonly kind: "organisation";
  readonly source: Source;
  readonly receivers: readonly string[];
  readonly teams: Readonly<Record<string, Team>>;
  readonly defaultReceiver: string;
  readonly period: Days;
}

type Histogram<S extends Signals, K extends "duration" | "firstToken" | "costPerRequest"> =
  S extends Readonly<Record<K, { readonly buckets: readonly (infer N extends number)[] }>> ? N : never;

/** A boundary of the source's histogram; a sentence where the source has none. */
type SecondsOf<X extends Source, K extends "duration" | "firstToken", What extends string> = [
  Histogram<X["signals"], K>,
] extends [never]
  ? `the ${X["name"]} source publishes no ${What} histogram`
  : Seconds<Histogram<X["signals"], K>>;
type DollarsOf<X extends Source> = [Histogram<X["signals"], "costPerRequest">] extends [never]
  ? `the ${X["name"]} source publishes no cost per request histogram`
  : Dollars<Histogram<X["signals"], "costPerRequest">>;

type Options<X extends Source> = SloOptions<X["models"][number], X["ownLabels"]>;
type BudgetOf<X extends Source> = BudgetOptions<X["models"][number], X["ownLabels"]>;
type DailyBudgetOf<X extends Source> = DailyBudgetOptions<X["models"][number], X["ownLabels"]>;

/** The words SLO files are written in. Everything they return is plain data. */
export interface Language<R extends string, T extends string, X extends Source> {
  /**
   * A service and its SLOs: the default export of a file in `slos/`.
   * @example
   * export default service("support-chat", { team: "assist", features: ["support_chat"], slos: { errors: errorRate({ below: "1%" }) } });
   */
  service(
    id: string,
    spec: {
      readonly team: T;
      readonly features: readonly [X["features"][number], ...X["features"][number][]];
      /** One sentence for dashboards and runbooks. */
      readonly description?: string;
      readonly slos: Readonly<Record<string, Slo | Budget>>;
    },
  ): Service;
  /** An environment: the default export of `slos/stack.ts` or `slos/stack.<environment>.ts`. */
  stack(spec: StackSpec<R>): Stack<R>;
  /**
   * A share of requests must be answered within a bucket boundary. Timeouts are slow; other failures are left to `errorRate`.
   * Bad events: `rate(llm_requests_total{status=~"success|timeout"}) - rate(llm_request_duration_seconds_bucket{le=~"2|2\\.0"})`.
   * @example latency({ percentile: 95, below: "2s" })
   */
  latency(spec: PercentileSpec<SecondsOf<X, "duration", "duration">> & Options<X>): Slo;
  /**
   * A share of streams must show their first token within a bucket boundary. Streams that failed before it are bad.
   * @example timeToFirstToken({ percentile: 95, below: "1s" })
   */
  timeToFirstToken(spec: PercentileSpec<SecondsOf<X, "firstToken", "first token">> & Options<X>): Slo;
  /**
   * At most this share of requests may fail (error, timeout, rate_limited). Cancelled requests leave both sides.
   * Bad events: `rate(llm_requests_total{status=~"error|timeout|rate_limited"})`.
   * @example errorRate({ below: "1%" })
   */
  errorRate(spec: ErrorRateSpec & Options<X>): Slo;
  /**
   * At least this share of requests must be answered: the error rate, said the other way round.
   * @example availability({ atLeast: "99.9%" })
   */
  availability(spec: AvailabilitySpec & Options<X>): Slo;
  /**
   * At most this share of requests may be refused by a provider's rate limit.
   * @example rateLimitRate({ below: "0.1%" })
   */
  rateLimitRate(spec: RateLimitRateSpec & Options<X>): Slo;
  /**
   * A share of priced requests must cost no more than a bucket boundary, in USD.
   * @example costPerRequest({ percentile: 95, below: "$0.05" })
   */
  costPerRequest(spec: PercentileSpec<DollarsOf<X>> & Options<X>): Slo;
  /**
   * Any ratio of two event rates in PromQL, with `$window` where the range goes. It is parsed, type-checked and proven like the others.
   * @example
   * eventRatio({
   *   objective: "99%",
   *   bad: 'sum(rate(ingest_jobs_total{result="failed"}[$window]))',
   *   total: "sum(rate(ingest_jobs_total[$window]))",
   * })
   */
  eventRatio(spec: EventRatioSpec & Omit<SloOptions, "where">): Slo;
  /**
   * What may be spent in a calendar day, in USD. Warns at 80 %, when it is on course to be exceeded, when it goes faster than its pace, and
   * while spend isn't seen; pages when it is exhausted. Spend: `sum(rate(llm_cost_usd_total[5m]))`, summed since midnight.
   * @example dailyBudget({ usd: 50, weekend: 20, pace: { "90%": "20:00" } })
   */
  dailyBudget(spec: DailyBudgetOf<X>): Budget;
  /**
   * What may be spent in a calendar week, from Monday, in USD.
   * @example weeklyBudget({ usd: 250, timeZone: "Europe/Berlin" })
   */
  weeklyBudget(spec: BudgetOf<X>): Budget;
  /**
   * What may be spent in a calendar month, in USD.
   * @example monthlyBudget({ usd: 1000 })
   */
  monthlyBudget(spec: BudgetOf<X>): Budget;
  /**
   * The same words over another metric source, for services whose requests are measured elsewhere.
   * @example const proxy = onSource(litellmSource({ features: ["support_chat"], models: ["gpt-5-mini"] }));
   */
  onSource<Y extends Source>(source: Y): Language<R, T, Y>;
}

function slo(indicator: string, spec: object): Slo {
  return { kind: "slo", indicator, spec: { ...spec } };
}

function budget(period: Budget["period"], spec: object): Budget {
  return { kind: "budget", period, spec: { ...spec } };
}

/**
 * Defines an organisation and returns its language.
 * @example
 * const language = organisation({
 *   source: appSource(metrics),
 *   receivers: ["assist-pager", "assist-chat"],
 *   teams: { assist: { critical: "assist-pager", warning: "assist-chat" } },
 *   defaultReceiver: "assist-chat",
 * });
 * export default language;
 * export const { service, stack, latency } = language;
 */
export function organisation<const R extends string, const T extends string, X extends Source>(spec: {
  /** Where SLIs are measured unless a service says otherwise. */
  readonly source: X;
  /** Names of receivers; each stack says what they are. */
  readonly receivers: readonly R[];
  readonly teams: Readonly<Record<T, Team<NoInfer<R>>>>;
  /** Gets what no team's route takes. */
  readonly defaultReceiver: NoInfer<R>;
  /** The window of error budgets, 7d to 90d. Default 30d. */
  readonly period?: Days;
}): Language<R, T, X> & Organisation {
  // Fields that nobody knows are carried along, so that synth can name them.
  const data: Organisation = { kind: "organisation", ...spec, period: spec.period ?? "30d" };
  const languageOn = <Y extends Source>(source: Y): Language<R, T, Y> => ({
    service: (id, body) => ({ kind: "service", id, source, ...body }),
    stack: (body) => ({ kind: "stack", ...body }),
    latency: (body) => slo("latency", body),
    timeToFirstToken: (body) => slo("time-to-first-token", body),
    errorRate: (body) => slo("error-rate", body),
    availability: (body) => slo("availability", body),
    rateLimitRate: (body) => slo("rate-limit-rate", body),
    costPerRequest: (body) => slo("cost-per-request", body),
    eventRatio: (body) => slo("event-ratio", body),
    dailyBudget: (body) => budget("day", body),
    weeklyBudget: (body) => budget("week", body),
    monthlyBudget: (body) => budget("month", body),
    onSource: languageOn,
  });
  return { ...data, ...languageOn(spec.source) };
}
