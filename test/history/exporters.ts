// What the stack's own components expose, as far as dashboards and rules read it: who exports it, where that is written down, and values that
// follow the example's traffic.
import type { Plan } from "../../src/plan/plan.ts";
import { deployedHoursAgo, pods } from "./app-series.ts";
import { activity, now } from "./clock.ts";

type Labels = Readonly<Record<string, string>>;

/** A gauge's value, or what a counter grows by each second, at a time in seconds; `noise` is -1 to 1. */
type At = (time: number, noise: number) => number;

export interface ExportedSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly kind: "gauge" | "counter";
  readonly at: At;
}

export interface Exporter {
  readonly name: string;
  /** Where its metrics are written down. */
  readonly source: string;
  readonly series: readonly ExportedSeries[];
}

const hoursAgo = (time: number) => (now - time) / 3_600;
const within = (time: number, from: number, to: number) => hoursAgo(time) <= from && hoursAgo(time) > to;
const constant =
  (value: number): At =>
  () =>
    value;
/** Follows the traffic. */
const busy =
  (base: number, byTraffic: number, noisy = 0): At =>
  (time, noise) =>
    Math.max(0, base + byTraffic * activity(time) + noisy * noise);

const series =
  (kind: ExportedSeries["kind"]) =>
  (metric: string, at: At | number, ...labels: readonly Labels[]): readonly ExportedSeries[] =>
    (labels.length > 0 ? labels : [{}]).map((own) => ({
      metric,
      labels: own,
      kind,
      at: typeof at === "number" ? constant(at) : at,
    }));
const gauge = series("gauge");
const counter = series("counter");

const withLabels = (common: Labels, exported: readonly ExportedSeries[]): readonly ExportedSeries[] =>
  exported.map((one) => ({ ...one, labels: { ...common, ...one.labels } }));

/** The targets that Prometheus scrapes besides the apps: a job and where it is. */
const stackJobs: readonly Labels[] = [
  { job: "prometheus", instance: "localhost:9090" },
  { job: "alertmanager", instance: "alertmanager-0.alertmanager-headless.llm-slo.svc:9093" },
  { job: "grafana", instance: "grafana-0.grafana-headless.llm-slo.svc:3000" },
  { job: "kube-state-metrics", instance: "kube-state-metrics.llm-slo.svc:8080" },
  { job: "otel-collector", instance: "10.0.3.11:8888" },
  { job: "otel-collector", instance: "10.0.3.12:8888" },
  { job: "jaeger", instance: "jaeger-0.jaeger-headless.llm-slo.svc:8888" },
  { job: "loki", instance: "loki-0.loki-headless.llm-slo.svc:3100" },
  { job: "langfuse-clickhouse", instance: "langfuse-clickhouse-0.langfuse-clickhouse-headless.llm-slo.svc:9363" },
  { job: "dcgm-exporter", instance: "10.0.4.21:9400", namespace: "llm-slo-gpu" },
].map((labels) => ({ namespace: "llm-slo", ...labels }));

const ofJob = (job: string) => stackJobs.filter((labels) => labels.job === job);

const scrapes: Exporter = {
  name: "Prometheus, of each target",
  source: "https://prometheus.io/docs/concepts/jobs_instances/",
  series: [
    ...gauge("up", 1, ...stackJobs),
    ...gauge("scrape_duration_seconds", busy(0.02, 0.01, 0.01), ...stackJobs),
    ...gauge("scrape_samples_scraped", busy(900, 20, 5), ...stackJobs),
    ...counter("process_cpu_seconds_total", busy(0.02, 0.05, 0.01), ...stackJobs),
    ...gauge("process_resident_memory_bytes", busy(180e6, 40e6, 4e6), ...stackJobs),
    ...gauge("process_start_time_seconds", now - 12 * 86_400, ...stackJobs),
  ],
};

