// The monitoring of the monitoring: whether what measures, tells and stores works itself.
import { dashboardNames, dashboardUid } from "../../plan/conventions.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import type { Expr, Selector } from "../../promql/ast.ts";
import {
  call,
  count,
  div,
  type MatcherSpec,
  max,
  min,
  mul,
  or,
  overVariable,
  range,
  select,
  sub,
  sum,
} from "../../promql/build.ts";
import { alertsTable } from "./alerts-panels.ts";
import { environmentAnnotations } from "./annotations.ts";
import type { Dashboard, Panel, Query } from "./dashboard.ts";
import { graph, number } from "./panels.ts";

type Labels = Readonly<Record<string, MatcherSpec>>;

export function platformDashboard(plan: Plan): Dashboard {
  const { uidPrefix, titlePrefix } = plan.stack.dashboards;
  return {
    uid: dashboardUid(uidPrefix, dashboardNames.platform),
    title: `${titlePrefix} / Monitoring stack`,
    description:
      "Whether the stack itself works: Prometheus and its rules, delivery of alerts, the collector, and where traces go.",
    tags: [uidPrefix, "platform"],
    from: "now-6h",
    variables: [],
    annotations: environmentAnnotations(plan),
    rows: [
      { panels: [...now(plan.stack), alertsTable({ category: "platform" }, 12), targets(plan.stack)] },
      { title: "Prometheus and its rules", panels: prometheus(plan.stack) },
      { title: "Alertmanager", panels: alertmanager(plan.stack) },
      { title: "Collector", panels: collector(plan.stack) },
      { title: "Langfuse", collapsed: true, panels: langfuse(plan.stack) },
    ],
  };
}

const rated = (selector: Selector) => call("rate", overVariable(range(selector, 300), "$__rate_interval"));
const perMinute = (selector: Selector, by: readonly string[] = []) => mul(sum(rated(selector), by), 60);
const of = ({ match }: StackPlan, metric: string, labels: Labels = {}) => select(metric, { ...labels, ...match });
const up = (stack: StackPlan) => of(stack, "up", { namespace: [stack.namespace] });

function now(stack: StackPlan): readonly Panel[] {
  const one = (expr: Query["expr"], legend: string) => [{ expr, legend }];
  const failures = (metric: string) => sum(call("increase", range(of(stack, metric), 3_600)));
  const troubled = [{ from: 0.5, color: "red" }] as const;
  const age = sub(
    call("time"),
    max(of(stack, "prometheus_rule_group_last_evaluation_timestamp_seconds"), ["rule_group"]),
  );
  return [
    number("Targets down", `Targets in ${stack.namespace} that Prometheus can't scrape.`, {
      queries: one(sub(count(up(stack)), sum(up(stack))), "down"),
      unit: "number",
      steps: [{ from: 1, color: "red" }],
    }),
    number("Oldest rules", "How long ago the rule group was evaluated that waited longest.", {
      queries: one(max(age), "age"),
      unit: "duration",
      steps: [
        { from: 0, color: "green" },
        { from: 600, color: "red" },
      ],
    }),
    number(
      "Rule failures, last hour",
      "Evaluations of rules that failed: what they record is missing, and their alerts can't fire.",
      {
        queries: one(failures("prometheus_rule_evaluation_failures_total"), "failures"),
        unit: "number",
        decimals: 0,
        steps: troubled,
      },
    ),
    number(
      "Evaluations missed, last hour",
      "Evaluations that were left out since a group took longer than its interval. Each is a gap in what is counted.",
      {
        queries: one(failures("prometheus_rule_group_iterations_missed_total"), "missed"),
        unit: "number",
        decimals: 0,
        steps: troubled,
      },
    ),
    number(
      "Alerts undelivered, last hour",
      "Alerts that Prometheus dropped or an Alertmanager refused: they may have reached nobody.",
      {
        queries: one(
          or(failures("prometheus_notifications_dropped_total"), failures("prometheus_notifications_errors_total")),
          "undelivered",
        ),
        unit: "number",
        decimals: 0,
        steps: troubled,
      },
    ),
    number("Series", "Series that Prometheus holds in memory now: what its memory goes to.", {
      queries: one(max(of(stack, "prometheus_tsdb_head_series")), "series"),
      unit: "number",
    }),
  ];
}

