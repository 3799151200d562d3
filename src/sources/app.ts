// The source for apps that emit the contract of @llm-slo/metrics.
import {
  contractHash,
  contractVersion,
  type DeclaredMetrics,
  type HistogramName,
  type Status,
  statuses,
} from "@llm-slo/metrics/contract";
import type { Source } from "./source.ts";

/** Metrics that tell features apart and nothing finer. */
const byFeature = { labels: [] } as const;

const evaluations = {
  metric: "llm_eval_runs_total",
  label: "result",
  good: "pass",
  bad: "fail",
  nameLabel: "evaluator",
  batches: { metric: "llm_eval_batches_total", label: "result", completed: "completed", failed: "error" },
  ...byFeature,
} as const;
const validations = {
  metric: "llm_output_validations_total",
  label: "result",
  good: "pass",
  bad: "fail",
  nameLabel: "check",
  ...byFeature,
} as const;
const tasks = {
  metric: "llm_tasks_total",
  label: "outcome",
  good: "completed",
  bad: "failed",
  abandoned: "abandoned",
  ...byFeature,
} as const;
const cache = { metric: "llm_cache_requests_total", label: "result", good: "hit", bad: "miss", ...byFeature } as const;
const feedback = { metric: "llm_user_feedback_total", label: "rating", good: "up", bad: "down", ...byFeature } as const;

/** Where an organisation says what its apps emit. */
const declaredIn = "slos/metrics.ts";

type AnyBuckets = Readonly<Record<HistogramName, readonly number[]>>;
/** A histogram of requests, each of which may be traced. */
type TracedOf<B extends AnyBuckets, H extends HistogramName> = {
  readonly metric: H;
  readonly buckets: B[H];
  readonly declaredIn: string;
  readonly exemplars: true;
};
type ScoreOf<B extends AnyBuckets, H extends HistogramName> = typeof byFeature & {
  readonly metric: H;
  readonly buckets: B[H];
  readonly declaredIn: string;
};
type AppSignals<B extends AnyBuckets, E extends string, C extends string> = {
  readonly requests: {
    readonly metric: "llm_requests_total";
    readonly label: "status";
    readonly statuses: Readonly<Record<Status, readonly [Status]>>;
  };
  readonly errors: { readonly metric: "llm_errors_total"; readonly label: "error_type" };
  readonly duration: TracedOf<B, "llm_request_duration_seconds">;
  readonly firstToken: TracedOf<B, "llm_time_to_first_token_seconds"> & {
    readonly missing: "llm_first_token_missing_total";
  };
  readonly outputSpeed: TracedOf<B, "llm_output_tokens_per_second">;
  readonly costPerRequest: TracedOf<B, "llm_cost_per_request_usd">;
  readonly inflight: { readonly metric: "llm_inflight_requests" };
  readonly retries: { readonly metric: "llm_retries_total" };
  readonly contextUtilisation: TracedOf<B, "llm_context_utilisation_ratio">;
  readonly queueDepth: typeof byFeature & { readonly metric: "llm_queue_depth" };
  readonly cache: typeof cache;
  readonly tokens: { readonly metric: "llm_tokens_total"; readonly label: "token_type" };
  readonly contract: { readonly metric: "llm_contract_info"; readonly version: string; readonly hash: string };
  readonly evaluations: typeof evaluations & { readonly names: readonly E[] };
  readonly evaluationScore: ScoreOf<B, "llm_eval_score">;
  readonly retrievalRelevance: ScoreOf<B, "llm_retrieval_relevance_score">;
  readonly validations: typeof validations & { readonly names: readonly C[] };
  readonly tasks: typeof tasks;
  readonly feedback: typeof feedback;
  readonly cost: { readonly metric: "llm_cost_usd_total" };
  readonly unpriced: { readonly metric: "llm_unpriced_requests_total" };
};

/**
 * SLIs measured by the apps themselves, with `@llm-slo/metrics`.
 * @example appSource(metrics) // metrics: the default export of slos/metrics.ts
 */
export function appSource<
  F extends string,
  M extends string,
  L extends Readonly<Record<string, readonly string[]>>,
  B extends AnyBuckets,
  E extends string,
  C extends string,
>(metrics: DeclaredMetrics<F, M, L, B, E, C>): Source<"app", F, M, L, AppSignals<B, E, C>> {
  const traced = <H extends HistogramName>(metric: H): TracedOf<B, H> => ({
    metric,
    buckets: metrics.buckets[metric],
    declaredIn,
    exemplars: true,
  });
  const score = <H extends HistogramName>(metric: H): ScoreOf<B, H> => ({
    metric,
    buckets: metrics.buckets[metric],
    declaredIn,
    ...byFeature,
  });
  return {
    kind: "source",
    name: "app",
    features: metrics.features,
    models: metrics.models,
    ownLabels: metrics.labels,
    labelNames: { feature: "feature", model: "model", provider: "provider" },
    signals: {
      requests: {
        metric: "llm_requests_total",
        label: "status",
        statuses: Object.fromEntries(statuses.map((status) => [status, [status]])) as unknown as Record<
          Status,
          readonly [Status]
        >,
      },
      errors: { metric: "llm_errors_total", label: "error_type" },
      duration: traced("llm_request_duration_seconds"),
      firstToken: { ...traced("llm_time_to_first_token_seconds"), missing: "llm_first_token_missing_total" },
      outputSpeed: traced("llm_output_tokens_per_second"),
      costPerRequest: traced("llm_cost_per_request_usd"),
      inflight: { metric: "llm_inflight_requests" },
      retries: { metric: "llm_retries_total" },
      contextUtilisation: traced("llm_context_utilisation_ratio"),
      queueDepth: { metric: "llm_queue_depth", ...byFeature },
      cache,
      tokens: { metric: "llm_tokens_total", label: "token_type" },
      contract: { metric: "llm_contract_info", version: contractVersion, hash: contractHash(metrics) },
      evaluations: { ...evaluations, names: metrics.evaluators },
      evaluationScore: score("llm_eval_score"),
      retrievalRelevance: score("llm_retrieval_relevance_score"),
      validations: { ...validations, names: metrics.checks },
      tasks,
      feedback,
      cost: { metric: "llm_cost_usd_total" },
      unpriced: { metric: "llm_unpriced_requests_total" },
    },
  };
}
