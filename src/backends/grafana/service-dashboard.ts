// One service: what happens now, and in rows that open: latency, cost, quality, infrastructure.
import { dashboardUid } from "../../plan/conventions.ts";
import type { Plan, ServicePlan } from "../../plan/plan.ts";
import { oneOf } from "../../promql/build.ts";
import { serviceAnnotations } from "./annotations.ts";
import { costRow } from "./cost-row.ts";
import type { Dashboard, Row, Variable } from "./dashboard.ts";
import { infrastructureRow } from "./infrastructure-row.ts";
import { latencyRow } from "./latency-row.ts";
import type { Watched } from "./observed-queries.ts";
import { qualityRow } from "./quality-row.ts";
import { trafficRow } from "./traffic-row.ts";

export function serviceDashboard(plan: Plan, service: ServicePlan): Dashboard {
  const { uidPrefix, titlePrefix } = plan.stack.dashboards;
  return {
    uid: dashboardUid(uidPrefix, service.id),
    title: `${titlePrefix} / ${service.id}`,
    description: service.description,
    tags: [uidPrefix, service.id],
    from: "now-2h",
    variables: variablesOf(service),
    annotations: serviceAnnotations(plan, service),
    rows: rowsOf(plan, service),
  };
}

function rowsOf(plan: Plan, service: ServicePlan): readonly Row[] {
  const watched = watchedOf(service);
  return [
    { panels: trafficRow(service, watched) },
    { title: "Latency", collapsed: true, panels: latencyRow(watched) },
    { title: "Cost", collapsed: true, panels: costRow(service, watched) },
    { title: "Quality", collapsed: true, panels: qualityRow(watched) },
    { title: "Infrastructure", collapsed: true, panels: infrastructureRow(plan, service, watched) },
  ];
}

function watchedOf({ observed, features }: ServicePlan): Watched {
  return {
    observed,
    choice: {
      ...(features.length > 1 ? { feature: "$feature" } : {}),
      ...(observed.requests?.model === undefined ? {} : { model: "$model" }),
    },
  };
}

function variablesOf({ features, observed }: ServicePlan): readonly Variable[] {
  const { requests } = observed;
  return [
    ...(features.length > 1
      ? [
          {
            kind: "values",
            name: "feature",
            label: "Feature",
            values: [...features].sort(),
            all: oneOf(features),
          } as const,
        ]
      : []),
    ...(requests?.model === undefined
      ? []
      : [
          {
            kind: "label",
            name: "model",
            label: "Model",
            of: requests.selector,
            read: requests.model,
            multi: true,
          } as const,
        ]),
  ];
}