function targets(stack: StackPlan): Panel {
  return {
    kind: "state-timeline",
    title: "Targets",
    description: "Whether all targets of each job in the stack's namespace answered. A gap: Prometheus knew of none.",
    queries: [{ expr: min(up(stack), ["job"]), legend: "{{job}}" }],
    words: [
      { value: 0, text: "down", color: "red" },
      { value: 1, text: "up", color: "green" },
    ],
    width: 12,
    height: 8,
  };
}

/** Groups by their names, without the path of their file. */
function byGroup(expr: Expr): Expr {
  return call(
    "label_replace",
    expr,
    ...["group", "$1", "rule_group", ".*;(.*)"].map((value) => ({ kind: "string", value }) as const),
  );
}

const groupLegend = "{{group}}";

function prometheus(stack: StackPlan): readonly Panel[] {
  const evaluation = div(
    max(of(stack, "prometheus_rule_group_last_duration_seconds"), ["rule_group"]),
    max(of(stack, "prometheus_rule_group_interval_seconds"), ["rule_group"]),
  );
  const gap = "A gap: Prometheus doesn't scrape itself.";
  return [
    graph(
      "Time for rules",
      `How much of its interval each rule group takes. Above 100% evaluations are left out. ${gap}`,
      {
        queries: [{ expr: byGroup(evaluation), legend: groupLegend }],
        unit: "share",
        limits: [{ from: 1, color: "red" }],
      },
    ),
    graph(
      "Failures and gaps, per minute",
      `Evaluations that failed or were left out, by rule group. None of them is right. ${gap}`,
      {
        queries: [
          {
            expr: byGroup(perMinute(of(stack, "prometheus_rule_evaluation_failures_total"), ["rule_group"])),
            legend: `${groupLegend} failed`,
          },
          {
            expr: byGroup(perMinute(of(stack, "prometheus_rule_group_iterations_missed_total"), ["rule_group"])),
            legend: `${groupLegend} left out`,
          },
        ],
        legend: "beside",
        unit: "number",
        softMax: 1,
      },
    ),
    graph("Samples per second", `What Prometheus takes in, from scrapes and rules. ${gap}`, {
      queries: [{ expr: sum(rated(of(stack, "prometheus_tsdb_head_samples_appended_total"))), legend: "samples" }],
      unit: "number",
    }),
    graph(
      "Data on disk",
      `Blocks and the write-ahead log. Compare it with the size of the volume, ${sizeOf(stack)}. ${gap}`,
      {
        queries: [
          { expr: max(of(stack, "prometheus_tsdb_storage_blocks_bytes")), legend: "blocks" },
          { expr: max(of(stack, "prometheus_tsdb_wal_storage_size_bytes")), legend: "write-ahead log" },
        ],
        unit: "bytes",
        style: "areas",
        stacked: true,
      },
    ),
  ];
}

function sizeOf({ components: { prometheus } }: StackPlan): string {
  return prometheus.kind === "inCluster" ? prometheus.storage : "which is elsewhere";
}

function alertmanager(stack: StackPlan): readonly Panel[] {
  if (stack.components.alertmanager.kind !== "inCluster") return [];
  const gap = "A gap: Alertmanager isn't scraped.";
  return [
    graph(
      "Notifications per minute",
      `Messages to people, by the kind of receiver, the heartbeat's webhook among them. ${gap}`,
      {
        queries: [
          {
            expr: perMinute(of(stack, "alertmanager_notifications_total"), ["integration"]),
            legend: "{{integration}}",
          },
        ],
        unit: "number",
        style: "areas",
        stacked: true,
        width: 8,
      },
    ),
    graph(
      "Failed notifications per minute",
      `Messages that a receiver didn't take. They are tried again for a while. ${gap}`,
      {
        queries: [
          {
            expr: perMinute(of(stack, "alertmanager_notifications_failed_total"), ["integration"]),
            legend: "{{integration}}",
          },
        ],
        unit: "number",
        softMax: 1,
        width: 8,
      },
    ),
    graph(
      "Alerts held",
      `Alerts that Alertmanager knows of: those that people hear of, and those that a silence or another alert mutes. ${gap}`,
      {
        queries: [{ expr: max(of(stack, "alertmanager_alerts"), ["state"]), legend: "{{state}}" }],
        unit: "number",
        decimals: 0,
        width: 8,
      },
    ),
  ];
}

/** Releases differ in whether their counters end in _total. */
const either = (metric: string): Labels => ({ __name__: { op: "=~", value: `${metric}(_total)?` } });
const kinds = [
  { name: "spans", word: "spans" },
  { name: "metric_points", word: "metrics" },
  { name: "log_records", word: "logs" },
] as const;

