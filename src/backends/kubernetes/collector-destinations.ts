// Where the collector sends what it takes: exporters, what logs them in, and the variables that hold the keys.
import type { Collector } from "../../plan/components.ts";
import type { StackPlan } from "../../plan/plan.ts";
import { serviceHost, serviceUrl } from "./addresses.ts";
import { type Guarded, loginSecret, loginSettings, loginVariables } from "./logins.ts";
import type { Parts } from "./open-telemetry.ts";
import type { Setting } from "./workload.ts";

export type InCluster = Extract<Collector, { kind: "inCluster" }>;

export interface Destinations {
  readonly exporters: Parts;
  readonly extensions: Parts;
  readonly env: Readonly<Record<string, Setting>>;
}

/** Gives up at half an hour: by then a back-end is gone, and memory is worth more. */
const retries = { retry_on_failure: { max_elapsed_time: "30m" } };

const nowhere: Destinations = { exporters: {}, extensions: {}, env: {} };
const variable = (name: string) => `\${env:${name}}`;

export function together(...all: readonly Destinations[]): Destinations {
  return {
    exporters: Object.assign({}, ...all.map(({ exporters }) => exporters)),
    extensions: Object.assign({}, ...all.map(({ extensions }) => extensions)),
    env: Object.assign({}, ...all.map(({ env }) => env)),
  };
}

/** One exporter, and the user it logs in with where there is one. */
function guarded(stack: StackPlan, name: Guarded, exporter: string, settings: object): Destinations {
  const id = `${exporter}/${name}`;
  if (loginSecret(stack, name) === undefined) return { ...nowhere, exporters: { [id]: { ...settings, ...retries } } };
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

export function metricDestination(stack: StackPlan): Destinations {
  const { prometheus } = stack.components;
  const own = `${serviceUrl(stack, "prometheus", 9090)}/api/v1/otlp`;
  return guarded(stack, "prometheus", "otlp_http", {
    endpoint: prometheus.kind === "inCluster" ? own : prometheus.otlpUrl,
  });
}

export function logDestination(stack: StackPlan): Destinations {
  const { loki } = stack.components;
  if (loki.kind === "off") return nowhere;
  const url = loki.kind === "external" ? loki.url : serviceUrl(stack, "loki", 3100);
  return guarded(stack, "loki", "otlp_http", { endpoint: `${url}/otlp` });
}

function langfuse(stack: StackPlan): Destinations {
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

function jaeger(stack: StackPlan): Destinations {
  const { jaeger } = stack.components;
  if (jaeger.kind === "off") return nowhere;
  const address = jaeger.kind === "inCluster" ? `${serviceHost(stack, "jaeger")}:4317` : jaeger.address;
  const insecure = jaeger.kind === "inCluster" || !jaeger.tls;
  return guarded(stack, "jaeger", "otlp_grpc", { endpoint: address, ...(insecure ? { tls: { insecure } } : {}) });
}

function other(name: string, { url, headers }: InCluster["alsoTo"][string]): Destinations {
  const entries = Object.entries(headers).map(([header, key]) => ({
    header,
    key,
    name: `${name}_${header}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_"),
  }));
  const values = Object.fromEntries(entries.map(({ header, name }) => [header, variable(name)]));
  return {
    exporters: { [`otlp_http/${name}`]: { endpoint: url, headers: values, ...retries } },
    extensions: {},
    env: Object.fromEntries(entries.map(({ name, key }) => [name, { secret: "otel-collector", key }])),
  };
}
