// Where the collector sends what it takes: exporters, what logs them in, and the variables that hold the keys.
import type { Collector } from "../../plan/components.ts";
import type { StackPlan } from "../../plan/plan.ts";
import { serviceHost, serviceUrl } from "./addresses.ts";
import { type Guarded, loginSecret, loginSettings, loginVariables } from "./logins.ts";
import type { Parts, Pipeline } from "./open-telemetry.ts";
import type { Setting } from "./workload.ts";

export type InCluster = Extract<Collector, { kind: "inCluster" }>;

export interface Destinations {
  /** What a pipeline hands its data to: exporters, or connectors that lead to pipelines of a destination's own. */
  readonly entries: readonly string[];
  readonly exporters: Parts;
  readonly extensions: Parts;
  readonly connectors: Parts;
  readonly processors: Parts;
  readonly pipelines: Readonly<Record<string, Pipeline>>;
  readonly env: Readonly<Record<string, Setting>>;
}

/** Gives up at half an hour: by then a back-end is gone, and memory is worth more. */
const retries = { retry_on_failure: { max_elapsed_time: "30m" } };

const nowhere: Partial<Destinations> = {};
const variable = (name: string) => `\${env:${name}}`;

/** All of them. One that names no entries is handed data by its exporters alone. */
export function together(...all: readonly Partial<Destinations>[]): Destinations {
  const merged = <K extends Exclude<keyof Destinations, "entries">>(part: K): Destinations[K] =>
    Object.assign({}, ...all.map((one) => one[part]));
  return {
    entries: all.flatMap(({ entries, exporters = {} }) => entries ?? Object.keys(exporters)),
    exporters: merged("exporters"),
    extensions: merged("extensions"),
    connectors: merged("connectors"),
    processors: merged("processors"),
    pipelines: merged("pipelines"),
    env: merged("env"),
  };
}

/** One exporter, and the user it logs in with where there is one. */
function guarded(stack: StackPlan, name: Guarded, exporter: string, settings: object): Partial<Destinations> {
  const id = `${exporter}/${name}`;
  if (loginSecret(stack, name) === undefined) return { exporters: { [id]: { ...settings, ...retries } } };
  const { username, password } = loginVariables(name);
  const authenticator = `basicauth/${name}`;
  return {
    exporters: { [id]: { ...settings, auth: { authenticator }, ...retries } },
    extensions: { [authenticator]: { client_auth: { username: variable(username), password: variable(password) } } },
    env: loginSettings(stack, [name]),
  };
}

/** Where traces are kept. */
export function traceDestinations(stack: StackPlan, { alsoTo }: InCluster): Destinations {
  return together(langfuse(stack), jaeger(stack), ...Object.entries(alsoTo).map(([name, to]) => other(name, to)));
}

export function metricDestination(stack: StackPlan): Partial<Destinations> {
  const { prometheus } = stack.components;
  const own = `${serviceUrl(stack, "prometheus", 9090)}/api/v1/otlp`;
  return guarded(stack, "prometheus", "otlp_http", {
    endpoint: prometheus.kind === "inCluster" ? own : prometheus.otlpUrl,
  });
}

export function logDestination(stack: StackPlan): Partial<Destinations> {
  const { loki } = stack.components;
  if (loki.kind === "off") return nowhere;
  const url = loki.kind === "external" ? loki.url : serviceUrl(stack, "loki", 3100);
  return guarded(stack, "loki", "otlp_http", { endpoint: `${url}/otlp` });
}

function langfuse(stack: StackPlan): Partial<Destinations> {
  const { langfuse } = stack.components;
  if (langfuse.kind === "off") return nowhere;
  const url = langfuse.kind === "inCluster" ? serviceUrl(stack, "langfuse-web", 3000) : langfuse.url;
  const login = { username: variable("LANGFUSE_PUBLIC_KEY"), password: variable("LANGFUSE_SECRET_KEY") };
  return {
    exporters: {
      "otlp_http/langfuse": {
        endpoint: `${url}/api/public/otel`,
        auth: { authenticator: "basicauth/langfuse" },
        headers: { "x-langfuse-ingestion-version": "4" },
        ...retries,
      },
    },
    extensions: { "basicauth/langfuse": { client_auth: login } },
    env: {
      LANGFUSE_PUBLIC_KEY: { secret: "langfuse-project", key: "public-key" },
      LANGFUSE_SECRET_KEY: { secret: "langfuse-project", key: "secret-key" },
    },
  };
}

/** Jaeger's own store makes each attribute a key, which may have 65,000 bytes: a span with a longer one would be lost. */
const jaegerAttributeBytes = 32_768;

const shortAttributes = {
  error_mode: "ignore",
  trace_statements: ["resource", "span", "spanevent"].map((context) => ({
    context,
    // Lists and objects are cut as text, too.
    statements: [
      `stringify_all(${context}.attributes)`,
      `truncate_all(${context}.attributes, ${jaegerAttributeBytes})`,
    ],
  })),
};

function jaeger(stack: StackPlan): Partial<Destinations> {
  const { jaeger } = stack.components;
  if (jaeger.kind === "off") return nowhere;
  if (jaeger.kind === "external")
    return guarded(stack, "jaeger", "otlp_grpc", {
      endpoint: jaeger.address,
      ...(jaeger.tls ? {} : { tls: { insecure: true } }),
    });
  const endpoint = `${serviceHost(stack, "jaeger")}:4317`;
  // Apart, so that others keep whole prompts.
  return {
    entries: ["forward/jaeger"],
    connectors: { "forward/jaeger": {} },
    processors: { "transform/jaeger": shortAttributes },
    pipelines: {
      "traces/jaeger": {
        receivers: ["forward/jaeger"],
        processors: ["transform/jaeger"],
        exporters: ["otlp_grpc/jaeger"],
      },
    },
    exporters: { "otlp_grpc/jaeger": { endpoint, tls: { insecure: true }, ...retries } },
  };
}

function other(name: string, { url, headers }: InCluster["alsoTo"][string]): Partial<Destinations> {
  const entries = Object.entries(headers).map(([header, key]) => ({
    header,
    key,
    name: `${name}_${header}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
  }));
  const values = Object.fromEntries(entries.map(({ header, name }) => [header, variable(name)]));
  return {
    exporters: { [`otlp_http/${name}`]: { endpoint: url, headers: values, ...retries } },
    env: Object.fromEntries(entries.map(({ name, key }) => [name, { secret: "otel-collector", key }])),
  };
}
