import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { addStatefulSet } from "./add-workload.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";
import { loginSecret } from "./logins.ts";
import { addPrometheusAccess } from "./prometheus-access.ts";
import { LOGIN_FOLDER, prometheusConfig, RULES_FOLDER } from "./prometheus-config.ts";
import { ruleShards } from "./prometheus-rules.ts";
import type { Mount, Workload } from "./workload.ts";

const NAME = "prometheus";
const CONFIG_FOLDER = "/etc/prometheus/config";
const DATA_FOLDER = "/prometheus";
const CONFIG_FILE = "prometheus.yml";

/** One Prometheus with its configuration, storage and access; its rules are in a file of their own. */
export function addPrometheus(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  const { prometheus } = stack.components;
  if (prometheus.kind !== "inCluster") return;
  addPrometheusAccess(chart, stack);
  addConfigMap(chart, stack, NAME, NAME, { [CONFIG_FILE]: prometheusConfig(stack) });
  const storage = { replicas: 1, path: DATA_FOLDER, size: prometheus.storage };
  addStatefulSet(chart, stack, workload(stack, prometheus, files), storage);
}

/** No checksum of the configuration: Prometheus looks for changed files by itself, so that new rules need no restart. */
function workload(
  stack: StackPlan,
  { retention, storage, remoteWrite }: Extract<StackPlan["components"]["prometheus"], { kind: "inCluster" }>,
  files: readonly GeneratedFile[],
): Workload {
  const secrets = [loginSecret(stack, "alertmanager"), remoteWrite?.secret].filter((secret) => secret !== undefined);
  const logins = [...new Set(secrets)].map(
    (secret, index): Mount => ({ name: `login-${index + 1}`, path: `${LOGIN_FOLDER}/${secret}`, secret }),
  );
  return {
    name: NAME,
    image: "prometheus",
    // `nobody`, as the image has it.
    user: 65_534,
    args: [
      `--config.file=${CONFIG_FOLDER}/${CONFIG_FILE}`,
      "--config.auto-reload",
      "--config.auto-reload-interval=30s",
      `--storage.tsdb.path=${DATA_FOLDER}`,
      `--storage.tsdb.retention.time=${retention}`,
      `--storage.tsdb.retention.size=${retentionSize(storage)}`,
      "--enable-feature=exemplar-storage",
      ...(stack.components.collector.kind === "off" ? [] : ["--web.enable-otlp-receiver"]),
    ],
    ports: [{ name: "web", number: 9090 }],
    // Replaying a large write-ahead log takes minutes: up to half an hour is no failure.
    startup: { get: { path: "/-/ready", port: "web" }, everySeconds: 10, failures: 180 },
    liveness: { get: { path: "/-/healthy", port: "web" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/-/ready", port: "web" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "500m", memory: "1Gi" },
    limits: { cpu: "2", memory: "4Gi" },
    graceSeconds: 300,
    usesApi: true,
    mounts: [
      { name: "config", path: CONFIG_FOLDER, configMaps: [NAME] },
      { name: "rules", path: RULES_FOLDER, configMaps: ruleShards(files).map(({ name }) => name) },
      ...logins,
    ],
  };
}

const binary = ["Ki", "Mi", "Gi", "Ti", "Pi"];
const decimal = ["k", "M", "G", "T", "P"];

/** Four fifths of the volume, since a full one stops Prometheus: the oldest data goes first. @example retentionSize("50Gi") // "40960MB" */
export function retentionSize(storage: string): string {
  const [, amount = "0", unit = ""] = /^([\d.]+)(\w*)$/.exec(storage) ?? [];
  const bytes = Number(amount) * 1_024 ** (binary.indexOf(unit) + 1) * 1_000 ** (decimal.indexOf(unit) + 1);
  // Prometheus' MB has 1 024 × 1 024 bytes.
  return `${Math.floor((bytes * 0.8) / 1_024 ** 2)}MB`;
}
