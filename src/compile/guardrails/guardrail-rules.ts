// A guardrail of the model to its plan and its rules.
import type { GuardrailPlan } from "../../plan/guardrail-plan.ts";
import type { AlertRule, Rule } from "../../plan/rules.ts";
import type { Expr } from "../../promql/ast.ts";
import type { Guardrail, GuardrailKind, GuardrailOptions, Watch } from "../../slo/guardrails/guardrail.ts";
import { guardrailKinds } from "../../slo/guardrails/table.ts";
import type { Scope } from "../../slo/indicators/scope.ts";
import { type Links, linksOf } from "../links.ts";
import { anomalyConditions, anomalyFacts, anomalyRecords } from "./anomaly.ts";
import { levelFacts, tooHigh } from "./level.ts";
import { shareFacts, tooMany } from "./share.ts";

/** A guardrail on its way to rules. */
export interface CompiledGuardrail {
  readonly plan: GuardrailPlan;
  readonly rules: readonly Rule[];
}

/** Who answers for the service, and where people look. */
interface Owner {
  readonly service: string;
  readonly team: string;
  readonly links: Links;
}

/** One alert of a guardrail: its condition, how long it must hold, and the labels that say what it is about. */
interface Condition {
  readonly expr: Expr;
  readonly labels: readonly string[];
  /** Labels of the rule, where the guardrail has several. */
  readonly ruleLabels?: Readonly<Record<string, string>>;
  readonly forSeconds?: number;
  readonly keepFiringForSeconds?: number;
}

function conditionsOf(watch: Watch, own: Readonly<Record<"service" | "guardrail", string>>): readonly Condition[] {
  switch (watch.kind) {
    case "share":
      return [tooMany(watch)];
    case "level":
      return [tooHigh(watch)];
    case "anomaly":
      return anomalyConditions(watch, own);
  }
}

function factsOf(watch: Watch): GuardrailPlan["facts"] {
  switch (watch.kind) {
    case "share":
      return shareFacts(watch);
    case "level":
      return levelFacts(watch);
    case "anomaly":
      return anomalyFacts(watch);
  }
}

/** The kind of a guardrail that has been checked. */
function kindOf({ guardrail }: Guardrail): GuardrailKind<never> {
  const kind = guardrailKinds.get(guardrail);
  if (!kind) throw new Error(`unknown guardrail ${guardrail}`);
  return kind;
}

/** Compiles one guardrail of a service. */
export function compileGuardrail(id: string, guardrail: Guardrail, scope: Scope, owner: Owner): CompiledGuardrail {
  const kind = kindOf(guardrail);
  const { service, team, links } = owner;
  const { severity = "warning", ...own } = guardrail.spec as GuardrailOptions;
  const watch = kind.watch(own as never, scope);
  const wordsOn = (labels: readonly string[]) =>
    kind.words(own as never, labels.map((label) => `{{ $labels.${label} }}`).join(" on "));
  const alerts = conditionsOf(watch, { service, guardrail: id }).map(
    ({ labels, ruleLabels, ...condition }): AlertRule => {
      const { summary, description } = wordsOn(labels);
      return {
        kind: "alert",
        alert: kind.alertName,
        ...condition,
        labels: { service, guardrail: id, ...ruleLabels, category: kind.category, severity, team },
        annotations: {
          summary: `${service}: ${summary}`,
          description,
          ...linksOf(links, service, kind.alertName),
        },
        guardrail: id,
      };
    },
  );
  const records = watch.kind === "anomaly" ? anomalyRecords(watch, { service, guardrail: id }) : [];
  const { title, conditions } = wordsOn([]);
  return {
    plan: {
      service,
      id,
      alertName: kind.alertName,
      severity,
      title,
      conditions,
      runbook: kind.runbook,
      facts: factsOf(watch),
    },
    rules: [...records.map((rule) => ({ ...rule, guardrail: id })), ...alerts],
  };
}
