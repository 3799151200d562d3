// What an alert covers in this plan: the SLOs it burns for, or the services it watches as a whole.
import type { AlertKind, AlertRule, Plan, ServicePlan, SloPlan, TeamRoute } from "../../plan/plan.ts";

export interface CoveredSlo {
  readonly service: ServicePlan;
  readonly slo: SloPlan;
}

export interface Coverage {
  /** The SLOs whose burn-rate alerts have this name; none for alerts about a service. */
  readonly slos: readonly CoveredSlo[];
  readonly services: readonly ServicePlan[];
  /** The teams of those services. */
  readonly teams: readonly TeamRoute[];
}

function rulesNamed({ groups }: ServicePlan, alert: string): readonly AlertRule[] {
  const rules = groups.flatMap((group) => group.rules);
  return rules.filter((rule) => rule.kind === "alert").filter((rule) => rule.alert === alert);
}

/** What the rules and SLOs of a plan say about an alert. */
export function coverageOf(plan: Plan, { alert }: AlertKind): Coverage {
  const slos = plan.services.flatMap((service) =>
    service.slos.filter((slo) => slo.alertName === alert).map((slo) => ({ service, slo })),
  );
  const services = plan.services.filter(
    (service) => slos.some((covered) => covered.service === service) || rulesNamed(service, alert).length > 0,
  );
  const teams = plan.teams.filter(({ team }) => services.some((service) => service.team === team));
  return { slos, services, teams };
}

/** The dashboard that an alert of a service links; without the query where that depends on the alert's labels. */
export function dashboardOf(service: ServicePlan, alert: string, slo?: string): string | undefined {
  const urls = rulesNamed(service, alert).flatMap((rule) => (rule.slo === slo ? [rule.annotations.dashboard_url] : []));
  return urls.map((url) => url.replace(/\?.*\{\{.*$/, "")).find((url) => !url.includes("{{"));
}
