// The language: what slos/organisation.ts makes, typed by its teams, receivers and metric source.
import type { SignalName, Signals, Source } from "../sources/source.ts";
import type { Budget, BudgetOptions, DailyBudgetOptions } from "./budget.ts";
import type { SpendAnomalySpec, TokenAnomalySpec } from "./guardrails/anomalies.ts";
import type { AverageCostPerRequestSpec } from "./guardrails/average-cost-per-request.ts";
import type { ContextNearEndSpec } from "./guardrails/context-near-end.ts";
import type { Guardrail } from "./guardrails/guardrail.ts";
import type { InflightSaturationSpec } from "./guardrails/inflight-saturation.ts";
import type { QueueDepthSpec } from "./guardrails/queue-depth.ts";
import type { RateLimitPressureSpec } from "./guardrails/rate-limit-pressure.ts";
import type { RetryStormSpec } from "./guardrails/retry-storm.ts";
import type { Dollars, Seconds } from "./indicators/boundary.ts";
import type { AtLeastSpec, EvaluatedSpec, HallucinationRateSpec } from "./indicators/evaluations.ts";
import type { EventRatioSpec } from "./indicators/event-ratio.ts";
import type { TaskCompletionSpec } from "./indicators/outcomes.ts";
import type { AvailabilitySpec, ErrorRateSpec, RateLimitRateSpec } from "./indicators/request-statuses.ts";
import type { AboveSpec } from "./indicators/scores.ts";
import type { Percent } from "./percent.ts";
import type { OccasionalSignal, Service } from "./service.ts";
import type { Days, PercentileSpec, Slo, SloOptions } from "./slo.ts";
import type { Stack, StackSpec } from "./stack.ts";

