// The bad share of an SLO, split by labels: its two base rules, rewritten to tell apart what they sum over.
import { records } from "../../plan/conventions.ts";
import type { Expr } from "../../promql/ast.ts";
import { div, gt } from "../../promql/build.ts";

/** The base rules of an SLO. */
export interface Sides {
  readonly total: Expr;
  readonly bad: Expr;
}

function splitSide(expr: Expr, total: Expr, by: readonly string[]): Expr {
  const inner = (part: Expr) => splitSide(part, total, by);
  switch (expr.kind) {
    case "aggregation":
      return { ...expr, by };
    case "binary":
      return {
        ...expr,
        left: inner(expr.left),
        right: inner(expr.right),
        ...(expr.on === undefined ? {} : { on: by }),
      };
    case "call":
      return { ...expr, args: expr.args.map(inner) };
    case "selector":
      // The bad side reads the recorded total, which is no longer split.
      return expr.metric === records.total ? total : expr;
    default:
      return expr;
  }
}

/** @example sum(rate(bad[5m])) and sum(rate(all[5m])), by model // sum by (model) (rate(bad[5m])) / (sum by (model) (rate(all[5m])) > 0) */
export function splitShare({ total, bad }: Sides, by: readonly string[]): Expr {
  const all = splitSide(total, total, by);
  return div(splitSide(bad, all, by), gt(all, 0));
}
