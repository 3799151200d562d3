// The metric contract: the one place where a metric's name, type, labels and buckets are written down.

/** How a request ended. `cancelled` means the caller went away; `content_filtered` that the provider refused to answer. */
export const statuses = ["success", "error", "timeout", "rate_limited", "cancelled", "content_filtered"] as const;
export type Status = (typeof statuses)[number];

/** What went wrong with a request that did not succeed: the detail behind `status`. `abandoned` is a stream nobody read to its end. */
export const errorTypes = [
  "timeout",
  "connection",
  "rate_limited",
  "quota",
  "overloaded",
  "server",
  "authentication",
  "invalid_request",
  "context_length",
  "content_filter",
  "refusal",
  "cancelled",
  "abandoned",
  "other",
] as const;
export type ErrorType = (typeof errorTypes)[number];

/** How tokens are split: every token is counted under one of them. */
export const tokenTypes = ["input", "cache_read", "cache_write", "output", "reasoning"] as const;
export type TokenType = (typeof tokenTypes)[number];

/** Metrics whose values or closed labels come from the app, which may get them wrong. */
const droppable = [
  "llm_tokens_total",
  "llm_cost_usd_total",
  "llm_cache_requests_total",
  "llm_queue_depth",
  "llm_eval_runs_total",
  "llm_eval_batches_total",
  "llm_eval_score",
  "llm_user_feedback_total",
  "llm_output_validations_total",
  "llm_tasks_total",
  "llm_retrieval_relevance_score",
] as const;
export type DroppedMetric = (typeof droppable)[number];

const scope = ["feature", "model", "provider"] as const;

/**
 * Every series an app emits and every series the generated rules may ask for. Buckets are upper bounds in the metric's unit, without +Inf.
 * A label with a closed set of values lists it under `values`.
 */
