// The source for traffic that goes through a LiteLLM proxy with `callbacks: ["prometheus"]`.
import type { Source } from "./source.ts";

/** LiteLLM's latency buckets (litellm/types/integrations/prometheus.py), in seconds. */
const buckets = [
  0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5,
  10, 15, 20, 25, 30, 60, 120, 180, 240, 300,
] as const;

/** HTTP status codes of the proxy's answers. Other 4xx codes are the caller's own mistakes and leave both sides of every ratio. */
const statusCodes = {
  success: ["200", "201", "202"],
  timeout: ["408", "504"],
  rate_limited: ["429"],
  error: ["500", "501", "502", "503", "520", "529"],
} as const;

/** Labels of every LiteLLM series that can tell features apart. */
const featureLabels = ["api_key_alias", "team_alias", "end_user"] as const;

const signals = {
  requests: { metric: "litellm_proxy_total_requests_metric_total", label: "status_code", statuses: statusCodes },
  duration: { metric: "litellm_request_total_latency_metric", buckets },
  firstToken: { metric: "litellm_llm_api_time_to_first_token_metric", buckets },
  cost: { metric: "litellm_spend_metric_total" },
} as const;

/**
 * SLIs measured by a LiteLLM proxy. LiteLLM has no notion of a feature: name the label that tells yours apart.
 * It publishes no histogram of cost per request, no in-flight gauge by feature and nothing of quality, so those can't be asked of it. Its counter of
 * requests without a price names no key or team, so unpriced ones aren't seen either.
 * @example litellmSource({ features: ["support_chat"], models: ["gpt-5-mini"], featureLabel: "team_alias" })
 */
export function litellmSource<const F extends string, const M extends string>(spec: {
  /** Values of `featureLabel`. */
  readonly features: readonly F[];
  /** Model groups, as callers request them. */
  readonly models: readonly M[];
  /** Default `api_key_alias`: one key per feature. */
  readonly featureLabel?: (typeof featureLabels)[number];
}): Source<"litellm", F, M, Readonly<Record<never, readonly string[]>>, typeof signals> {
  const { featureLabel = featureLabels[0], ...vocabulary } = spec;
  return {
    kind: "source",
    name: "litellm",
    ...vocabulary,
    ownLabels: {},
    labelNames: { feature: featureLabel, model: "requested_model" },
    featureLabels,
    signals,
  };
}
