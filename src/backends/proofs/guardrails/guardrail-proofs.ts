// The proofs of a service's guardrails: each form of watching has its stories.
import type { ServicePlan } from "../../../plan/plan.ts";
import type { Proof } from "../proof.ts";
import { anomalyProofs } from "./anomaly-stories.ts";
import type { Guarded } from "./guarded.ts";
import { levelStories } from "./level-stories.ts";
import { shareStories } from "./share-stories.ts";

function proofsOf(guarded: Guarded): readonly Proof[] {
  const { guardrail, rules, scrapeSeconds, stepSeconds } = guarded;
  const { facts } = guardrail;
  if (facts.kind === "anomaly") return anomalyProofs(guarded, facts);
  const scenarios = facts.kind === "share" ? shareStories(guarded, facts) : levelStories(guarded, facts);
  const name = `${guardrail.id}.guardrail`;
  return [{ service: guardrail.service, name, stepSeconds, inputSeconds: scrapeSeconds, rules, scenarios }];
}

/** The proofs of all guardrails of a service. */
export function guardrailProofs({ guardrails, groups }: ServicePlan, scrapeSeconds: number): readonly Proof[] {
  return guardrails.flatMap((guardrail) => {
    const group = groups.find(({ rules }) => rules.some((rule) => rule.guardrail === guardrail.id));
    const rules = (group?.rules ?? []).filter((rule) => rule.guardrail === guardrail.id);
    return proofsOf({ guardrail, rules, scrapeSeconds, stepSeconds: group?.intervalSeconds ?? scrapeSeconds });
  });
}
