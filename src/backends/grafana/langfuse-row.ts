// Whether traces reach Langfuse, and whether it is well. It publishes no metrics of its own.
import type { StackPlan } from "../../plan/plan.ts";
import { max } from "../../promql/build.ts";
import type { Panel } from "./dashboard.ts";
import { graph } from "./panels.ts";
import { of, ofCollector, perMinute } from "./stack-queries.ts";

/** What the collector sends it, whether its pods run, and its ClickHouse tell. */
export function langfuseRow(stack: StackPlan): readonly Panel[] {
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
    perMinute(ofCollector(stack, `exporter_${counter}_spans`, { exporter: { op: "=~", value: ".*langfuse.*" } }));
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
  const labels = { namespace: stack.namespace, deployment: { op: "=~", value: "langfuse-.*" } } as const;
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
