// What an alert covers in this plan: the SLOs it burns for, or the services it watches as a whole.
import type { GuardrailPlan } from "../../plan/guardrail-plan.ts";
import type { AlertKind, AlertRule, Plan, ServicePlan, SloPlan, TeamRoute } from "../../plan/plan.ts";
import type { PlatformAlert } from "../../plan/platform-plan.ts";

export interface CoveredSlo {
  readonly service: ServicePlan;
  readonly slo: SloPlan;
}

export interface Coverage {
  /** The SLOs whose burn-rate alerts have this name; none for alerts about a service. */
  readonly slos: readonly CoveredSlo[];
  readonly services: readonly ServicePlan[];
  /** The guardrails whose alerts have this name. */
  readonly guardrails: readonly GuardrailPlan[];
  /** The alerts of the stack itself that have this name. */
  readonly platform: readonly PlatformAlert[];
  /** The teams of those services, and those that answer for the stack. */
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
  const guardrails = plan.services.flatMap((service) =>
    service.guardrails.filter(({ alertName }) => alertName === alert),
  );
  const platform = (plan.platform?.alerts ?? []).filter(({ rule }) => rule.alert === alert);
  const services = plan.services.filter(
    (service) =>
      slos.some((covered) => covered.service === service) ||
      rulesNamed(service, alert).length > 0 ||
      platform.some(({ rule }) => rule.labels.service === service.id),
  );
  const teams = plan.teams.filter(
    ({ team }) =>
      services.some((service) => service.team === team) || platform.some(({ rule }) => rule.labels.team === team),
  );
  return { slos, services, guardrails, platform, teams };
}

/** The dashboard that an alert of a service links; without the query where that depends on the alert's labels. */
export function dashboardOf(service: ServicePlan, alert: string, slo?: string): string | undefined {
  const urls = rulesNamed(service, alert).flatMap((rule) => (rule.slo === slo ? [rule.annotations.dashboard_url] : []));
  return urls.map((url) => url.replace(/\?.*\{\{.*$/, "")).find((url) => !url.includes("{{"));
}
