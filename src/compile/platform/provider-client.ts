// A service as a client of providers: which of its series tell who served a request, and how it ended.
import type { ServicePlan } from "../../plan/plan.ts";
import { statusValues } from "../../slo/indicators/scope.ts";
import type { Source } from "../../sources/source.ts";

/** A service whose requests tell who served them. */
export interface Client {
  readonly service: Pick<ServicePlan, "id" | "team" | "features" | "slos">;
  readonly featureLabel: string;
  readonly provider: string;
  readonly metric: string;
  readonly statusLabel: string;
  /** Values of that label: of requests that ended, and of those that failed. */
  readonly ended: readonly string[];
  readonly failed: readonly string[];
}

/** The services whose source has the label of the provider. */
export function clientOf(service: Client["service"], { labelNames, signals: { requests } }: Source): readonly Client[] {
  const { feature, provider } = labelNames;
  if (!requests || provider === undefined) return [];
  const failed = statusValues(requests, ["error", "timeout", "rate_limited"]);
  const answered = statusValues(requests, ["success", "content_filtered"]);
  const { metric, label: statusLabel } = requests;
  return [{ service, featureLabel: feature, provider, metric, statusLabel, ended: [...answered, ...failed], failed }];
}
