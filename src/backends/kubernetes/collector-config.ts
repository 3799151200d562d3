// The configurations of the OpenTelemetry collector: the gateway that everything goes through, and the sampler behind it where there is one.
import type { Collector } from "../../plan/components.ts";
import type { StackPlan } from "../../plan/plan.ts";
import { prometheusUrl, serviceHost, serviceUrl } from "./addresses.ts";
import { masked } from "./scrubbing.ts";
import { type SpanMetrics, spanMetrics } from "./span-metrics.ts";
import { printYaml } from "./yaml.ts";

export type InCluster = Extract<Collector, { kind: "inCluster" }>;
type Parts = Readonly<Record<string, object>>;

interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** Gives up at half an hour: by then a back-end is gone, and memory is worth more. */
const retries = { retry_on_failure: { max_elapsed_time: "30m" } };

const receivers = {
  otlp: { protocols: { grpc: { endpoint: "0.0.0.0:4317" }, http: { endpoint: "0.0.0.0:4318" } } },
};
const limiter = { memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 25 } };
const batch = { batch: { send_batch_size: 4096, send_batch_max_size: 8192, timeout: "1s" } };

function service(extensions: readonly string[], pipelines: Readonly<Record<string, Pipeline>>): object {
  const reader = { pull: { exporter: { prometheus: { host: "0.0.0.0", port: 8888 } } } };
  return { extensions: ["health_check", ...extensions], telemetry: { metrics: { readers: [reader] } }, pipelines };
}

const variable = (name: string) => `\${env:${name}}`;

/** `$` begins a variable in the collector's files. */
const literal = (text: string) => text.replaceAll("$", "$$$$");

/** Masks values in attributes and bodies; names of spans and the text of exceptions are attributes or masked apart. */
function scrubbing({ scrub, scrubPatterns }: InCluster): Parts {
  const patterns = masked(scrub, scrubPatterns).map(literal);
  if (patterns.length === 0) return {};
  const names = patterns.map((pattern) => `replace_pattern(span.name, ${JSON.stringify(pattern)}, "****")`);
  const messages = patterns.map(
    (pattern) => `replace_pattern(span.status.message, ${JSON.stringify(pattern)}, "****")`,
  );
  return {
    redaction: {
      allow_all_keys: true,
      // Lists, objects and numbers too: those without a match stay as they are.
      redact_all_types: true,
      blocked_values: patterns,
      summary: "silent",
    },
    "transform/scrub": { error_mode: "ignore", trace_statements: [...names, ...messages] },
  };
}

interface Destinations {
  readonly exporters: Parts;
  readonly extensions: Parts;
}

/** Where traces are kept. */
function traceDestinations(stack: StackPlan, { alsoTo }: InCluster): Destinations {
  const { langfuse, jaeger } = stack.components;
  const exporters: Record<string, object> = {};
  const extensions: Record<string, object> = {};
  if (langfuse.kind !== "off") {
    const url = langfuse.kind === "inCluster" ? serviceUrl(stack, "langfuse-web", 3000) : langfuse.url;
    exporters["otlp_http/langfuse"] = {
      endpoint: `${url.replace(/\/+$/, "")}/api/public/otel`,
      auth: { authenticator: "basicauth/langfuse" },
      headers: { "x-langfuse-ingestion-version": "4" },
      ...retries,
    };
    extensions["basicauth/langfuse"] = {
      client_auth: { username: variable("LANGFUSE_PUBLIC_KEY"), password: variable("LANGFUSE_SECRET_KEY") },
    };
  }
  if (jaeger.kind !== "off") {
    const endpoint = jaeger.kind === "inCluster" ? `${serviceHost(stack, "jaeger")}:4317` : jaeger.address;
    exporters["otlp_grpc/jaeger"] = { endpoint, tls: { insecure: true }, ...retries };
  }
  for (const [name, { url, headers }] of Object.entries(alsoTo)) {
    const values = Object.keys(headers).map((header) => [header, variable(headerVariable(name, header))]);
    exporters[`otlp_http/${name}`] = { endpoint: url, headers: Object.fromEntries(values), ...retries };
  }
  return { exporters, extensions };
}

