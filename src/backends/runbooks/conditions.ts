// When an alert fires that is no SLO's, and its expression to start from: guardrails and what watches the stack.
import type { AlertRule } from "../../plan/rules.ts";
import { print } from "../../promql/print.ts";
import type { Subject } from "./coverage.ts";
import { paste, table } from "./markdown.ts";

function guardrailTable({ guardrails }: Subject): string {
  const rows = guardrails.map(({ id, title, conditions, severity }) => [id, title, conditions.join("; "), severity]);
  return table(["Guardrail", "What it guards against", "Fires when", "Severity"], rows);
}

function platformTable({ platform }: Subject): string {
  const rows = platform.map(({ id, condition, rule }) => [id, condition, rule.labels.severity]);
  return table(["Alert", "Fires when", "Severity"], rows);
}

/** When its alerts fire; nothing for those of SLOs, whose sections say it. */
export function conditionTables(subject: Subject): readonly string[] {
  return [guardrailTable(subject), platformTable(subject)];
}

/** A guardrail that tells its amount apart by several sets of labels has an alert for each. */
const titleOf = ({ guardrail = "", labels: { level } }: AlertRule) =>
  level === undefined ? guardrail : `${guardrail}, by ${level.replaceAll("_", " and ")}`;
const sentence = (condition: string) => `${condition[0]?.toUpperCase()}${condition.slice(1)}`;

/** The expressions of those alerts. */
export function conditionQueries({ alerts, platform }: Subject): readonly string[] {
  const guarding = alerts.filter(({ guardrail }) => guardrail !== undefined);
  const queries = [
    ...guarding.map((rule) => paste(titleOf(rule), print(rule.expr))),
    ...platform.map(({ condition, rule }) => paste(sentence(condition), print(rule.expr))),
  ];
  if (queries.length === 0) return [];
  return ["These give something while the alert fires. Without the comparison they show the values.", ...queries];
}
