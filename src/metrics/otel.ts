// `@llm-slo/metrics/otel`: the one entry point that needs @opentelemetry/api.
export { type PrometheusBridge, prometheusBridge } from "./otel-bridge.ts";
export { type OpenTelemetryOptions, openTelemetry } from "./otel-spans.ts";
