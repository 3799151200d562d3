// The SLO that somebody chose on its dashboard, and its recorded series.
import { identityLabels } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { max, overVariable, select, subquery } from "../../promql/build.ts";

const hour = 3_600;
const day = 24 * hour;

/** The variables of the dashboard. */
export const chosen = { service: "$service", slo: "$slo" };
export const of = (record: string) => select(record, chosen);
export const one = (record: string) => max(of(record), identityLabels);

/** The SLO's own period, in steps of the third stage. */
export const overPeriod = (expr: Expr) => overVariable(subquery(expr, 30 * day, 6 * hour), "$period");

export const slosOf = ({ services }: Plan) => services.flatMap(({ slos }) => slos);
export const emptyValue = "An empty value is missing data, neither good nor bad.";
