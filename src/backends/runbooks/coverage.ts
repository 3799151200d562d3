// What an alert of a service covers: the SLOs it fires for, each with its rules, or the service as a whole.
import type { AlertKind, AlertRule, Plan, RecordingRule, ServicePlan, SloPlan } from "../../plan/plan.ts";

/** What a runbook is about. */
export interface Subject {
  readonly kind: AlertKind;
  readonly service: ServicePlan;
  /** The rules of this name, at least one. */
  readonly alerts: readonly AlertRule[];
}

/** One heading that alerts link to. */
export interface CoveredSlo {
  readonly id: string;
  /** Absent for what has no error budget. */
  readonly plan?: SloPlan;
  readonly dashboard?: string;
}

const rulesOf = ({ groups }: ServicePlan) => groups.flatMap((group) => group.rules);

/** Every kind of alert that a service has, with its rules. */
export function subjectsOf({ alertKinds }: Plan, service: ServicePlan): readonly Subject[] {
  const alerts = rulesOf(service).filter((rule) => rule.kind === "alert");
  return alertKinds
    .map((kind) => ({ kind, service, alerts: alerts.filter(({ alert }) => alert === kind.alert) }))
    .filter(({ alerts }) => alerts.length > 0);
}

/** A dashboard without what depends on the alert's labels. */
const plainUrl = (url: string) => url.replace(/\?.*\{\{.*$/, "");

/** The dashboard of the service. */
export function dashboardOf({ alerts }: Subject): string | undefined {
  return alerts.map(({ annotations }) => plainUrl(annotations.dashboard_url).replace(/\?.*$/, "")).find(Boolean);
}

/** The SLOs an alert names in its link: its own, or any of the service's where a label says which. */
export function slosOf({ service, alerts }: Subject): readonly CoveredSlo[] {
  const own = alerts.flatMap(({ slo }) => (slo === undefined ? [] : [slo]));
  const anyOf = alerts.some(({ slo, annotations }) => slo === undefined && annotations.runbook_url.includes("{{"));
  const ids = [...new Set([...own, ...(anyOf ? service.slos.map(({ id }) => id) : [])])];
  return ids.map((id) => {
    const plan = service.slos.find((slo) => slo.id === id);
    const rule = alerts.find(({ slo }) => slo === id) ?? alerts.find(({ slo }) => slo === undefined);
    const dashboard = rule?.annotations.dashboard_url.replace("{{ $labels.slo }}", id);
    return {
      id,
      ...(plan ? { plan } : {}),
      ...(dashboard === undefined ? {} : { dashboard }),
    };
  });
}

/** The rule that records a series of one SLO. */
export function recordingOf(service: ServicePlan, record: string, slo: string): RecordingRule | undefined {
  return rulesOf(service)
    .filter((rule) => rule.kind === "recording")
    .find((rule) => rule.record === record && rule.slo === slo);
}
