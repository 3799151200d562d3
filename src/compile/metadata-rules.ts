// Rules that describe the SLOs of a service: error budgets, what is left of them, and the info series.
import { identityLabels, ofService, ratioRecord, records } from "../plan/conventions.ts";
import type { SloPlan } from "../plan/plan.ts";
import type { RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import { div, labelWhere, oneOf, or, pow, sub } from "../promql/build.ts";
import { printDuration } from "../promql/print.ts";

type Describe = (slo: SloPlan) => string;

/** What an SLO is described by; never part of a join. */
const descriptions: Readonly<Record<string, Describe>> = {
  indicator: ({ indicator }) => indicator,
  objective: ({ objectiveText }) => objectiveText,
  period: ({ periodSeconds }) => printDuration(periodSeconds),
};

/** One rule for all SLOs: each distinct value of a label is written where the SLO's id matches. */
function infoRule(service: string, team: string, slos: readonly SloPlan[]): RecordingRule {
  const labels: Record<string, string> = { team };
  let expr: Expr = pow(ofService(records.objective, service), 0);
  for (const [label, describe] of Object.entries(descriptions)) {
    const values = [...new Set(slos.map(describe))];
    if (values.length === 1) labels[label] = values[0] ?? "";
    else {
      for (const value of values) {
        const ids = slos.filter((slo) => describe(slo) === value).map(({ id }) => id);
        expr = labelWhere(expr, label, value, "slo", oneOf(ids));
      }
    }
  }
  return { kind: "recording", record: records.info, expr, labels };
}

/** The metadata rules of a service. */
export function metadataRules(service: string, team: string, slos: readonly SloPlan[]): readonly RecordingRule[] {
  const periods = [...new Set(slos.map(({ periodSeconds }) => periodSeconds))];
  const budget = ofService(records.budget, service);
  const remaining = periods
    .map((period): Expr => {
      // Another SLO may have this period among its windows.
      const ids = slos.filter(({ periodSeconds }) => periodSeconds === period).map(({ id }) => id);
      const ratio = ofService(ratioRecord(period), service, ids.length === slos.length ? {} : { slo: ids });
      return sub(1, div(ratio, budget, identityLabels));
    })
    .reduce((left, right) => or(left, right));
  return [
    { kind: "recording", record: records.budget, expr: sub(1, ofService(records.objective, service)), labels: {} },
    { kind: "recording", record: records.budgetRemaining, expr: remaining, labels: {} },
    infoRule(service, team, slos),
  ];
}