export const contract = {
  llm_requests_total: {
    type: "counter",
    unit: "requests",
    help: "LLM requests that ended, by how they ended.",
    labels: [...scope, "status"],
    values: { status: statuses },
  },
  llm_errors_total: {
    type: "counter",
    unit: "errors",
    help: "LLM requests that did not succeed, by the kind of error.",
    labels: [...scope, "error_type"],
    values: { error_type: errorTypes },
  },
  llm_request_duration_seconds: {
    type: "histogram",
    unit: "seconds",
    help: "Duration of successful LLM requests, from the call to the last byte. Failures are left out: an instant 429 is not a fast answer.",
    labels: scope,
    buckets: [0.1, 0.25, 0.5, 1, 2, 4, 5, 8, 10, 16, 30, 60, 120],
  },
  llm_time_to_first_token_seconds: {
    type: "histogram",
    unit: "seconds",
    help: "Time from the call to the first content of a streamed answer.",
    labels: scope,
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
  },
  llm_first_token_missing_total: {
    type: "counter",
    unit: "requests",
    help: "Streams that failed before their first token.",
    labels: scope,
  },
  llm_output_tokens_per_second: {
    type: "histogram",
    unit: "tokens per second",
    help: "Output tokens, reasoning included, per second of a successful request, from the call to the last byte.",
    labels: scope,
    buckets: [1, 2, 5, 10, 20, 40, 80, 160, 320],
  },
  llm_tokens_total: {
    type: "counter",
    unit: "tokens",
    help: "Tokens, as a partition: the sum over token_type counts every token once.",
    labels: [...scope, "token_type"],
    values: { token_type: tokenTypes },
  },
  llm_cost_usd_total: {
    type: "counter",
    unit: "USD",
    help: "Cost of LLM requests.",
    labels: scope,
  },
  llm_cost_per_request_usd: {
    type: "histogram",
    unit: "USD",
    help: "Cost of one priced LLM request.",
    labels: scope,
    buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
  },
  llm_unpriced_requests_total: {
    type: "counter",
    unit: "requests",
    help: "Requests whose cost is not known, for want of a price or of token counts: counted here, never charged as 0.",
    labels: scope,
  },
  llm_usage_missing_total: {
    type: "counter",
    unit: "requests",
    help: "Requests that were answered, wholly or in part, without telling all of their tokens.",
    labels: scope,
  },
  llm_inflight_requests: {
    type: "gauge",
    unit: "requests",
    help: "LLM requests that have started and not ended.",
    labels: scope,
  },
  llm_context_utilisation_ratio: {
    type: "histogram",
    unit: "ratio",
    help: "Share of the model's context window that a request used.",
    labels: ["feature", "model"],
    buckets: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99],
  },
  llm_retries_total: {
    type: "counter",
    unit: "retries",
    help: "Attempts after the first one.",
    labels: scope,
  },
  llm_cache_requests_total: {
    type: "counter",
    unit: "requests",
    help: "Look-ups in the app's own answer cache.",
    labels: ["feature", "result"],
    values: { result: ["hit", "miss"] },
  },
  llm_queue_depth: {
    type: "gauge",
    unit: "requests",
    help: "Requests that wait for their turn.",
    labels: ["feature"],
  },
  llm_eval_runs_total: {
    type: "counter",
    unit: "items",
    help: "Items judged by an evaluator.",
    labels: ["feature", "evaluator", "result"],
    values: { result: ["pass", "fail", "error"] },
  },
  llm_eval_batches_total: {
    type: "counter",
    unit: "batches",
    help: "Runs of an evaluator, empty ones too: its heartbeat.",
    labels: ["feature", "evaluator", "result"],
    values: { result: ["completed", "error"] },
  },
  llm_eval_score: {
    type: "histogram",
    unit: "score",
    help: "Score an evaluator gave an item, 0 to 1.",
    labels: ["feature", "evaluator"],
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1],
  },
  llm_user_feedback_total: {
    type: "counter",
    unit: "ratings",
    help: "Ratings users gave.",
    labels: ["feature", "rating"],
    values: { rating: ["up", "down"] },
  },
  llm_output_validations_total: {
    type: "counter",
    unit: "checks",
    help: "Checks of an answer's format or content.",
    labels: ["feature", "check", "result"],
    values: { result: ["pass", "fail"] },
  },
  llm_tasks_total: {
    type: "counter",
    unit: "tasks",
    help: "Tasks users set out to do, by outcome.",
    labels: ["feature", "outcome"],
    values: { outcome: ["completed", "failed", "abandoned"] },
  },
  llm_retrieval_relevance_score: {
    type: "histogram",
    unit: "score",
    help: "Relevance of what retrieval found for a request, 0 to 1.",
    labels: ["feature"],
    buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1],
  },
  llm_metrics_capped_total: {
    type: "counter",
    unit: "label values",
    help: "Label values that nobody declared, recorded as other.",
    labels: ["label"],
  },
  llm_metrics_dropped_total: {
    type: "counter",
    unit: "values",
    help: "What was not recorded: no number, negative, beyond reason, or a result that the contract does not know.",
    labels: ["metric"],
    values: { metric: droppable },
  },
  llm_metrics_errors_total: {
    type: "counter",
    unit: "errors",
    help: "Errors inside of the metrics package, kept from the app.",
    labels: [],
  },
  llm_contract_info: {
    type: "gauge",
    unit: "",
    help: "Always 1. Names the contract that a running app was built with.",
    labels: ["version", "hash"],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** What the contract says of one metric. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly buckets?: readonly number[];
}

export type Contract = typeof contract;
export type MetricName = keyof Contract;
/** The label names of a metric. @example LabelsOf<"llm_cost_usd_total"> // "feature" | "model" | "provider" */
export type LabelsOf<M extends MetricName> = Contract[M]["labels"][number];
export type CounterName = { [M in MetricName]: Contract[M] extends { type: "counter" } ? M : never }[MetricName];
export type GaugeName = { [M in MetricName]: Contract[M] extends { type: "gauge" } ? M : never }[MetricName];
export type HistogramName = { [M in MetricName]: Contract[M] extends { type: "histogram" } ? M : never }[MetricName];
/** The bucket boundaries of a histogram, as the contract has them. */
export type BucketsOf<M extends HistogramName> = Contract[M]["buckets"];
