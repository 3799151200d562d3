import { dashboardNames } from "../../plan/conventions.ts";
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Dashboard } from "./dashboard.ts";
import { finalize } from "./finalize.ts";
import { gpuDashboard } from "./gpu-dashboard.ts";
import { overviewDashboard } from "./overview-dashboard.ts";
import { platformDashboard } from "./platform-dashboard.ts";
import { serviceDashboard } from "./service-dashboard.ts";
import { sloDashboard } from "./slo-dashboard.ts";

/** The dashboards of an environment by the names of their files. */
function dashboardsOf(plan: Plan): readonly (readonly [string, Dashboard])[] {
  const hasSlos = plan.services.some(({ slos }) => slos.length > 0);
  return [
    [dashboardNames.overview, overviewDashboard(plan)],
    ...(hasSlos ? [[dashboardNames.slo, sloDashboard(plan)] as const] : []),
    ...(plan.stack.components.dcgm.kind === "off" ? [] : [[dashboardNames.gpu, gpuDashboard(plan)] as const]),
    [dashboardNames.platform, platformDashboard(plan)],
    ...plan.services.map((service) => [service.id, serviceDashboard(plan, service)] as const),
  ];
}

/**
 * Grafana dashboards for file provisioning, `grafana/dashboards/<name>.json`: all SLOs, one SLO, each service, the stack itself, and GPU nodes
 * where it has any.
 */
export async function dashboardFiles(plan: Plan): Promise<readonly GeneratedFile[]> {
  const { buildDashboard } = await import("./grafana-sdk.ts");
  return dashboardsOf(plan).map(([name, dashboard]) => ({
    path: `grafana/dashboards/${name}.json`,
    content: `${JSON.stringify(finalize(buildDashboard(dashboard)), null, 2)}\n`,
  }));
}