function flow(stack: StackPlan, counter: string, by: string): readonly Query[] {
  return kinds.map(({ name, word }) => ({
    expr: perMinute(of(stack, "", either(`otelcol_${counter}_${name}`)), [by]),
    legend: `{{${by}}} ${word}`,
  }));
}

function collector(stack: StackPlan): readonly Panel[] {
  if (stack.components.collector.kind !== "inCluster") return [];
  const gap = "A gap: the collector isn't scraped, or had none yet.";
  return [
    graph("Received per minute", `Spans, metrics and logs that apps sent. ${gap}`, {
      queries: flow(stack, "receiver_accepted", "receiver"),
      unit: "number",
    }),
    graph("Sent per minute", `What was passed on, by where it went. ${gap}`, {
      queries: flow(stack, "exporter_sent", "exporter"),
      unit: "number",
    }),
    graph("Lost per minute", `What an exporter gave up on. It is in no trace, no log and no metric. ${gap}`, {
      queries: flow(stack, "exporter_send_failed", "exporter"),
      unit: "number",
      softMax: 1,
    }),
    graph("Queues", `How full the queue of each exporter is. A full one loses what comes next. ${gap}`, {
      queries: [
        {
          expr: div(
            max(of(stack, "otelcol_exporter_queue_size"), ["exporter"]),
            max(of(stack, "otelcol_exporter_queue_capacity"), ["exporter"]),
          ),
          legend: "{{exporter}}",
        },
      ],
      unit: "share",
      max: 1,
    }),
  ];
}

/** Langfuse publishes no metrics: what the collector sends it, whether its pods run, and its ClickHouse tell. */
function langfuse(stack: StackPlan): readonly Panel[] {
  const { langfuse, kubeStateMetrics } = stack.components;
  if (langfuse.kind === "off") return [];
  return [
    ...(stack.components.collector.kind === "inCluster" ? [sentToLangfuse(stack)] : []),
    ...(langfuse.kind === "inCluster" && kubeStateMetrics.kind !== "off" ? [pods(stack)] : []),
    ...(langfuse.kind === "inCluster" && langfuse.clickhouse.kind === "inCluster" ? clickhouse(stack) : []),
  ];
}

function sentToLangfuse(stack: StackPlan): Panel {
  const spans = (counter: string) =>
    perMinute(
      of(stack, "", { ...either(`otelcol_exporter_${counter}_spans`), exporter: { op: "=~", value: ".*langfuse.*" } }),
    );
  return graph(
    "Spans to Langfuse, per minute",
    "Spans that Langfuse took, and those that the collector gave up on. A gap: none were sent yet.",
    {
      queries: [
        { expr: spans("sent"), legend: "taken" },
        { expr: spans("send_failed"), legend: "lost", color: "red" },
      ],
      unit: "number",
    },
  );
}

function pods(stack: StackPlan): Panel {
  const labels: Labels = { namespace: stack.namespace, deployment: { op: "=~", value: "langfuse-.*" } };
  return graph(
    "Langfuse pods",
    "Available pods of web and worker, and how many there should be (dashed). A gap: kube-state-metrics tells of none.",
    {
      queries: [
        {
          expr: max(of(stack, "kube_deployment_status_replicas_available", labels), ["deployment"]),
          legend: "{{deployment}}",
        },
        {
          expr: max(of(stack, "kube_deployment_spec_replicas", labels), ["deployment"]),
          legend: "{{deployment}} wanted",
          dashed: true,
        },
      ],
      unit: "number",
      decimals: 0,
    },
  );
}

function clickhouse(stack: StackPlan): readonly Panel[] {
  const gap = "A gap: ClickHouse isn't scraped.";
  return [
    graph(
      "ClickHouse queries per minute",
      `Queries, and those that failed, of the store that holds Langfuse's traces. ${gap}`,
      {
        queries: [
          { expr: perMinute(of(stack, "ClickHouseProfileEvents_Query")), legend: "all" },
          { expr: perMinute(of(stack, "ClickHouseProfileEvents_FailedQuery")), legend: "failed", color: "red" },
        ],
        unit: "number",
      },
    ),
    graph("ClickHouse memory", `What it holds in memory. ${gap}`, {
      queries: [{ expr: max(of(stack, "ClickHouseAsyncMetrics_MemoryResident")), legend: "resident" }],
      unit: "bytes",
    }),
  ];
}
