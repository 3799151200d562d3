import type { Plan } from "../../plan/plan.ts";
import { addStatefulSet } from "./add-workload.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";
import type { Workload } from "./workload.ts";
import { printYaml } from "./yaml.ts";

const NAME = "loki";
const CONFIG_FOLDER = "/etc/loki/config";
const CONFIG_FILE = "loki.yaml";
const DATA_FOLDER = "/loki";

/** Loki as a single binary that keeps logs on its volume. */
export function addLoki(chart: Chart, { stack }: Plan): void {
  const { loki } = stack.components;
  if (loki.kind !== "inCluster") return;
  const config = lokiConfig(Number.parseInt(loki.retention, 10) * 24);
  addConfigMap(chart, stack, NAME, NAME, { [CONFIG_FILE]: config });
  addStatefulSet(chart, stack, workload(config), { replicas: 1, path: DATA_FOLDER, size: loki.storage });
}

function lokiConfig(retentionHours: number): string {
  return printYaml({
    auth_enabled: false,
    analytics: { reporting_enabled: false },
    server: {
      http_listen_port: 3100,
      grpc_listen_port: 9095,
      // It sends itself what it takes: 4 MiB would refuse a batch of prompts.
      grpc_server_max_recv_msg_size: 67_108_864,
      grpc_server_max_send_msg_size: 67_108_864,
    },
    common: {
      path_prefix: DATA_FOLDER,
      replication_factor: 1,
      instance_addr: "127.0.0.1",
      ring: { kvstore: { store: "inmemory" } },
      storage: {
        filesystem: { chunks_directory: `${DATA_FOLDER}/chunks`, rules_directory: `${DATA_FOLDER}/rules` },
      },
    },
    schema_config: {
      configs: [
        {
          // Before the first log, and never to be edited.
          from: "2024-04-01",
          store: "tsdb",
          object_store: "filesystem",
          schema: "v13",
          index: { prefix: "index_", period: "24h" },
        },
      ],
    },
    // Without a compactor logs are kept for ever.
    compactor: {
      working_directory: `${DATA_FOLDER}/compactor`,
      retention_enabled: true,
      delete_request_store: "filesystem",
    },
    limits_config: {
      retention_period: `${retentionHours}h`,
      allow_structured_metadata: true,
      // Prompts are long: a line is cut rather than refused, but a record with more attributes than this is refused.
      max_line_size_truncate: true,
      max_structured_metadata_size: "4MB",
      max_structured_metadata_entries_count: 512,
      // A batch larger than the burst would never get in: by default 6 MB, less than 512 records with prompts.
      ingestion_rate_mb: 16,
      ingestion_burst_size_mb: 64,
      per_stream_rate_limit: "16MB",
      per_stream_rate_limit_burst: "64MB",
      otlp_config: {
        resource_attributes: {
          // Pods and instances as labels would make a stream each.
          ignore_defaults: true,
          attributes_config: [
            { action: "index_label", attributes: ["service.name", "service.namespace", "k8s.namespace.name"] },
          ],
        },
      },
    },
  });
}

function workload(configuration: string): Workload {
  return {
    name: NAME,
    image: "loki",
    user: 10_001,
    args: [`-config.file=${CONFIG_FOLDER}/${CONFIG_FILE}`],
    ports: [{ name: "http", number: 3100 }],
    // Ready fifteen seconds after joining its own ring.
    startup: { get: { path: "/ready", port: "http" }, everySeconds: 10, failures: 60 },
    // Alive even while it isn't ready.
    liveness: { get: { path: "/metrics", port: "http" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/ready", port: "http" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "200m", memory: "512Mi" },
    limits: { cpu: "1", memory: "2Gi" },
    graceSeconds: 300,
    mounts: [
      { name: "config", path: CONFIG_FOLDER, configMaps: [NAME] },
      { name: "tmp", path: "/tmp" },
    ],
    configuration,
  };
}
