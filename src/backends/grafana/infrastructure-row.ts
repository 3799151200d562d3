// What the service runs on: pods, autoscalers, GPUs, queue, cache, context windows.
import type { Plan, ServicePlan } from "../../plan/plan.ts";
import { and, avg, count, max, select, sum } from "../../promql/build.ts";
import type { Panel, TimeSeriesPanel } from "./dashboard.ts";
import { chosen, goodShareOf, perMinute, quantile, type Watched } from "./observed-queries.ts";

const size = { width: 12, height: 8 } as const;

export function infrastructureRow(plan: Plan, service: ServicePlan, watched: Watched): readonly Panel[] {
  return [pods(service), ...autoscalers(plan, service), ...gpus(plan), ...appPanels(watched)];
}

function pods({ job, match }: ServicePlan): TimeSeriesPanel {
  const up = select("up", { job, ...match });
  return {
    kind: "time-series",
    title: "Serving pods",
    description: `Targets of the job ${job}: how many there are, and how many answer Prometheus. A gap: Prometheus knows of none.`,
    queries: [
      { expr: sum(up), legend: "answering" },
      { expr: count(up), legend: "all", dashed: true },
    ],
    unit: "number",
    min: 0,
    decimals: 0,
    ...size,
  };
}

/** Those of the namespaces in which the service's pods are. */
function autoscalers({ stack }: Plan, { job, match }: ServicePlan): readonly Panel[] {
  if (stack.components.kubeStateMetrics.kind === "off") return [];
  const by = ["namespace", "horizontalpodautoscaler"];
  const of = (what: string) =>
    and(max(select(`kube_horizontalpodautoscaler_${what}`, match), by), select("up", { job, ...match }), ["namespace"]);
  return [
    {
      kind: "time-series",
      title: "Autoscalers",
      description:
        "Pods of each autoscaler in the namespaces of the service: how many there are, and the most there may be (dashed). At the most, more load makes it slower. " +
        "A gap: kube-state-metrics tells of none there.",
      queries: [
        { expr: of("status_current_replicas"), legend: "{{horizontalpodautoscaler}}" },
        { expr: of("spec_max_replicas"), legend: "{{horizontalpodautoscaler}} at most", dashed: true },
      ],
      unit: "number",
      min: 0,
      decimals: 0,
      ...size,
    },
  ];
}

function gpus({ stack }: Plan): readonly Panel[] {
  if (stack.components.dcgm.kind === "off") return [];
  return [
    {
      kind: "time-series",
      title: "GPU utilisation",
      description:
        "The mean over the GPUs of each kind, of this whole environment. Details are on the dashboard of GPU nodes. A gap: the exporter tells of none.",
      queries: [{ expr: avg(select("DCGM_FI_DEV_GPU_UTIL", stack.match), ["modelName"]), legend: "{{modelName}}" }],
      unit: "percent",
      min: 0,
      max: 100,
      ...size,
    },
  ];
}

function appPanels(watched: Watched): readonly Panel[] {
  const { observed } = watched;
  const { queueDepth, cache, contextUtilisation, retries } = observed;
  const panel = (
    title: string,
    description: string,
    rest: Pick<TimeSeriesPanel, "queries" | "unit"> & Partial<TimeSeriesPanel>,
  ): Panel => ({
    kind: "time-series",
    title,
    description,
    min: 0,
    ...size,
    ...rest,
  });
  return [
    ...(queueDepth
      ? [
          panel("Queue depth", "Requests that wait for their turn, in all pods. A gap: no app tells.", {
            queries: [
              { expr: sum(chosen(queueDepth, watched), [observed.feature]), legend: `{{${observed.feature}}}` },
            ],
            unit: "number",
          }),
        ]
      : []),
    ...(cache
      ? [
          panel(
            "Cache hit rate",
            "The share of look-ups that the app's own cache answered, of each hour. A gap: nobody looked anything up.",
            {
              queries: [{ expr: goodShareOf(cache, watched, [observed.feature]), legend: `{{${observed.feature}}}` }],
              unit: "share",
              max: 1,
              intervalSeconds: 3_600,
              timeFrom: "24h",
            },
          ),
        ]
      : []),
    ...(contextUtilisation
      ? [
          panel(
            "Context window use",
            "The share of the model's context window that half and 95% of requests stayed below. Near 100% answers are cut off. A gap: no request was measured.",
            {
              queries: [0.95, 0.5].map((share) => ({
                expr: quantile(share, contextUtilisation, watched),
                legend: `p${share * 100}`,
                exemplars: contextUtilisation.exemplars,
              })),
              unit: "share",
              max: 1,
              intervalSeconds: 300,
            },
          ),
        ]
      : []),
    ...(retries
      ? [
          panel(
            "Retries per minute",
            "Attempts after the first one. They multiply the load on a provider that is in trouble already. A gap: no app tells.",
            {
              queries: [
                {
                  expr: perMinute(chosen(retries, watched), retries.model ? [retries.model] : []),
                  legend: retries.model ? `{{${retries.model}}}` : "retries",
                },
              ],
              unit: "number",
            },
          ),
        ]
      : []),
  ];
}
