import type { GuardrailPlan } from "../../../plan/guardrail-plan.ts";
import type { AlertRule, Rule } from "../../../plan/rules.ts";

/** A guardrail and what its proofs stand on. */
export interface Guarded {
  readonly guardrail: GuardrailPlan;
  readonly rules: readonly Rule[];
  readonly scrapeSeconds: number;
  readonly stepSeconds: number;
}

/** The labels that name a guardrail's alert. */
export function alertOf({ alertName, service, id }: GuardrailPlan) {
  return { alertname: alertName, service, guardrail: id };
}

export function alertsOf({ rules }: Guarded): readonly AlertRule[] {
  return rules.filter((rule) => rule.kind === "alert");
}

/** The labels that a text reads: those that its alert has of its series. */
export function labelsIn(text: string, of: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name ?? "");
  return Object.fromEntries(names.map((name) => [name, of[name] ?? ""]));
}
