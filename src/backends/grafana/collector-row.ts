// What passes through the collector, and what it loses.
import type { StackPlan } from "../../plan/plan.ts";
import { div, max } from "../../promql/build.ts";
import type { Panel, Query } from "./dashboard.ts";
import { graph } from "./panels.ts";
import { of, ofCollector, perMinute } from "./stack-queries.ts";

const kinds = [
  { name: "spans", word: "spans" },
  { name: "metric_points", word: "metrics" },
  { name: "log_records", word: "logs" },
] as const;

function flow(stack: StackPlan, counter: string, by: string): readonly Query[] {
  return kinds.map(({ name, word }) => ({
    expr: perMinute(ofCollector(stack, `${counter}_${name}`), [by]),
    legend: `{{${by}}} ${word}`,
  }));
}

export function collectorRow(stack: StackPlan): readonly Panel[] {
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
