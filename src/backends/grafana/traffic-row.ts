// What happens now: what is left of budgets and how fast they go, requests, errors, and what is in flight.
import { identityLabels, ofService, records } from "../../plan/conventions.ts";
import type { Observed } from "../../plan/observed-series.ts";
import type { ServicePlan } from "../../plan/plan.ts";
import { div, mul, or, sum } from "../../promql/build.ts";
import { statesPanel } from "./alerts-panels.ts";
import type { BarGaugePanel, Panel } from "./dashboard.ts";
import { chosen, perMinute, rateOf, type Watched } from "./observed-queries.ts";
import { budgetSteps, burnRate, windowWords } from "./slo-queries.ts";

const hour = 3_600;

export function trafficRow(service: ServicePlan, watched: Watched): readonly Panel[] {
  return [
    ...(service.slos.length > 0 ? sloPanels(service) : []),
    ...requestPanels(watched),
    ...(service.slos.length > 0 ? [statesPanel({ service: service.id }, "{{slo}}", { width: 12, height: 8 })] : []),
    ...missing(watched.observed),
  ];
}

function sloPanels(service: ServicePlan): readonly Panel[] {
  const window = windowWords(service.slos, hour);
  const height = Math.max(8, service.slos.length + 3);
  return [
    budgetLeft(service, height),
    {
      kind: "time-series",
      title: `Burn rate, last ${window}`,
      description:
        `How many times as fast as allowed each error budget went in the last ${window}. At 1 it lasts exactly a period; above, the objective will be missed if it stays so. ` +
        "A gap: no events were recorded.",
      queries: [{ expr: burnRate(service.slos, hour, { service: service.id }), legend: "{{slo}}" }],
      unit: "times",
      min: 0,
      limits: [{ from: 1, color: "orange" }],
      width: 16,
      height,
    },
  ];
}

function budgetLeft({ id, slos }: ServicePlan, height: number): BarGaugePanel {
  return {
    kind: "bar-gauge",
    title: "Error budget left",
    description:
      "How much of each SLO's error budget is left over its period. 100%: no bad event. " +
      "0%: as many bad events as the objective allows. Below 0%: the objective is missed. " +
      '"no data": no events were recorded, which is neither good nor bad.',
    queries: [{ expr: budgetOrNothing(id), legend: "{{slo}}" }],
    steps: budgetSteps(slos),
    width: 8,
    height,
  };
}

/** NaN stands in for an SLO that has an objective and no events, so that it shows as "no data" instead of not at all. */
function budgetOrNothing(service: string) {
  const left = ofService(records.budgetRemaining, service);
  return or(left, mul(ofService(records.objective, service), Number.NaN), identityLabels);
}

function requestPanels(watched: Watched): readonly Panel[] {
  const { requests, errors, inflight, feature } = watched.observed;
  const failures = errors ?? requests;
  return [
    ...(requests
      ? [
          {
            kind: "time-series",
            title: requests.model === undefined ? "Requests per minute" : "Requests per minute, by model",
            description: "Requests that ended, well or badly, one model on top of the other. A gap: none was counted.",
            queries: [
              {
                expr: perMinute(chosen(requests, watched), requests.model === undefined ? [] : [requests.model]),
                legend: requests.model === undefined ? "requests" : `{{${requests.model}}}`,
              },
            ],
            unit: "number",
            style: "areas",
            stacked: true,
            min: 0,
            width: 12,
            height: 8,
          } as const,
        ]
      : []),
    ...(requests && failures
      ? [
          {
            kind: "time-series",
            title: "Error rate, by type",
            description:
              "Requests that did not succeed, as a share of all, by the kind of error. Cancelled ones and those that a filter refused are among them. A gap: there were no requests.",
            queries: [
              {
                expr: {
                  ...div(
                    sum(rateOf(chosen(failures, watched, errors ? {} : { [requests.label]: requests.bad })), [
                      failures.label,
                    ]),
                    sum(rateOf(chosen(requests, watched))),
                    [],
                  ),
                  groupLeft: true as const,
                },
                legend: `{{${failures.label}}}`,
              },
            ],
            unit: "share",
            style: "areas",
            stacked: true,
            min: 0,
            legend: "beside",
            intervalSeconds: 300,
            width: 12,
            height: 8,
          } as const,
        ]
      : []),
    ...(inflight
      ? [
          {
            kind: "time-series",
            title: "Requests in flight",
            description:
              "Requests that started and have not ended. Growing while none ends: the provider hangs. A gap: no app tells.",
            queries: [{ expr: sum(chosen(inflight, watched), [feature]), legend: `{{${feature}}}` }],
            unit: "number",
            min: 0,
            width: 12,
            height: 8,
          } as const,
        ]
      : []),
  ];
}

/** Panels that aren't there are explained, not left to wonder about. */
function missing({ source, unpublished }: Observed): readonly Panel[] {
  if (unpublished.length === 0) return [];
  return [
    {
      kind: "text",
      title: "Not shown",
      markdown: `The metric source \`${source}\` publishes nothing of: ${unpublished.join(", ")}.`,
      width: 24,
      height: 3,
    },
  ];
}