function prometheus({ services, platform }: Plan): Exporter {
  const groups = [...services.flatMap((service) => service.groups), ...(platform?.groups ?? [])];
  const files = groups.map(({ name, intervalSeconds, rules }) => ({
    labels: {
      rule_group: `/etc/prometheus/rules/${name.replace(/-(quantiles|guardrails|dashboard)$/, "")}.yaml;${name}`,
    },
    intervalSeconds,
    rules: rules.length,
  }));
  const alertmanager = { alertmanager: "http://alertmanager-0.alertmanager-headless.llm-slo.svc:9093/api/v2/alerts" };
  return {
    name: "Prometheus",
    source: "https://github.com/prometheus/prometheus/blob/main/documentation/prometheus-mixin/alerts.libsonnet",
    series: withLabels(ofJob("prometheus")[0] ?? {}, [
      ...files.flatMap(({ labels, intervalSeconds, rules }) => [
        ...gauge(
          "prometheus_rule_group_last_duration_seconds",
          busy(rules * 0.0004, rules * 0.00008, rules * 0.00004),
          labels,
        ),
        ...gauge("prometheus_rule_group_interval_seconds", intervalSeconds, labels),
        ...gauge("prometheus_rule_group_rules", rules, labels),
        ...gauge(
          "prometheus_rule_group_last_evaluation_timestamp_seconds",
          (time) => time - (time % intervalSeconds),
          labels,
        ),
        ...counter("prometheus_rule_group_iterations_total", 1 / intervalSeconds, labels),
        ...counter("prometheus_rule_group_iterations_missed_total", 0, labels),
        ...counter("prometheus_rule_evaluations_total", rules / intervalSeconds, labels),
        ...counter("prometheus_rule_evaluation_failures_total", 0, labels),
      ]),
      ...gauge("prometheus_config_last_reload_successful", 1),
      ...gauge("prometheus_config_last_reload_success_timestamp_seconds", now - 40 * 3_600),
      ...gauge("prometheus_build_info", 1, { version: "3.14.0" }),
      ...gauge("prometheus_notifications_queue_length", (time) => (within(time, 0.75, 0.7) ? 3 : 0)),
      ...gauge("prometheus_notifications_queue_capacity", 10_000),
      ...gauge("prometheus_notifications_alertmanagers_discovered", 1),
      ...counter("prometheus_notifications_sent_total", busy(0.02, 0.01), alertmanager),
      ...counter("prometheus_notifications_errors_total", 0, alertmanager),
      ...counter("prometheus_notifications_dropped_total", 0),
      ...gauge("prometheus_tsdb_head_series", busy(14_200, 300, 40)),
      ...counter("prometheus_tsdb_head_samples_appended_total", busy(230, 4, 1), { type: "float" }),
      ...gauge("prometheus_tsdb_storage_blocks_bytes", (time) => 3.1e9 + (time - now) * 300),
      ...gauge("prometheus_tsdb_wal_storage_size_bytes", (time) => 9e7 + (time % 7_200) * 9_000),
      ...counter("prometheus_tsdb_compactions_failed_total", 0),
      ...counter("prometheus_tsdb_wal_writes_failed_total", 0),
      ...counter("prometheus_tsdb_wal_corruptions_total", 0),
      ...[0.5, 0.9, 0.99].flatMap((quantile) =>
        gauge("prometheus_engine_query_duration_seconds", busy(0.01 * quantile, 0.02 * quantile, 0.004), {
          slice: "inner_eval",
          quantile: String(quantile),
        }),
      ),
    ]),
  };
}

/** Failed for a few minutes, four hours ago. */
const failing: At = (time) => (within(time, 4.1, 4) ? 0.02 : 0);

