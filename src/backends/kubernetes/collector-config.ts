// The configurations of the OpenTelemetry collector: the gateway that everything goes through, and the sampler behind it where there is one.
import type { StackPlan } from "../../plan/plan.ts";
import { serviceHost } from "./addresses.ts";
import {
  type Destinations,
  type InCluster,
  logDestination,
  metricDestination,
  together,
  traceDestinations,
} from "./collector-destinations.ts";
import { batch, memoryLimiter, otlpReceiver, type Parts, type Pipeline, telemetry } from "./open-telemetry.ts";
import { masked, maskedKeys } from "./scrubbing.ts";
import { spanMetrics } from "./span-metrics.ts";
import type { Setting } from "./workload.ts";
import { printYaml } from "./yaml.ts";

/** A configuration, and the variables that it reads. */
export interface Configuration {
  readonly text: string;
  readonly env: Readonly<Record<string, Setting>>;
}

const health: Parts = { health_check: { endpoint: "0.0.0.0:13133" } };

/** `$` begins a variable in the collector's files. */
const literal = (text: string) => text.replaceAll("$", "$$$$");

/** Masks values in attributes and bodies; names of spans, and what their errors say, are neither and masked apart. */
function scrubbing({ scrub, scrubPatterns }: InCluster): Parts {
  const patterns = masked(scrub, scrubPatterns).map(literal);
  if (patterns.length === 0) return {};
  const replace = (...texts: readonly string[]) =>
    texts.flatMap((text) => patterns.map((pattern) => `replace_pattern(${text}, ${JSON.stringify(pattern)}, "****")`));
  const keys = maskedKeys(scrub);
  return {
    redaction: {
      allow_all_keys: true,
      // Lists, objects and numbers too: those without a match stay as they are.
      redact_all_types: true,
      blocked_values: patterns,
      ...(keys.length > 0 ? { blocked_key_patterns: keys.map(literal) } : {}),
      summary: "silent",
    },
    "transform/scrub": {
      error_mode: "ignore",
      // Apart: together they would run for each event, and never for spans without any.
      trace_statements: [
        { context: "span", statements: replace("span.name", "span.status.message") },
        { context: "spanevent", statements: replace("spanevent.name") },
      ],
    },
  };
}

/** A whole configuration, with those of the processors that a pipeline uses. */
function configuration(
  own: Readonly<Record<string, Pipeline>>,
  shared: Parts,
  { exporters, extensions, connectors, processors, pipelines: theirs, env }: Destinations,
): Configuration {
  const pipelines = { ...own, ...theirs };
  const used = new Set(Object.values(pipelines).flatMap(({ processors }) => processors));
  const text = printYaml({
    receivers: otlpReceiver,
    processors: Object.fromEntries(Object.entries({ ...shared, ...processors }).filter(([id]) => used.has(id))),
    ...(Object.keys(connectors).length > 0 ? { connectors } : {}),
    exporters,
    extensions: { ...health, ...extensions },
    service: { extensions: ["health_check", ...Object.keys(extensions)], telemetry, pipelines },
  });
  return { text, env };
}

/** What apps send to. */
export function gatewayConfig(stack: StackPlan, collector: InCluster): Configuration {
  const derived = collector.metricsFromSpans ? spanMetrics(collector.metricsFromSpans) : {};
  const traces = together(collector.sampling ? toSampler(stack) : traceDestinations(stack, collector), derived);
  const metrics = together(metricDestination(stack));
  const logs = together(logDestination(stack));
  const scrub = scrubbing(collector);
  const redaction = "redaction" in scrub ? ["redaction"] : [];
  const take = (name: string, processors: readonly string[], { entries }: Destinations): Record<string, Pipeline> =>
    entries.length === 0
      ? {}
      : {
          [name]: {
            receivers: ["otlp"],
            processors: ["memory_limiter", ...processors, "batch"],
            exporters: entries,
          },
        };
  const pipelines = {
    ...take("traces", Object.keys(scrub), traces),
    ...take("metrics", redaction, metrics),
    ...take("logs", redaction, logs),
  };
  return configuration(pipelines, { ...memoryLimiter, ...scrub, ...batch }, together(traces, metrics, logs));
}

/** All spans of a trace go to one sampler, since it decides about whole traces. */
function toSampler(stack: StackPlan): Partial<Destinations> {
  const balancing = {
    routing_key: "traceID",
    protocol: { otlp: { tls: { insecure: true } } },
    resolver: { dns: { hostname: serviceHost(stack, "otel-sampler-headless"), port: "4317" } },
  };
  return { exporters: { load_balancing: balancing } };
}

/** The second tier: keeps traces with errors and slow ones, and a share of the rest. */
export function samplerConfig(
  stack: StackPlan,
  collector: InCluster,
  sampling: NonNullable<InCluster["sampling"]>,
): Configuration {
  const destinations = traceDestinations(stack, collector);
  const policies = [
    { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
    { name: "slow", type: "latency", latency: { threshold_ms: sampling.slowerThanSeconds * 1_000 } },
    { name: "share", type: "probabilistic", probabilistic: { sampling_percentage: sampling.keepPercent } },
  ];
  const tailSampling = {
    decision_wait: "30s",
    num_traces: 50_000,
    // Spans that come after the decision follow it.
    decision_cache: { sampled_cache_size: 100_000, non_sampled_cache_size: 100_000 },
    policies,
  };
  const traces: Pipeline = {
    receivers: ["otlp"],
    processors: ["memory_limiter", "tail_sampling", "batch"],
    exporters: destinations.entries,
  };
  return configuration({ traces }, { ...memoryLimiter, tail_sampling: tailSampling, ...batch }, destinations);
}
