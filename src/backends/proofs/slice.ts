// Which rules a proof loads: only those its story needs, taken from the plan's own rule objects.
import { confidenceRecord, ratioRecord, records } from "../../plan/conventions.ts";
import type { Arm, ServicePlan, SloPlan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";

/** The rules of a service that serve one SLO or budget, without quantiles. */
export function rulesOf(service: ServicePlan, slo: Pick<SloPlan, "id">): readonly Rule[] {
  const [main] = service.groups;
  return (main?.rules ?? []).filter((rule) => rule.slo === undefined || rule.slo === slo.id);
}

const nameOf = (rule: Rule) => (rule.kind === "recording" ? rule.record : rule.alert);

/** The rules with these record or alert names. */
export function named(rules: readonly Rule[], names: readonly string[]): readonly Rule[] {
  const wanted = new Set(names);
  return rules.filter((rule) => wanted.has(nameOf(rule)));
}

export const baseRecords = [records.total, records.bad, records.objective];

/** The rules that an arm needs beyond the base rules and the second stage: its windows and its alert. */
export function armRules(rules: readonly Rule[], slo: SloPlan, arm: Arm): readonly Rule[] {
  const windows = [ratioRecord(arm.longSeconds), ratioRecord(arm.shortSeconds), confidenceRecord(arm.longSeconds)];
  const isOwnAlert = (rule: Rule) =>
    rule.kind === "alert" && rule.alert === slo.alertName && rule.labels.arm === arm.name;
  const wanted = new Set<Rule>([...named(rules, windows), ...rules.filter(isOwnAlert)]);
  return rules.filter((rule) => wanted.has(rule));
}
