import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { finalize } from "./finalize.ts";
import { serviceDashboard } from "./service-dashboard.ts";

/** One Grafana dashboard per service, `grafana/dashboards/<service>.json`, for file provisioning. */
export async function dashboardFiles(plan: Plan): Promise<readonly GeneratedFile[]> {
  const { buildDashboard } = await import("./grafana-sdk.ts");
  return plan.services.map((service) => ({
    path: `grafana/dashboards/${service.id}.json`,
    content: `${JSON.stringify(finalize(buildDashboard(serviceDashboard(service))), null, 2)}\n`,
  }));
}
