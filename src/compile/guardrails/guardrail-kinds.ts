// What the alerts of guardrails mean, for their runbooks.

import type { AlertKind } from "../../plan/alert-kind.ts";
import type { GuardrailPlan } from "../../plan/guardrail-plan.ts";
import type { ServicePlan } from "../../plan/plan.ts";

/** The severity that all guardrails of a name have, if they have one. */
function severityOf(guardrails: readonly GuardrailPlan[]): AlertKind["severity"] {
  const [one, ...others] = new Set(guardrails.map(({ severity }) => severity));
  return one === undefined || others.length > 0 ? "by label" : one;
}

/** The kinds of the guardrails that services have, by alert name. */
export function guardrailKinds(services: readonly ServicePlan[]): readonly AlertKind[] {
  const guardrails = services.flatMap((service) => service.guardrails);
  const names = [...new Set(guardrails.map(({ alertName }) => alertName))].sort();
  return names.flatMap((alert) => {
    const alike = guardrails.filter(({ alertName }) => alertName === alert);
    return alike.slice(0, 1).map(({ runbook }) => ({ alert, severity: severityOf(alike), ...runbook, queries: [] }));
  });
}
