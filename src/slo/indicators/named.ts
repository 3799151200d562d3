// Evaluators and checks: the judges that an SLO names, of those the source has.
import type { Source } from "../../sources/source.ts";
import { suggest } from "../suggest.ts";
import type { SpecProblem } from "./indicator.ts";

const kinds = {
  evaluator: { id: "unknown-evaluator", plural: "evaluators", signal: "evaluations" },
  check: { id: "unknown-check", plural: "checks", signal: "validations" },
} as const;

/** Refuses a judge that nobody declared: none of its series exist. */
export function checkNamed(field: keyof typeof kinds, name: string, { signals }: Source): readonly SpecProblem[] {
  const { id, plural, signal } = kinds[field];
  const names = signals[signal]?.names;
  if (!names || names.includes(name)) return [];
  const problem = `there is no ${field} ${JSON.stringify(name)}`;
  return [{ id, field, problem, instead: suggest(name, names, plural) }];
}