const alertmanager: Exporter = {
  name: "Alertmanager",
  source: "https://prometheus.io/docs/alerting/latest/management_api/ (GET /metrics)",
  series: withLabels(ofJob("alertmanager")[0] ?? {}, [
    ...gauge("alertmanager_alerts", (time) => (within(time, 0.7, -1) ? 7 : within(time, 7, 4) ? 5 : 3), {
      state: "active",
    }),
    ...gauge("alertmanager_alerts", (time) => (within(time, 20, 18) ? 1 : 0), { state: "suppressed" }),
    ...counter("alertmanager_alerts_received_total", busy(0.05, 0.02), { status: "firing", version: "v2" }),
    ...counter("alertmanager_alerts_received_total", busy(0.01, 0.01), { status: "resolved", version: "v2" }),
    ...counter("alertmanager_alerts_invalid_total", 0, { version: "v2" }),
    ...["slack", "pagerduty", "email", "msteamsv2", "webhook"].flatMap((integration) => [
      ...counter("alertmanager_notifications_total", integration === "webhook" ? 1 / 60 : busy(0.0004, 0.0012), {
        integration,
      }),
      ...counter("alertmanager_notifications_failed_total", integration === "email" ? failing : 0, { integration }),
      ...counter("alertmanager_notification_latency_seconds_count", busy(0.001, 0.001), { integration }),
      ...counter("alertmanager_notification_latency_seconds_sum", busy(0.0004, 0.0004), { integration }),
    ]),
    ...gauge("alertmanager_config_last_reload_successful", 1),
    ...gauge("alertmanager_silences", (time) => (within(time, 20, 18) ? 1 : 0), { state: "active" }),
    ...gauge("alertmanager_cluster_members", 1),
  ]),
};

/** Items a second that pass through one of the collectors, and where they go. */
const passing = [
  { signal: "spans", perSecond: 1.4, exporters: ["otlp_http/langfuse", "otlp_grpc/jaeger"] },
  { signal: "metric_points", perSecond: 24, exporters: ["otlp_http/prometheus"] },
  { signal: "log_records", perSecond: 3.2, exporters: ["otlp_http/loki"] },
] as const;

const collector: Exporter = {
  name: "OpenTelemetry collector",
  source: "https://opentelemetry.io/docs/collector/internal-telemetry/",
  series: ofJob("otel-collector").flatMap((target) =>
    withLabels(target, [
      ...passing.flatMap(({ signal, perSecond, exporters: to }) => {
        const received = { receiver: "otlp", transport: "grpc" };
        const through = busy(0, perSecond, perSecond / 20);
        const sent = to.map((exporter) => ({ exporter }));
        return [
          ...counter(`otelcol_receiver_accepted_${signal}_total`, through, received),
          ...counter(`otelcol_receiver_refused_${signal}_total`, 0, received),
          ...counter(`otelcol_exporter_sent_${signal}_total`, through, ...sent),
          ...counter(`otelcol_exporter_send_failed_${signal}_total`, 0, ...sent),
          ...counter(`otelcol_exporter_enqueue_failed_${signal}_total`, 0, ...sent),
          ...gauge("otelcol_exporter_queue_size", (_, noise) => Math.max(0, Math.round(3 * noise)), ...sent),
          ...gauge("otelcol_exporter_queue_capacity", 1_000, ...sent),
        ];
      }),
      ...gauge("otelcol_process_memory_rss_bytes", busy(120e6, 30e6, 3e6)),
      ...counter("otelcol_process_uptime_seconds_total", 1),
      ...counter("otelcol_process_cpu_seconds_total", busy(0.01, 0.04, 0.01)),
    ]),
  ),
};

