// The source for apps that emit the contract of @llm-slo/metrics.
import { type DeclaredMetrics, type HistogramName, type Status, statuses } from "@llm-slo/metrics/contract";
import type { Source } from "./source.ts";

/** Where an organisation says what its apps emit. */
const declaredIn = "slos/metrics.ts";

type AnyBuckets = Readonly<Record<HistogramName, readonly number[]>>;
type AppSignals<B extends AnyBuckets> = {
  readonly requests: {
    readonly metric: "llm_requests_total";
    readonly label: "status";
    readonly statuses: Readonly<Record<Status, readonly [Status]>>;
  };
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
>(metrics: DeclaredMetrics<F, M, L, B>): Source<"app", F, M, L, AppSignals<B>> {
  return {
    kind: "source",
    name: "app",
    features: metrics.features,
    models: metrics.models,
    ownLabels: metrics.labels,
    labelNames: { feature: "feature", model: "model" },
    signals: {
      requests: {
        metric: "llm_requests_total",
        label: "status",
        statuses: Object.fromEntries(statuses.map((status) => [status, [status]])) as unknown as Record<
          Status,
          readonly [Status]
        >,
      },
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
      cost: { metric: "llm_cost_usd_total" },
      unpriced: { metric: "llm_unpriced_requests_total" },
    },
  };
}
