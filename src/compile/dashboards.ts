import type { DashboardsPlan } from "../plan/plan.ts";
import type { Model } from "../slo/model.ts";

/** What a uid may hold of a text. @example slug("LLM SLO (EU)") // "llm-slo-eu" */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** How an environment's dashboards are found: its name is in every title and uid, so that several share a Grafana. */
export function dashboardsOf({ stack, environment }: Pick<Model, "stack" | "environment">): DashboardsPlan {
  const { prefix = "LLM SLO", folder } = stack.dashboards ?? {};
  const titlePrefix = environment === "" ? prefix : `${prefix} ${environment}`;
  const uidPrefix = environment === "" ? slug(prefix) : `${slug(prefix)}_${slug(environment)}`;
  return { folder: folder ?? titlePrefix, titlePrefix, uidPrefix };
}