const clickhouse: Exporter = {
  name: "ClickHouse, which holds Langfuse's traces",
  source: "https://clickhouse.com/docs/operations/server-configuration-parameters/settings#prometheus",
  series: withLabels(ofJob("langfuse-clickhouse")[0] ?? {}, [
    ...gauge("ClickHouseMetrics_Query", (time, noise) => Math.max(0, Math.round(activity(time) + 2 * noise))),
    ...gauge("ClickHouseMetrics_MemoryTracking", busy(9e8, 2e8, 3e7)),
    ...gauge("ClickHouseAsyncMetrics_MemoryResident", busy(1.1e9, 2e8, 3e7)),
    ...gauge("ClickHouseAsyncMetrics_DiskUsed_default", (time) => 21e9 + (time - now) * 9_000),
    ...gauge("ClickHouseAsyncMetrics_DiskAvailable_default", (time) => 79e9 - (time - now) * 9_000),
    ...gauge("ClickHouseAsyncMetrics_MaxPartCountForPartition", (_, noise) => Math.round(14 + 5 * noise)),
    ...counter("ClickHouseProfileEvents_Query", busy(1, 4, 0.5)),
    ...counter("ClickHouseProfileEvents_FailedQuery", (_, noise) => (noise > 0.98 ? 0.02 : 0)),
    ...counter("ClickHouseProfileEvents_InsertedRows", busy(2, 30, 4)),
  ]),
};

interface Serving {
  readonly name: string;
  readonly namespace: string;
  readonly kind: "deployment" | "statefulset";
  readonly replicas: At;
  readonly max?: number;
}

const appReplicas =
  (replicas: number): At =>
  (time) =>
    within(time, deployedHoursAgo + 0.05, deployedHoursAgo - 0.05) && replicas > 1 ? replicas - 1 : replicas;
const served: readonly Serving[] = [
  { name: "rag-pipeline", namespace: "ai", kind: "deployment", replicas: appReplicas(2), max: 6 },
  { name: "ticket-classifier", namespace: "ai", kind: "deployment", replicas: appReplicas(1), max: 4 },
  { name: "document-extractor", namespace: "ai", kind: "deployment", replicas: appReplicas(1) },
  {
    name: "vllm-llama",
    namespace: "ai",
    kind: "deployment",
    replicas: (time) => Math.min(4, Math.max(1, Math.round(0.7 + 1.1 * activity(time)))),
    max: 4,
  },
  ...["langfuse-web", "langfuse-worker", "kube-state-metrics", "otel-collector"].map(
    (name): Serving => ({
      name,
      namespace: "llm-slo",
      kind: "deployment",
      replicas: constant(name === "otel-collector" ? 2 : 1),
    }),
  ),
  ...[
    "prometheus",
    "alertmanager",
    "grafana",
    "jaeger",
    "loki",
    "langfuse-clickhouse",
    "langfuse-postgres",
    "langfuse-valkey",
  ].map((name): Serving => ({ name, namespace: "llm-slo", kind: "statefulset", replicas: constant(1) })),
];

/** Replica sets of a deployment: of its pods' names, all but the last part. */
const replicaSets: readonly { readonly labels: Labels; readonly created: number }[] = Object.values(pods).flatMap(
  (list) =>
    [...new Set(list.map(({ name }) => name.replace(/-\w+$/, "")))].map((replicaset) => {
      const from = Math.max(...list.filter(({ name }) => name.startsWith(replicaset)).map((pod) => pod.from));
      const created = Number.isFinite(from) ? now - from * 3_600 : now - 20 * 86_400;
      return { labels: { namespace: "ai", replicaset }, created };
    }),
);

const generation: At = (time) => (hoursAgo(time) > deployedHoursAgo ? 11 : 12);

function workloadSeries({ name, namespace, kind, replicas, max }: Serving): readonly ExportedSeries[] {
  const labels = { namespace, [kind]: name };
  const scaled = { namespace, horizontalpodautoscaler: name };
  const ofKind: readonly ExportedSeries[] =
    kind === "deployment"
      ? [
          ...gauge("kube_deployment_spec_replicas", replicas, labels),
          ...gauge("kube_deployment_status_replicas", replicas, labels),
          ...gauge("kube_deployment_status_replicas_available", replicas, labels),
          ...gauge("kube_deployment_status_replicas_unavailable", 0, labels),
          ...gauge("kube_deployment_status_observed_generation", name === "rag-pipeline" ? generation : 3, labels),
          ...gauge("kube_deployment_metadata_generation", name === "rag-pipeline" ? generation : 3, labels),
        ]
      : [
          ...gauge("kube_statefulset_replicas", replicas, labels),
          ...gauge("kube_statefulset_status_replicas_ready", replicas, labels),
        ];
  const ofScaler =
    max === undefined
      ? []
      : [
          ...gauge("kube_horizontalpodautoscaler_spec_min_replicas", 1, scaled),
          ...gauge("kube_horizontalpodautoscaler_spec_max_replicas", max, scaled),
          ...gauge("kube_horizontalpodautoscaler_status_current_replicas", replicas, scaled),
          ...gauge("kube_horizontalpodautoscaler_status_desired_replicas", replicas, scaled),
        ];
  return [...ofKind, ...ofScaler];
}

