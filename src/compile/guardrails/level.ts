// A value that must not stay above a limit: the condition of its alert.
import type { LevelFacts } from "../../plan/guardrail-plan.ts";
import { gt } from "../../promql/build.ts";
import type { LevelWatch } from "../../slo/guardrails/guardrail.ts";

export function tooHigh({ value, above, forSeconds }: LevelWatch) {
  return { expr: gt(value, above), labels: "by" in value ? value.by : [], forSeconds };
}

export function levelFacts({ above, forSeconds, examples }: LevelWatch): LevelFacts {
  return { kind: "level", above, forSeconds, examples };
}
