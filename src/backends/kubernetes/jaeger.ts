import type { Plan } from "../../plan/plan.ts";
import { addStatefulSet } from "./add-workload.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";
import { batch, memoryLimiter, otlpReceiver, telemetry } from "./open-telemetry.ts";
import type { Workload } from "./workload.ts";
import { printYaml } from "./yaml.ts";

const NAME = "jaeger";
const CONFIG_FOLDER = "/etc/jaeger/config";
const CONFIG_FILE = "jaeger.yaml";
const DATA_FOLDER = "/badger";

/** Jaeger 2 in one process that keeps traces on its volume. */
export function addJaeger(chart: Chart, { stack }: Plan): void {
  const { jaeger } = stack.components;
  if (jaeger.kind !== "inCluster") return;
  const config = jaegerConfig(Number.parseInt(jaeger.retention, 10) * 24);
  addConfigMap(chart, stack, NAME, NAME, { [CONFIG_FILE]: config });
  addStatefulSet(chart, stack, workload(config), { replicas: 1, path: DATA_FOLDER, size: jaeger.storage });
}

/** Jaeger is a collector: with a configuration of its own every listener must be told to leave localhost. */
function jaegerConfig(retentionHours: number): string {
  return printYaml({
    service: {
      extensions: ["jaeger_storage", "jaeger_query", "healthcheckv2"],
      telemetry,
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "batch"],
          exporters: ["jaeger_storage_exporter"],
        },
      },
    },
    extensions: {
      healthcheckv2: { use_v2: true, http: { endpoint: "0.0.0.0:13133" } },
      // It would fill its own store with traces of those who look at it.
      jaeger_query: { enable_tracing: false, storage: { traces: "main" } },
      jaeger_storage: {
        backends: {
          main: {
            badger: {
              ephemeral: false,
              directories: { keys: `${DATA_FOLDER}/keys`, values: `${DATA_FOLDER}/values` },
              ttl: { spans: `${retentionHours}h` },
            },
          },
        },
      },
    },
    receivers: otlpReceiver,
    processors: { ...memoryLimiter, ...batch },
    exporters: { jaeger_storage_exporter: { trace_storage: "main" } },
  });
}

function workload(configuration: string): Workload {
  return {
    name: NAME,
    image: "jaeger",
    user: 10_001,
    args: [`--config=${CONFIG_FOLDER}/${CONFIG_FILE}`],
    ports: [
      { name: "ui", number: 16686 },
      { name: "otlp-grpc", number: 4317 },
      { name: "otlp-http", number: 4318 },
      { name: "metrics", number: 8888 },
      { name: "health", number: 13133 },
    ],
    startup: { get: { path: "/status", port: "health" }, everySeconds: 10, failures: 60 },
    liveness: { get: { path: "/status", port: "health" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/status", port: "health" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { cpu: "1", memory: "2Gi" },
    graceSeconds: 60,
    mounts: [
      { name: "config", path: CONFIG_FOLDER, configMaps: [NAME] },
      { name: "tmp", path: "/tmp" },
    ],
    configuration,
  };
}
