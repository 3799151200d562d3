// A query of an alert's kind to one that can be pasted: the service and the SLO are written into its selectors.
import type { RunbookQuery } from "../../plan/alert-kind.ts";
import type { ServicePlan } from "../../plan/plan.ts";
import type { Expr, Selector } from "../../promql/ast.ts";
import { select } from "../../promql/build.ts";

/** Recorded series that carry `service` and `slo`. */
const ofSlos = /^slo[:_]/;

type LabelsOf = (selector: Selector) => Readonly<Record<string, string | readonly string[]>>;

function narrowed(expr: Expr, labelsOf: LabelsOf): Expr {
  const inner = (part: Expr) => narrowed(part, labelsOf);
  switch (expr.kind) {
    case "selector":
      return { ...expr, matchers: [...expr.matchers, ...select("", labelsOf(expr)).matchers] };
    case "subquery":
    case "aggregation":
      return { ...expr, expr: inner(expr.expr) };
    case "call":
      return { ...expr, args: expr.args.map(inner) };
    case "binary":
      return { ...expr, left: inner(expr.left), right: inner(expr.right) };
    case "number":
    case "string":
    case "verbatim":
      return expr;
  }
}

/** The query for one service, and one of its SLOs where it is about one. */
export function fillIn({ expr, of }: RunbookQuery, service: ServicePlan, slo?: string): Expr {
  const identity = { service: service.id, ...(slo === undefined ? {} : { slo }) };
  const own = of === "job" ? { job: service.job, ...service.match } : {};
  return narrowed(expr, ({ metric }) => (ofSlos.test(metric) ? identity : own));
}