/** Pods that run at the end, with the container that has the service's name. */
const running: readonly Labels[] = [
  ...Object.entries(pods).flatMap(([container, list]) =>
    list.filter(({ to }) => to === 0).map(({ name }) => ({ namespace: "ai", pod: name, container })),
  ),
  ...["vllm-llama-6c7d5f8b9-k4m8x", "vllm-llama-6c7d5f8b9-p7q2d"].map((pod) => ({
    namespace: "ai",
    pod,
    container: "vllm",
  })),
  ...served
    .filter(({ namespace }) => namespace === "llm-slo")
    .map(({ name, kind }) => ({
      namespace: "llm-slo",
      pod: kind === "statefulset" ? `${name}-0` : `${name}-5d8f7c6b4-x2z9w`,
      container: name,
    })),
];

const deployedAt = now - deployedHoursAgo * 3_600;

const kubeStateMetrics: Exporter = {
  name: "kube-state-metrics",
  source: "https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics",
  series: [
    ...served.flatMap(workloadSeries),
    ...replicaSets.flatMap(({ labels, created }) => gauge("kube_replicaset_created", created, labels)),
    ...running.flatMap(({ container = "", ...pod }) => [
      ...gauge("kube_pod_status_phase", 1, { ...pod, phase: "Running" }),
      ...gauge("kube_pod_status_phase", 0, { ...pod, phase: "Pending" }, { ...pod, phase: "Failed" }),
      ...gauge("kube_pod_status_ready", 1, { ...pod, condition: "true" }),
      ...gauge("kube_pod_created", container === "rag-pipeline" ? deployedAt : now - 9 * 86_400, pod),
      ...gauge("kube_pod_start_time", container === "rag-pipeline" ? deployedAt : now - 9 * 86_400, pod),
      ...counter(
        "kube_pod_container_status_restarts_total",
        container === "vllm" ? (time) => (within(time, 9, 8.98) ? 1 / 60 : 0) : 0,
        { ...pod, container },
      ),
      ...gauge("kube_pod_container_status_ready", 1, { ...pod, container }),
      ...gauge("kube_pod_info", 1, { ...pod, node: "node-a" }),
    ]),
  ].map((one) => ({
    ...one,
    labels: { ...one.labels, job: "kube-state-metrics", instance: "kube-state-metrics.llm-slo.svc:8080" },
  })),
};

interface Gpu {
  readonly gpu: string;
  readonly node: string;
  readonly pod: string;
  readonly load: number;
}

const gpus: readonly Gpu[] = [
  { gpu: "0", node: "gpu-node-1", pod: "vllm-llama-6c7d5f8b9-k4m8x", load: 1 },
  { gpu: "1", node: "gpu-node-1", pod: "vllm-llama-6c7d5f8b9-p7q2d", load: 0.8 },
];

