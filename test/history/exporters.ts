// What the stack's own components expose, as far as dashboards and rules read it: who exports it, where that is written down, and values that
// follow the example's traffic.
import type { Plan } from "../../src/plan/plan.ts";
import { activity, now } from "./clock.ts";
import { dcgm } from "./dcgm.ts";
import { type At, busy, counter, type Exporter, gauge, type Labels, within, withLabels } from "./exported-series.ts";
import { kubeStateMetrics } from "./kube-state-metrics.ts";

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

/** Everything that the stack of a plan exposes of itself. */
export function exporters(plan: Plan): readonly Exporter[] {
  return [scrapes, prometheus(plan), alertmanager, collector, clickhouse, kubeStateMetrics, dcgm];
}
