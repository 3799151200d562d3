// The contract's request series, from GenAI spans of apps that only trace.

export interface SpanMetrics {
  readonly connectors: Readonly<Record<string, object>>;
  readonly processors: Readonly<Record<string, object>>;
  readonly pipelines: Readonly<
    Record<
      string,
      {
        readonly receivers: readonly string[];
        readonly processors: readonly string[];
        readonly exporters: readonly string[];
      }
    >
  >;
  /** The connectors that the pipeline of traces feeds. */
  readonly from: readonly string[];
  /** The connectors that feed the pipeline of metrics. */
  readonly into: readonly string[];
}

const isModelCall =
  'span.attributes["gen_ai.operation.name"] == "chat" or span.attributes["gen_ai.operation.name"] == "text_completion" or span.attributes["gen_ai.operation.name"] == "generate_content"';

/** Of the contract: the labels, and the buckets of llm_request_duration_seconds. */
const labels = ["feature", "model", "provider"];
const buckets = ["100ms", "250ms", "500ms", "1s", "2s", "4s", "5s", "8s", "10s", "16s", "30s", "60s", "120s"];

/** Attributes of a span under the contract's names. The feature is the app's own attribute, else the service. */
const toContract = [
  'set(span.attributes["feature"], resource.attributes["service.name"]) where span.attributes["feature"] == nil',
  'set(span.attributes["model"], span.attributes["gen_ai.response.model"]) where span.attributes["gen_ai.response.model"] != nil',
  'set(span.attributes["model"], span.attributes["gen_ai.request.model"]) where span.attributes["gen_ai.request.model"] != nil',
  'set(span.attributes["provider"], span.attributes["gen_ai.system"]) where span.attributes["gen_ai.system"] != nil',
  'set(span.attributes["provider"], span.attributes["gen_ai.provider.name"]) where span.attributes["gen_ai.provider.name"] != nil',
  'set(span.attributes["status"], "success")',
  'set(span.attributes["status"], "error") where span.status.code == STATUS_CODE_ERROR',
  'set(span.attributes["status"], "timeout") where IsMatch(span.attributes["error.type"], "(?i)timeout")',
  'set(span.attributes["status"], "rate_limited") where IsMatch(span.attributes["error.type"], "(?i)rate.?limit|429")',
];

const dimensions = (names: readonly string[]) => names.map((name) => ({ name, default: "unknown" }));

/**
 * spanmetrics counts every span it is given and times it: one counts calls by status, one times those that succeeded. Each replica counts its
 * own, told apart by `collector_instance_id`, which the connector adds.
 */
const builtIn = ["service.name", "span.name", "span.kind", "status.code"];
const connector = (namespace: string, names: readonly string[], histogram: object) => ({
  namespace,
  dimensions: dimensions(names),
  exclude_dimensions: builtIn,
  histogram,
  aggregation_cardinality_limit: 2_000,
  metrics_flush_interval: "15s",
  metrics_expiration: "0s",
});

export function spanMetrics(): SpanMetrics {
  return {
    connectors: {
      "forward/model-calls": {},
      "span_metrics/requests": connector("llm.spans", [...labels, "status"], { disable: true }),
      "span_metrics/durations": connector("llm.successes", labels, { unit: "s", explicit: { buckets } }),
    },
    processors: {
      "filter/model-calls": { error_mode: "ignore", traces: { span: [`not (${isModelCall})`] } },
      "transform/contract": { error_mode: "ignore", trace_statements: toContract },
      "filter/successes": { error_mode: "ignore", traces: { span: ['span.attributes["status"] != "success"'] } },
      "transform/names": {
        error_mode: "ignore",
        metric_statements: [
          'set(metric.name, "llm_requests") where metric.name == "llm.spans.calls"',
          'set(metric.name, "llm_request_duration") where metric.name == "llm.successes.duration"',
        ],
      },
      "filter/names": { error_mode: "ignore", metrics: { metric: ['metric.name == "llm.successes.calls"'] } },
    },
    pipelines: {
      "traces/requests": {
        receivers: ["forward/model-calls"],
        processors: ["filter/model-calls", "transform/contract"],
        exporters: ["span_metrics/requests"],
      },
      "traces/durations": {
        receivers: ["forward/model-calls"],
        processors: ["filter/model-calls", "transform/contract", "filter/successes"],
        exporters: ["span_metrics/durations"],
      },
      "metrics/from-spans": {
        receivers: ["span_metrics/requests", "span_metrics/durations"],
        processors: ["memory_limiter", "filter/names", "transform/names", "batch"],
        exporters: ["otlp_http/prometheus"],
      },
    },
    from: ["forward/model-calls"],
    into: [],
  };
}
