// The plan to promtool test files: for every SLO, proof that its alerts fire, stay quiet and end.
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import { budgetProofs, calendarProofs } from "./budget-proofs.ts";
import { evaluatedProofs, isEvaluated } from "./evaluated-proofs.ts";
import { guardrailProofs } from "./guardrails/guardrail-proofs.ts";
import { platformProofs } from "./platform-proofs.ts";
import type { Proof } from "./proof.ts";
import { serviceProofs } from "./service-proofs.ts";
import { sloProofs } from "./slo-proofs.ts";
import { testFile } from "./test-file.ts";

/** All proofs of a plan. */
export function proofsOf(plan: Plan): readonly Proof[] {
  const scrapeSeconds = plan.stack.scrapeIntervalSeconds;
  const ofServices = plan.services.flatMap((service) => [
    ...service.slos.flatMap((slo) =>
      isEvaluated(slo) ? evaluatedProofs(service, slo, scrapeSeconds) : sloProofs(service, slo, scrapeSeconds),
    ),
    ...serviceProofs(service, scrapeSeconds),
    ...guardrailProofs(service, scrapeSeconds),
    ...service.budgets.flatMap((budget) => budgetProofs(service, budget, scrapeSeconds)),
    ...calendarProofs(service),
  ]);
  return [...ofServices, ...(plan.platform ? platformProofs(plan.platform) : [])];
}

/**
 * Two files per proof: the rules it loads and the test. `writeRules` is the prometheus backend's own printer, handed in because backends
 * don't import one another.
 */
export function proofFiles(
  plan: Plan,
  writeRules: (rules: readonly Rule[], intervalSeconds: number) => string,
): readonly GeneratedFile[] {
  return proofsOf(plan).flatMap((proof) => {
    const stem = `prometheus/proofs/${proof.service}/${proof.name}`;
    return [
      { path: `${stem}.rules.yaml`, content: writeRules(proof.rules, proof.stepSeconds) },
      { path: `${stem}.test.yaml`, content: testFile(proof, `${proof.name}.rules.yaml`) },
    ];
  });
}