/** The variable that holds a header's value. @example "PHOENIX_API_KEY" */
export function headerVariable(destination: string, header: string): string {
  return `${destination}_${header}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
}

function otherDestinations(stack: StackPlan): Parts {
  const { loki } = stack.components;
  const url = loki.kind === "external" ? loki.url.replace(/\/+$/, "") : serviceUrl(stack, "loki", 3100);
  return {
    "otlp_http/prometheus": { endpoint: `${prometheusUrl(stack)}/api/v1/otlp`, ...retries },
    ...(loki.kind === "off" ? {} : { "otlp_http/loki": { endpoint: `${url}/otlp`, ...retries } }),
  };
}

const health = { health_check: { endpoint: "0.0.0.0:13133" } };

/** What apps send to. */
export function gatewayConfig(stack: StackPlan, collector: InCluster): string {
  const destinations = traceDestinations(stack, collector);
  const stored = Object.keys(destinations.exporters);
  const scrub = scrubbing(collector);
  const derived: SpanMetrics | undefined = collector.metricsFromSpans ? spanMetrics() : undefined;
  const sampled = collector.sampling !== undefined;
  const balancing = { load_balancing: loadBalancing(stack) };
  const traceExporters = [...(sampled ? ["load_balancing"] : stored), ...(derived?.from ?? [])];
  const scrubbed = Object.keys(scrub);
  const others = otherDestinations(stack);
  const pipelines: Record<string, Pipeline> = {
    ...(traceExporters.length > 0
      ? {
          traces: {
            receivers: ["otlp"],
            processors: ["memory_limiter", ...scrubbed, "batch"],
            exporters: traceExporters,
          },
        }
      : {}),
    ...derived?.pipelines,
    metrics: {
      receivers: ["otlp", ...(derived?.into ?? [])],
      processors: ["memory_limiter", "batch"],
      exporters: ["otlp_http/prometheus"],
    },
    ...("otlp_http/loki" in others
      ? {
          logs: {
            receivers: ["otlp"],
            processors: ["memory_limiter", ...scrubbed.filter((name) => name === "redaction"), "batch"],
            exporters: ["otlp_http/loki"],
          },
        }
      : {}),
  };
  const used = new Set(Object.values(pipelines).flatMap(({ processors }) => processors));
  const processors = Object.entries({ ...limiter, ...scrub, ...derived?.processors, ...batch });
  return printYaml({
    receivers,
    processors: Object.fromEntries(processors.filter(([name]) => used.has(name))),
    ...(derived ? { connectors: derived.connectors } : {}),
    exporters: { ...(sampled ? balancing : destinations.exporters), ...others },
    extensions: { ...health, ...(sampled ? {} : destinations.extensions) },
    service: service(sampled ? [] : Object.keys(destinations.extensions), pipelines),
  });
}

/** All spans of a trace go to one sampler, since it decides about whole traces. */
function loadBalancing(stack: StackPlan): object {
  return {
    routing_key: "traceID",
    protocol: { otlp: { tls: { insecure: true } } },
    resolver: { dns: { hostname: serviceHost(stack, "otel-sampler-headless"), port: "4317" } },
  };
}

/** The second tier: keeps traces with errors and slow ones, and a share of the rest. */
export function samplerConfig(
  stack: StackPlan,
  collector: InCluster,
  sampling: NonNullable<InCluster["sampling"]>,
): string {
  const { exporters, extensions } = traceDestinations(stack, collector);
  const policies = [
    { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
    { name: "slow", type: "latency", latency: { threshold_ms: sampling.slowerThanSeconds * 1_000 } },
    { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: sampling.keepPercent } },
  ];
  return printYaml({
    receivers,
    processors: {
      ...limiter,
      tail_sampling: {
        decision_wait: "30s",
        num_traces: 50_000,
        // Spans that come after the decision follow it.
        decision_cache: { sampled_cache_size: 100_000, non_sampled_cache_size: 100_000 },
        policies,
      },
      ...batch,
    },
    exporters,
    extensions: { ...health, ...extensions },
    service: service(Object.keys(extensions), {
      traces: {
        receivers: ["otlp"],
        processors: ["memory_limiter", "tail_sampling", "batch"],
        exporters: Object.keys(exporters),
      },
    }),
  });
}
