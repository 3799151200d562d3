// A strict model of the parts of the OpenTelemetry collector that are used, as their own documentation has them: a field it doesn't know is
// one that the collector would refuse to start with.
import { z } from "zod";

const duration = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h))+$/);
const address = z.string().regex(/^[\w.-]+:\d+$/);
const url = z.string().regex(/^https?:\/\/[^\s/]+(\/\S*)?$/);
const count = z.int().positive();
const id = z.string().regex(/^[a-z][a-z0-9_]*(\/[a-z0-9_-]+)?$/);
/** Of one context: a list runs in the narrowest that it names. */
const statements = z
  .array(z.string().regex(/^(set|replace_pattern)\(.+\)( where .+)?$/))
  .refine((list) => new Set(list.map((one) => /\((\w+)\./.exec(one)?.[1])).size <= 1);
const group = z.union([
  z.strictObject({ context: z.literal("resource"), statements: statementsOn("resource") }),
  z.strictObject({ context: z.literal("span"), statements: statementsOn("span") }),
  z.strictObject({ context: z.literal("spanevent"), statements: statementsOn("spanevent") }),
]);
const errorMode = z.enum(["ignore", "silent", "propagate"]);

/** A statement that names something inside of its context is left out wherever there is no such thing. */
function statementsOn(context: string) {
  const cut = `(stringify_all\\(${context}\\.attributes\\)|truncate_all\\(${context}\\.attributes, \\d+\\))$`;
  return z.array(z.string().regex(new RegExp(`^(replace_pattern\\(${context}\\.|${cut})`)));
}

const retries = z.strictObject({ max_elapsed_time: duration });
const auth = z.strictObject({ authenticator: id });
const tls = z.strictObject({ insecure: z.boolean() });
const headers = z.record(z.string(), z.string());

const receivers = {
  otlp: z.strictObject({
    protocols: z.strictObject({
      grpc: z.strictObject({ endpoint: address, max_recv_msg_size_mib: count }),
      http: z.strictObject({ endpoint: address, max_request_body_size: count }),
    }),
  }),
};

const histogram = z.union([
  z.strictObject({ disable: z.literal(true) }),
  z.strictObject({ unit: z.enum(["ms", "s"]), explicit: z.strictObject({ buckets: z.array(duration) }) }),
]);

const processors = {
  memory_limiter: z.strictObject({
    check_interval: duration,
    limit_percentage: z.int().max(100),
    spike_limit_percentage: z.int().max(100),
  }),
  batch: z
    .strictObject({ send_batch_size: count, send_batch_max_size: count, timeout: duration })
    .refine((batch) => batch.send_batch_max_size >= batch.send_batch_size),
  redaction: z.strictObject({
    allow_all_keys: z.literal(true),
    redact_all_types: z.boolean(),
    blocked_values: z.array(z.string()),
    blocked_key_patterns: z.array(z.string()).optional(),
    summary: z.enum(["silent", "info", "debug"]),
  }),
  transform: z.strictObject({
    error_mode: errorMode,
    trace_statements: statements.or(z.array(group)).optional(),
    metric_statements: statements.optional(),
  }),
  filter: z.strictObject({
    error_mode: errorMode,
    traces: z.strictObject({ span: z.array(z.string()) }).optional(),
    metrics: z.strictObject({ metric: z.array(z.string()) }).optional(),
  }),
  tail_sampling: z.strictObject({
    decision_wait: duration,
    num_traces: count,
    decision_cache: z.strictObject({ sampled_cache_size: count, non_sampled_cache_size: count }),
    policies: z.array(
      z.discriminatedUnion("type", [
        z.strictObject({
          name: z.string(),
          type: z.literal("status_code"),
          status_code: z.strictObject({ status_codes: z.array(z.enum(["ERROR", "OK", "UNSET"])) }),
        }),
        z.strictObject({
          name: z.string(),
          type: z.literal("latency"),
          latency: z.strictObject({ threshold_ms: z.int() }),
        }),
        z.strictObject({
          name: z.string(),
          type: z.literal("probabilistic"),
          probabilistic: z.strictObject({ sampling_percentage: z.number().min(0).max(100) }),
        }),
      ]),
    ),
  }),
};

const connectors = {
  forward: z.strictObject({}),
  span_metrics: z.strictObject({
    namespace: z.string(),
    dimensions: z.array(z.strictObject({ name: z.string(), default: z.string() })),
    exclude_dimensions: z.array(z.enum(["service.name", "span.name", "span.kind", "status.code"])),
    histogram,
    aggregation_cardinality_limit: count,
    metrics_flush_interval: duration,
    metrics_expiration: duration,
  }),
};

const exporters = {
  otlp_http: z.strictObject({
    endpoint: url,
    auth: auth.optional(),
    headers: headers.optional(),
    retry_on_failure: retries,
  }),
  otlp_grpc: z.strictObject({
    endpoint: address,
    tls: tls.optional(),
    auth: auth.optional(),
    retry_on_failure: retries,
  }),
  load_balancing: z.strictObject({
    routing_key: z.enum(["traceID", "service"]),
    protocol: z.strictObject({ otlp: z.strictObject({ tls }) }),
    resolver: z.strictObject({ dns: z.strictObject({ hostname: z.string(), port: z.string() }) }),
  }),
  jaeger_storage_exporter: z.strictObject({ trace_storage: z.string() }),
};

const extensions = {
  health_check: z.strictObject({ endpoint: address }),
  basicauth: z.strictObject({ client_auth: z.strictObject({ username: z.string(), password: z.string() }) }),
  healthcheckv2: z.strictObject({ use_v2: z.literal(true), http: z.strictObject({ endpoint: address }) }),
  jaeger_query: z.strictObject({ enable_tracing: z.boolean(), storage: z.strictObject({ traces: z.string() }) }),
  jaeger_storage: z.strictObject({
    backends: z.record(
      z.string(),
      z.strictObject({
        badger: z.strictObject({
          ephemeral: z.literal(false),
          directories: z.strictObject({ keys: z.string(), values: z.string() }),
          ttl: z.strictObject({ spans: duration }),
        }),
      }),
    ),
  }),
};

const reader = z.strictObject({
  pull: z.strictObject({
    exporter: z.strictObject({ prometheus: z.strictObject({ host: z.string(), port: count }) }),
  }),
});

/** Components by their type: what stands before the slash of an id. */
const parts = { receivers, processors, connectors, exporters, extensions };
const anyPart = z.record(id, z.unknown());

const model = z.strictObject({
  receivers: anyPart,
  processors: anyPart,
  connectors: anyPart.optional(),
  exporters: anyPart,
  extensions: anyPart,
  service: z.strictObject({
    extensions: z.array(id),
    telemetry: z.strictObject({ metrics: z.strictObject({ readers: z.array(reader) }) }),
    pipelines: z.record(
      z.string().regex(/^(traces|metrics|logs)(\/[a-z-]+)?$/),
      z.strictObject({
        receivers: z.array(id).nonempty(),
        processors: z.array(id),
        exporters: z.array(id).nonempty(),
      }),
    ),
  }),
});

const problems = (where: string, result: z.ZodSafeParseResult<unknown>) =>
  (result.error?.issues ?? []).map(({ path, message }) => `${[where, ...path].filter(Boolean).join(".")}: ${message}`);

/** What the collector would say of a configuration; empty where it starts. */
export function collectorModelProblems(config: Readonly<Record<string, unknown>>): readonly string[] {
  const inside = Object.entries(parts).flatMap(([part, types]) =>
    Object.entries((config[part] ?? {}) as Record<string, unknown>).flatMap(([name, settings]) => {
      const known: Readonly<Record<string, z.ZodType>> = types;
      const type = known[name.split("/")[0] ?? ""];
      return type ? problems(`${part}.${name}`, type.safeParse(settings)) : [`${part}.${name}: nothing of that type`];
    }),
  );
  return [...problems("", model.safeParse(config)), ...inside];
}