/** Who answers for a service: a receiver for each severity. */
export interface Team<R extends string = string> {
  /** Who is woken. */
  readonly critical: R;
  /** Who reads it in the morning. */
  readonly warning: R;
  /** Who pays: hears of all cost alerts at once, of the critical ones together with `critical`. Default: cost alerts go by severity. */
  readonly cost?: R;
  /** Who looks after answers: hears of all quality alerts, of the critical ones together with `critical`. Default: they go by severity. */
  readonly quality?: R;
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

/** A fullness that the source has a bucket for; a sentence where it has no such histogram. */
type FullnessOf<X extends Source> =
  X["signals"] extends Readonly<Record<"contextUtilisation", { readonly buckets: readonly (infer N extends number)[] }>>
    ? N
    : `the ${X["name"]} source publishes no histogram of context utilisation`;

/** The spec of a guardrail; a sentence in place of one of its fields where the source lacks the signal. */
type Given<X extends Source, K extends keyof Signals, What extends string, Spec, Field extends keyof Spec> =
  X["signals"] extends Readonly<Record<K, object>>
    ? Spec
    : Omit<Spec, Field> & Readonly<Record<Field, `the ${X["name"]} source publishes no ${What}`>>;

type Options<X extends Source> = SloOptions<X["models"][number], X["ownLabels"]>;
type BudgetOf<X extends Source> = BudgetOptions<X["models"][number], X["ownLabels"]>;
type DailyBudgetOf<X extends Source> = DailyBudgetOptions<X["models"][number], X["ownLabels"]>;

/** What is counted by feature alone has nothing to select on. */
type FeatureOptions = Omit<SloOptions, "where">;

/** A percentage of a signal; a sentence where the source doesn't publish it. */
type PercentOf<X extends Source, K extends SignalName, What extends string> =
  X["signals"] extends Readonly<Record<K, object>> ? Percent : `the ${X["name"]} source publishes no ${What}`;

/** The judges that a signal names; a sentence where nobody declared one. */
type NameOf<X extends Source, K extends "evaluations" | "validations", What extends string> =
  X["signals"] extends Readonly<Record<K, { readonly names: readonly (infer N extends string)[] }>>
    ? [N] extends [never]
      ? `declare ${What} in slos/metrics.ts`
      : N
    : string;

type Evaluator<X extends Source> = NameOf<X, "evaluations", "evaluators">;
interface EvaluatorOf<X extends Source> {
  /** Who judges: one of the evaluators in `slos/metrics.ts`. */
  readonly evaluator: Evaluator<X>;
}
/** May be left out where the evaluator has its usual name. */
type EvaluatorOr<X extends Source, Usual extends string> =
  Usual extends Evaluator<X> ? Partial<EvaluatorOf<X>> : EvaluatorOf<X>;

/** A boundary that a score can be above. */
type ScoreOf<X extends Source, K extends "evaluationScore" | "retrievalRelevance"> =
  X["signals"] extends Readonly<Record<K, { readonly buckets: readonly (infer N extends number)[] }>>
    ? Exclude<N, 1>
    : number;

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
      /** Signals that its dashboard shows although no SLO or guardrail uses them. Default none. @example ["feedback", "cache"] */
      readonly alsoShow?: readonly Extract<keyof X["signals"], OccasionalSignal>[];
      readonly slos: Readonly<Record<string, Slo | Budget>>;
      /** Alerts that aren't SLOs, by id. None unless written. */
      readonly guardrails?: Readonly<Record<string, Guardrail>>;
    },
  ): Service;
  /** An environment: the default export of `slos/stack.ts` or `slos/stack.<environment>.ts`. */
  stack(spec: StackSpec<R, T>): Stack<R, T>;
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
   * Guardrail: providers refuse more than a share of a feature's requests over 10 minutes.
   * `rate(llm_requests_total{status="rate_limited"}[10m]) / rate(llm_requests_total[10m]) > 0.05`, and at least 20 refusals.
   * @example rateLimitPressure({ above: "5%" })
   */
  rateLimitPressure(spec: RateLimitPressureSpec): Guardrail;
  /**
   * Guardrail: a feature makes more than this many retries for each ended request, over 10 minutes, and at least 20.
   * @example retryStorm({ above: 1 })
   */
  retryStorm(spec: Given<X, "retries", "counter of retries", RetryStormSpec, "above">): Guardrail;
  /**
   * Guardrail: a feature's priced requests cost more than this on average, over an hour, and there are at least 20 of them.
   * `rate(llm_cost_per_request_usd_sum[1h]) / rate(llm_cost_per_request_usd_count[1h]) > 0.05`. A mean has no error budget; where most requests
   * must be cheap, say so with `costPerRequest`.
   * @example averageCostPerRequest({ aboveUsd: 0.05 })
   */
  averageCostPerRequest(
    spec: Given<X, "costPerRequest", "cost per request histogram", AverageCostPerRequestSpec, "aboveUsd">,
  ): Guardrail;
  /**
   * Guardrail: more than a share of a feature's requests fills the model's context window beyond a bucket boundary, over 10 minutes.
   * @example contextNearEnd({ above: 0.9, share: "5%" })
   */
  contextNearEnd(spec: ContextNearEndSpec<FullnessOf<X>>): Guardrail;
  /**
   * Guardrail: more requests of a feature wait, in all of its pods together. `sum by (feature) (llm_queue_depth) > 100`
   * @example queueDepth({ above: 100, for: "10m" })
   */
  queueDepth(spec: Given<X, "queueDepth", "gauge of queued requests", QueueDepthSpec, "above">): Guardrail;
  /**
   * Guardrail: the fullest pod has more than a part of the requests in flight that one pod can have.
   * `max(sum by (instance) (llm_inflight_requests)) / 50 > 0.9`
   * @example inflightSaturation({ limit: 50, above: "90%" })
   */
  inflightSaturation(
    spec: Given<X, "inflight", "gauge of requests in flight", InflightSaturationSpec, "limit">,
  ): Guardrail;
  /**
   * Guardrail: a feature used many times the tokens of the same hour yesterday and a week ago, whichever were more. A spike never becomes
   * its own measure, and a feature without a history is measured by the floor.
   * @example tokenAnomaly({ floorPerHour: 100_000 })
   */
  tokenAnomaly(spec: Given<X, "tokens", "counter of tokens", TokenAnomalySpec, "floorPerHour">): Guardrail;
  /**
   * Guardrail: a feature, or one model of it, cost many times what it did in the same hour yesterday and a week ago, whichever was more.
   * @example spendAnomaly({ floorUsdPerHour: 2 })
   */
  spendAnomaly(spec: Given<X, "cost", "counter of cost", SpendAnomalySpec, "floorUsdPerHour">): Guardrail;
  /**
   * At most this share of judged answers may be hallucinated. Items on which the judge itself failed are on neither side.
   * Bad events: `rate(llm_eval_runs_total{evaluator="hallucination", result="fail"})`.
   * @example hallucinationRate({ below: "5%", evaluatedEvery: "15m" })
   */
  hallucinationRate(
    spec: HallucinationRateSpec<PercentOf<X, "evaluations", "evaluations">> &
      EvaluatorOr<X, "hallucination"> &
      FeatureOptions,
  ): Slo;
  /**
   * At least this share of judged answers must say what their sources say.
   * Bad events: `rate(llm_eval_runs_total{evaluator="faithfulness", result="fail"})`.
   * @example faithfulness({ atLeast: "75%", evaluatedEvery: "15m" })
   */
  faithfulness(
    spec: AtLeastSpec<PercentOf<X, "evaluations", "evaluations">> &
      EvaluatedSpec &
      EvaluatorOr<X, "faithfulness"> &
      FeatureOptions,
  ): Slo;
  /**
   * At least this share of judged items must pass an evaluator.
   * Bad events: `rate(llm_eval_runs_total{evaluator="answer_quality", result="fail"})`.
   * @example evaluationPassRate({ atLeast: "80%", evaluator: "answer_quality", evaluatedEvery: "15m" })
   */
  evaluationPassRate(
    spec: AtLeastSpec<PercentOf<X, "evaluations", "evaluations">> & EvaluatedSpec & EvaluatorOf<X> & FeatureOptions,
  ): Slo;
  /**
   * At least this share of judged items must score above a bucket boundary.
   * Bad events: `rate(llm_eval_score_bucket{evaluator="answer_quality", le="0.8"})`.
   * @example qualityScore({ above: 0.8, atLeast: "80%", evaluator: "answer_quality", evaluatedEvery: "15m" })
   */
  qualityScore(
    spec: AboveSpec<ScoreOf<X, "evaluationScore">> &
      AtLeastSpec<PercentOf<X, "evaluationScore", "evaluation scores">> &
      EvaluatedSpec &
      EvaluatorOf<X> &
      FeatureOptions,
  ): Slo;
  /**
   * At least this share of retrievals must find something more relevant than a bucket boundary.
   * Bad events: `rate(llm_retrieval_relevance_score_bucket{le="0.5"})`.
   * @example retrievalRelevance({ above: 0.5, atLeast: "90%" })
   */
  retrievalRelevance(
    spec: AboveSpec<ScoreOf<X, "retrievalRelevance">> &
      AtLeastSpec<PercentOf<X, "retrievalRelevance", "retrieval relevance scores">> &
      FeatureOptions,
  ): Slo;
  /**
   * At least this share of answers must pass a check of their format.
   * Bad events: `rate(llm_output_validations_total{check="json_schema", result="fail"})`.
   * @example formatCompliance({ check: "json_schema", atLeast: "99%" })
   */
  formatCompliance(
    spec: AtLeastSpec<PercentOf<X, "validations", "output validations">> & {
      /** One of the checks in `slos/metrics.ts`. */
      readonly check: NameOf<X, "validations", "checks">;
    } & FeatureOptions,
  ): Slo;
  /**
   * At least this share of tasks must be completed. Tasks that users gave up are bad unless `abandoned: "ignored"`.
   * Bad events: `rate(llm_tasks_total{outcome=~"failed|abandoned"})`.
   * @example taskCompletion({ atLeast: "90%" })
   */
  taskCompletion(spec: TaskCompletionSpec<PercentOf<X, "tasks", "tasks">> & FeatureOptions): Slo;
  /**
   * At least this share of users' ratings must be up.
   * Bad events: `rate(llm_user_feedback_total{rating="down"})`.
   * @example userFeedback({ atLeast: "80%" })
   */
  userFeedback(spec: AtLeastSpec<PercentOf<X, "feedback", "user feedback">> & FeatureOptions): Slo;
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

