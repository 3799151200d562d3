// An hour against the same hour of earlier days: what is recorded, and the condition of its alerts.
import { anomalyRecords as names } from "../../plan/conventions.ts";
import type { AnomalyFacts } from "../../plan/guardrail-plan.ts";
import type { RecordingRule } from "../../plan/rules.ts";
import type { Expr, Selector } from "../../promql/ast.ts";
import { call, gt, gte, lte, mul, num, offset, or, select } from "../../promql/build.ts";
import type { AnomalyWatch } from "../../slo/guardrails/guardrail.ts";

/** What tells the series of a guardrail from those of others. */
type GuardrailLabels = Readonly<Record<"service" | "guardrail", string>>;

const day = 86_400;
const week = 7 * day;

/** The larger of a series' values yesterday and a week ago; the one there is where the other is missing. */
function before(series: Selector): Expr {
  const [yesterday, weekAgo] = [offset(series, day), offset(series, week)];
  return or(or(gte(yesterday, weekAgo), weekAgo), yesterday);
}

/**
 * The hour as a measure for later ones: where it was out of the ordinary itself, what was usual then. So yesterday's spike doesn't hide
 * today's; a change that stays is usual from its third day on.
 */
function usualOf(amount: Selector, factor: number): Expr {
  const expected = before(amount);
  return or(or(lte(amount, mul(expected, factor)), expected), amount);
}

/** Two series of each level: the last hour's amount, and what of it is a measure for later hours. */
export function anomalyRecords(
  { amount, hourly, factor }: AnomalyWatch,
  labels: GuardrailLabels,
): readonly RecordingRule[] {
  return hourly.flatMap(({ level, expr }) => {
    const { hour, usual } = names(level, amount);
    return [
      { kind: "recording", record: hour, expr, labels },
      { kind: "recording", record: usual, expr: usualOf(select(hour, labels), factor), labels },
    ] as const;
  });
}

/** The hour exceeds what is usual, which is at least the floor: all there is to go by for a feature or a model without a history. */
export function anomalyConditions({ amount, hourly, factor, floor }: AnomalyWatch, own: GuardrailLabels) {
  return hourly.map(({ level, labels }) => {
    const { hour, usual } = names(level, amount);
    const [now, measure] = [select(hour, own), select(usual, own)];
    const expected = call("clamp_min", or(before(measure), mul(now, 0)), num(floor));
    // Alerts of one name in one file are told apart by the labels of their rules.
    const ruleLabels = hourly.length > 1 ? { level } : {};
    return { expr: gt(now, mul(expected, factor)), labels, ruleLabels };
  });
}

export function anomalyFacts({ amount, hourly, factor, floor, example }: AnomalyWatch): AnomalyFacts {
  const levels = hourly.map(({ level, labels }) => {
    const { hour, usual } = names(level, amount);
    return { amount: hour, usual, labels };
  });
  return { kind: "anomaly", factor, floor, example, levels };
}
