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
const feedback = { metric: "llm_user_feedback_total", label: "rating", good: "up", bad: "down", ...byFeature } as const;

/** Where an organisation says what its apps emit. */
const declaredIn = "slos/metrics.ts";

type AnyBuckets = Readonly<Record<HistogramName, readonly number[]>>;
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
  readonly duration: {
    readonly metric: "llm_request_duration_seconds";
    readonly buckets: B["llm_request_duration_seconds"];
    readonly declaredIn: string;
  };
  readonly firstToken: {
    readonly metric: "llm_time_to_first_token_seconds";
    readonly buckets: B["llm_time_to_first_token_seconds"];
    readonly declaredIn: string;
    readonly missing: "llm_first_token_missing_total";
  };
  readonly costPerRequest: {
    readonly metric: "llm_cost_per_request_usd";
    readonly buckets: B["llm_cost_per_request_usd"];
    readonly declaredIn: string;
  };
  readonly inflight: { readonly metric: "llm_inflight_requests" };
  readonly retries: { readonly metric: "llm_retries_total" };
  readonly contextUtilisation: {
    readonly metric: "llm_context_utilisation_ratio";
    readonly buckets: B["llm_context_utilisation_ratio"];
    readonly declaredIn: string;
  };
  readonly queueDepth: { readonly metric: "llm_queue_depth" };
  readonly tokens: { readonly metric: "llm_tokens_total" };
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
      duration: {
        metric: "llm_request_duration_seconds",
        buckets: metrics.buckets.llm_request_duration_seconds,
        declaredIn,
      },
      firstToken: {
        metric: "llm_time_to_first_token_seconds",
        buckets: metrics.buckets.llm_time_to_first_token_seconds,
        declaredIn,
        missing: "llm_first_token_missing_total",
      },
      costPerRequest: {
        metric: "llm_cost_per_request_usd",
        buckets: metrics.buckets.llm_cost_per_request_usd,
        declaredIn,
      },
      inflight: { metric: "llm_inflight_requests" },
      retries: { metric: "llm_retries_total" },
      contextUtilisation: {
        metric: "llm_context_utilisation_ratio",
        buckets: metrics.buckets.llm_context_utilisation_ratio,
        declaredIn,
      },
      queueDepth: { metric: "llm_queue_depth" },
      tokens: { metric: "llm_tokens_total" },
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