function guardrail(kind: string, spec: object): Guardrail {
  return { kind: "guardrail", guardrail: kind, spec: { ...spec } };
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
    rateLimitPressure: (body) => guardrail("rate-limit-pressure", body),
    retryStorm: (body) => guardrail("retry-storm", body),
    averageCostPerRequest: (body) => guardrail("average-cost-per-request", body),
    contextNearEnd: (body) => guardrail("context-near-end", body),
    queueDepth: (body) => guardrail("queue-depth", body),
    inflightSaturation: (body) => guardrail("inflight-saturation", body),
    tokenAnomaly: (body) => guardrail("token-anomaly", body),
    spendAnomaly: (body) => guardrail("spend-anomaly", body),
    hallucinationRate: (body) => slo("hallucination-rate", body),
    faithfulness: (body) => slo("faithfulness", body),
    evaluationPassRate: (body) => slo("evaluation-pass-rate", body),
    qualityScore: (body) => slo("quality-score", body),
    retrievalRelevance: (body) => slo("retrieval-relevance", body),
    formatCompliance: (body) => slo("format-compliance", body),
    taskCompletion: (body) => slo("task-completion", body),
    userFeedback: (body) => slo("user-feedback", body),
    dailyBudget: (body) => budget("day", body),
    weeklyBudget: (body) => budget("week", body),
    monthlyBudget: (body) => budget("month", body),
    onSource: languageOn,
  });
  return { ...data, ...languageOn(spec.source) };
}
