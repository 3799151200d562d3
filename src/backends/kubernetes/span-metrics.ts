// The contract's request series, from GenAI spans of apps that only trace: a destination of traces like any other.
import type { SpanSeries } from "../../plan/components.ts";
import type { Destinations } from "./collector-destinations.ts";

const isModelCall = ["chat", "text_completion", "generate_content"]
  .map((operation) => `span.attributes["gen_ai.operation.name"] == "${operation}"`)
  .join(" or ");

const copy = (to: string, from: string) =>
  `set(span.attributes["${to}"], span.attributes["${from}"]) where span.attributes["${from}"] != nil`;
const status = (value: string, condition?: string) =>
  `set(span.attributes["status"], "${value}")${condition === undefined ? "" : ` where ${condition}`}`;
const errorLike = (pattern: string) => `IsMatch(span.attributes["error.type"], "(?i)${pattern}")`;

/**
 * Attributes of a span under the contract's names. The feature is the app's own attribute, else the service; the model is the one asked for,
 * as the metrics package has it. Of several statements the last one that holds counts.
 */
const toContract = [
  'set(span.attributes["feature"], resource.attributes["service.name"]) where span.attributes["feature"] == nil',
  copy("model", "gen_ai.response.model"),
  copy("model", "gen_ai.request.model"),
  copy("provider", "gen_ai.system"),
  copy("provider", "gen_ai.provider.name"),
  status("success"),
  status("error", "span.status.code == STATUS_CODE_ERROR"),
  status("timeout", errorLike("timeout|deadline")),
  status("rate_limited", errorLike("rate.?limit|^429$$")),
  status("cancelled", errorLike("cancel|abort")),
  status("content_filtered", errorLike("content.?(filter|policy)")),
];

const dimensions = (names: readonly string[]) => names.map((name) => ({ name, default: "unknown" }));

/**
 * The connector counts every span it is given and times it: one counts calls by status, one times those that succeeded. Each replica counts
 * its own, told apart by `collector_instance_id`, which the connector adds.
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

export function spanMetrics({ requestLabels, durationLabels, durationBuckets }: SpanSeries): Partial<Destinations> {
  const buckets = durationBuckets.map((seconds) => `${seconds}s`);
  return {
    entries: ["forward/model-calls"],
    connectors: {
      "forward/model-calls": {},
      "span_metrics/requests": connector("llm.spans", requestLabels, { disable: true }),
      "span_metrics/durations": connector("llm.successes", durationLabels, { unit: "s", explicit: { buckets } }),
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
  };
}
