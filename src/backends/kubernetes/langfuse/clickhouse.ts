import type { Plan } from "../../../plan/plan.ts";
import { addStatefulSet } from "../add-workload.ts";
import type { Chart } from "../cdk8s.ts";
import { addConfigMap } from "../config-map.ts";
import type { Workload } from "../workload.ts";
import { secret } from "./environment.ts";

const NAME = "langfuse-clickhouse";
const CONFIG_FILE = "llm-slo.xml";

/** Logs of its own doing are tables that grow without bound: these nobody asks. */
const growing = [
  "trace_log",
  "text_log",
  "opentelemetry_span_log",
  "asynchronous_metric_log",
  "metric_log",
  "latency_log",
  "processors_profile_log",
  "query_metric_log",
  "query_views_log",
  "error_log",
  "background_schedule_pool_log",
];

/** And these tell why a query was slow. */
const kept = ["query_log", "part_log"];

const config = `<clickhouse>
  <logger><level>warning</level><console>1</console><log remove="1"/><errorlog remove="1"/></logger>
  <timezone>UTC</timezone>
  <max_server_memory_usage_to_ram_ratio>0.8</max_server_memory_usage_to_ram_ratio>
  <prometheus>
    <endpoint>/metrics</endpoint>
    <port>9363</port>
    <metrics>true</metrics>
    <events>true</events>
    <asynchronous_metrics>true</asynchronous_metrics>
  </prometheus>
${growing.map((table) => `  <${table} remove="1"/>\n`).join("")}${kept.map((table) => `  <${table}><ttl>event_date + INTERVAL 14 DAY DELETE</ttl></${table}>\n`).join("")}</clickhouse>
`;

const ping = { get: { path: "/ping", port: "http" } };

const workload: Workload = {
  name: NAME,
  image: "clickhouse",
  user: 101,
  env: {
    CLICKHOUSE_USER: "langfuse",
    CLICKHOUSE_PASSWORD: secret("clickhouse-password"),
    CLICKHOUSE_DB: "default",
    TZ: "UTC",
  },
  ports: [
    { name: "http", number: 8123 },
    { name: "native", number: 9000 },
    { name: "metrics", number: 9363 },
  ],
  startup: { ...ping, everySeconds: 5, failures: 120 },
  liveness: { ...ping, everySeconds: 10, failures: 6 },
  readiness: { ...ping, everySeconds: 10, failures: 3 },
  requests: { cpu: "1", memory: "4Gi" },
  limits: { cpu: "2", memory: "8Gi" },
  graceSeconds: 120,
  mounts: [
    // A single file: the folder holds others of the image, one of which opens its ports.
    {
      name: "config",
      path: `/etc/clickhouse-server/config.d/${CONFIG_FILE}`,
      configMaps: [NAME],
      file: CONFIG_FILE,
    },
    // The entry point writes its user here.
    { name: "users", path: "/etc/clickhouse-server/users.d" },
    { name: "logs", path: "/var/log/clickhouse-server" },
    { name: "tmp", path: "/tmp" },
  ],
  configuration: config,
};

export function addClickhouse(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster" || langfuse.clickhouse.kind !== "inCluster") return;
  addConfigMap(chart, stack, NAME, NAME, { [CONFIG_FILE]: config });
  const storage = { replicas: 1, path: "/var/lib/clickhouse", size: langfuse.clickhouse.storage };
  addStatefulSet(chart, stack, workload, storage);
}