function gpuSeries({ gpu, node, pod, load }: Gpu): readonly ExportedSeries[] {
  const percent = busy(6 * load, 32 * load, 9);
  const used: At = (time, noise) => Math.min(100, percent(time, noise));
  const share: At = (time, noise) => used(time, noise) / 100;
  const field = (metric: string, at: At | number) => gauge(metric, at);
  return withLabels(
    {
      gpu,
      node,
      pod,
      container: "vllm",
      namespace: "ai",
      UUID: `GPU-5f2c1d9e-000${gpu}`,
      device: `nvidia${gpu}`,
      modelName: "NVIDIA H100 80GB HBM3",
      Hostname: node,
      pci_bus_id: `00000000:0${gpu}:00.0`,
      job: "dcgm-exporter",
      instance: "10.0.4.21:9400",
    },
    [
      ...field("DCGM_FI_DEV_GPU_UTIL", (time, noise) => Math.round(used(time, noise))),
      ...field("DCGM_FI_DEV_MEM_COPY_UTIL", (time, noise) => Math.round(0.6 * used(time, noise))),
      ...field("DCGM_FI_DEV_FB_USED", busy(66_000, 2_500 * load, 300)),
      ...field("DCGM_FI_DEV_FB_FREE", (time) => 15_559 - 2_500 * load * activity(time)),
      ...field("DCGM_FI_DEV_FB_RESERVED", 500),
      ...field("DCGM_FI_DEV_GPU_TEMP", (time, noise) => Math.round(38 + 0.35 * used(time, noise))),
      ...field("DCGM_FI_DEV_MEMORY_TEMP", (time, noise) => Math.round(44 + 0.35 * used(time, noise))),
      ...field("DCGM_FI_DEV_POWER_USAGE", (time, noise) => 110 + 5.2 * used(time, noise)),
      ...counter("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", (time, noise) => (110 + 5.2 * used(time, noise)) * 1_000),
      ...field("DCGM_FI_DEV_SM_CLOCK", (time, noise) => (used(time, noise) > 20 ? 1_755 : 345)),
      ...field("DCGM_FI_DEV_MEM_CLOCK", 2_619),
      ...field("DCGM_FI_DEV_XID_ERRORS", 0),
      ...field("DCGM_EXP_XID_ERRORS_COUNT", 0),
      ...counter("DCGM_FI_DEV_PCIE_REPLAY_COUNTER", 0),
      ...counter("DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL", (time, noise) => 40 * used(time, noise)),
      ...counter("DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS", 0),
      ...counter("DCGM_FI_DEV_CORRECTABLE_REMAPPED_ROWS", (time) =>
        gpu === "1" && within(time, 14, 13.98) ? 1 / 60 : 0,
      ),
      ...field("DCGM_FI_DEV_ROW_REMAP_FAILURE", 0),
      ...counter("DCGM_FI_DEV_POWER_VIOLATION", (time, noise) => (used(time, noise) > 85 ? 40_000 : 0)),
      ...counter("DCGM_FI_DEV_THERMAL_VIOLATION", 0),
      ...counter("DCGM_FI_DEV_ECC_DBE_VOL_TOTAL", 0),
      ...field("DCGM_FI_PROF_GR_ENGINE_ACTIVE", share),
      ...field("DCGM_FI_PROF_PIPE_TENSOR_ACTIVE", (time, noise) => 0.45 * share(time, noise)),
      ...field("DCGM_FI_PROF_DRAM_ACTIVE", (time, noise) => 0.55 * share(time, noise)),
      ...field("DCGM_FI_PROF_PCIE_TX_BYTES", (time, noise) => 9e6 * used(time, noise)),
      ...field("DCGM_FI_PROF_PCIE_RX_BYTES", (time, noise) => 6e6 * used(time, noise)),
    ],
  );
}

const dcgm: Exporter = {
  name: "DCGM exporter",
  source:
    "src/backends/kubernetes/dcgm-counters.ts, and https://docs.nvidia.com/datacenter/dcgm/latest/dcgm-api/dcgm-api-field-ids.html",
  series: gpus.flatMap(gpuSeries),
};

/** Everything that the stack of a plan exposes of itself. */
export function exporters(plan: Plan): readonly Exporter[] {
  return [scrapes, prometheus(plan), alertmanager, collector, clickhouse, kubeStateMetrics, dcgm];
}
