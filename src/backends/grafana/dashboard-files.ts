import type { GeneratedFile, Plan } from "../../plan/plan.ts";
import { finalize } from "./finalize.ts";
import { serviceDashboard } from "./service-dashboard.ts";

/**
 * One Grafana dashboard per service, `grafana/dashboards/<service>.json`, for file provisioning.
 * @throws Error where two dashboards have the same uid: Grafana would stop updating all of them.
 */
export async function dashboardFiles(plan: Plan): Promise<readonly GeneratedFile[]> {
  const { buildDashboard } = await import("./grafana-sdk.ts");
  const services = new Map<string, string>();
  return plan.services.map((service) => {
    const dashboard = serviceDashboard(service);
    const other = services.get(dashboard.uid);
    if (other) throw new Error(`The services ${other} and ${service.id} have the same dashboard uid ${dashboard.uid}.`);
    services.set(dashboard.uid, service.id);
    return {
      path: `grafana/dashboards/${service.id}.json`,
      content: `${JSON.stringify(finalize(buildDashboard(dashboard)), null, 2)}\n`,
    };
  });
}
