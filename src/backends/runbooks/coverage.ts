// What an alert covers: the SLOs it fires for, each with its rules, a service's guardrails, or the service or the stack as a whole.

import type { AlertKind } from "../../plan/alert-kind.ts";
import type { GuardrailPlan } from "../../plan/guardrail-plan.ts";
import type { Plan, ServicePlan, SloPlan } from "../../plan/plan.ts";
import type { PlatformAlert } from "../../plan/platform-plan.ts";
import type { AlertRule, RecordingRule, Rule } from "../../plan/rules.ts";

/** What a runbook is about. */
export interface Subject {
  readonly kind: AlertKind;
  /** Absent where it is the stack itself. */
  readonly service?: ServicePlan;
  /** The rules of this name, at least one. */
  readonly alerts: readonly AlertRule[];
  /** The service's guardrails whose alerts these are. */
  readonly guardrails: readonly GuardrailPlan[];
  /** Those of the alerts that watch the stack, or a service's contract with it. */
  readonly platform: readonly PlatformAlert[];
}

/** One heading that alerts link to. */
export interface CoveredSlo {
  readonly id: string;
  /** Absent for what has no error budget. */
  readonly plan?: SloPlan;
  readonly dashboard?: string;
}

const rulesOf = ({ groups }: ServicePlan) => groups.flatMap((group) => group.rules);

function subjectOf(plan: Plan, kind: AlertKind, service?: ServicePlan): Subject {
  const platform = (plan.platform?.alerts ?? []).filter(({ rule }) => rule.labels.service === service?.id);
  const watching = platform.filter(({ rule }) => rule.alert === kind.alert);
  const own = (service ? rulesOf(service) : []).filter((rule) => rule.kind === "alert");
  return {
    kind,
    ...(service ? { service } : {}),
    alerts: [...own.filter(({ alert }) => alert === kind.alert), ...watching.map(({ rule }) => rule)],
    guardrails: (service?.guardrails ?? []).filter(({ alertName }) => alertName === kind.alert),
    platform: watching,
  };
}

/** Every kind of alert that each service has, and the stack itself. */
export function subjectsOf(plan: Plan): readonly Subject[] {
  return [...plan.services, undefined]
    .flatMap((service) => plan.alertKinds.map((kind) => subjectOf(plan, kind, service)))
    .filter(({ alerts }) => alerts.length > 0);
}

/** A dashboard of the whole subject: without the SLO that one of its alerts names. */
export function dashboardOf({ alerts }: Subject): string | undefined {
  return alerts.map(({ annotations }) => annotations.dashboard_url.replace(/&var-slo=.*$/, "")).find(Boolean);
}

/** The SLOs an alert names in its link: its own, or any of the service's where a label says which. */
export function slosOf({ service, alerts }: Subject): readonly CoveredSlo[] {
  const own = alerts.flatMap(({ slo }) => (slo === undefined ? [] : [slo]));
  const anyOf = alerts.some(({ slo, annotations }) => slo === undefined && annotations.runbook_url.includes("{{"));
  const slos = service?.slos ?? [];
  const ids = [...new Set([...own, ...(anyOf ? slos.map(({ id }) => id) : [])])];
  return ids.map((id) => {
    const plan = slos.find((slo) => slo.id === id);
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
  const isIt = (rule: Rule): rule is RecordingRule =>
    rule.kind === "recording" && rule.slo === slo && rule.record === record;
  for (const { rules } of service.groups) {
    const found = rules.find(isIt);
    if (found) return found;
  }
  return undefined;
}
