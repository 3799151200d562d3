// The monitoring of the monitoring: whether what measures, tells and stores works itself.
import { dashboardNames, dashboardUid } from "../../plan/conventions.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { call, count, div, max, min, or, range, sub, sum } from "../../promql/build.ts";
import { alertmanagerRow } from "./alertmanager-row.ts";
import { alertsTable } from "./alerts-panels.ts";
import { environmentAnnotations } from "./annotations.ts";
import { collectorRow } from "./collector-row.ts";
import type { Dashboard, Panel, Query } from "./dashboard.ts";
import { langfuseRow } from "./langfuse-row.ts";
import { graph, number } from "./panels.ts";
import { of, perMinute, perSecond } from "./stack-queries.ts";

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
      { title: "Alertmanager", panels: alertmanagerRow(plan.stack) },
      { title: "Collector", panels: collectorRow(plan.stack) },
      { title: "Langfuse", collapsed: true, panels: langfuseRow(plan.stack) },
    ],
  };
}

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
      queries: [{ expr: perSecond(of(stack, "prometheus_tsdb_head_samples_appended_total")), legend: "samples" }],
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
