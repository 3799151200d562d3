// PromQL text back to nodes, by the official grammar and independently of src/: what a printed expression means to a parser.
import { createRequire } from "node:module";
import type { SyntaxNode } from "@lezer/common";
import type { BinaryOperator, Expr, Matcher, Selector } from "../../src/promql/ast.ts";

const { parser } = createRequire(import.meta.url)("@prometheus-io/lezer-promql");

const seconds = { y: 31_536_000, w: 604_800, d: 86_400, h: 3_600, m: 60, s: 1 } as const;

function durationOf(text: string): number {
  const parts = [...text.matchAll(/(\d+)([ywdhms])/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * seconds[unit as keyof typeof seconds], 0);
}

/** Reads an expression. Parentheses leave no trace: only the nesting they make. @throws when there is a syntax error. */
export function read(text: string): Expr {
  const textOf = (node: SyntaxNode | null | undefined) => (node ? text.slice(node.from, node.to) : "");
  const operands = (node: SyntaxNode) => node.getChildren("Expr");
  const child = (node: SyntaxNode, index = 0) => toExpr(operands(node)[index]);
  const durations = (node: SyntaxNode) => node.getChildren("Duration").map((duration) => durationOf(textOf(duration)));

  function toSelector(node: SyntaxNode): Selector {
    const matchers = node.getChild("LabelMatchers")?.getChildren("LabelMatcher") ?? [];
    return {
      kind: "selector",
      metric: textOf(node.getChild("Identifier")),
      matchers: matchers.map((matcher) => ({
        label: textOf(matcher.getChild("LabelName")),
        op: textOf(matcher.getChild("MatchOp")) as Matcher["op"],
        value: JSON.parse(textOf(matcher.getChild("StringLiteral"))),
      })),
    };
  }

  function labelsIn(node: SyntaxNode | null): readonly string[] | undefined {
    return node?.getChild("GroupingLabels")?.getChildren("LabelName").map(textOf);
  }

  function toBinary(node: SyntaxNode): Expr {
    const on = labelsIn(node.getChild("MatchingModifierClause"));
    const operator = operands(node)[0]?.nextSibling;
    const clause = node.getChild("MatchingModifierClause") ?? node.getChild("BoolModifier");
    const modifiers = text.slice(operator?.to, operands(node)[1]?.from);
    return {
      kind: "binary",
      op: textOf(operator) as BinaryOperator,
      left: child(node, 0),
      right: child(node, 1),
      ...(on === undefined ? {} : { on }),
      ...(clause && /\bgroup_left\b/.test(modifiers) ? { groupLeft: true } : {}),
      ...(clause && /\bbool\b/.test(modifiers) ? { bool: true } : {}),
    };
  }

  function toExpr(node: SyntaxNode | null | undefined): Expr {
    switch (node?.name) {
      case "ParenExpr":
        return child(node);
      case "NumberLiteral":
        return { kind: "number", value: Number(textOf(node).replace("Inf", "Infinity")) };
      case "UnaryExpr":
        return { kind: "number", value: -(child(node) as { value: number }).value };
      case "StringLiteral":
        return { kind: "string", value: JSON.parse(textOf(node)) };
      case "VectorSelector":
        return toSelector(node);
      case "MatrixSelector":
        return { ...(child(node) as Selector), rangeSeconds: durations(node)[0] ?? 0 };
      case "OffsetExpr":
        return { ...(child(node) as Selector), offsetSeconds: durations(node)[0] ?? 0 };
      case "StepInvariantExpr":
        return { ...(child(node) as Selector), at: "end" };
      case "SubqueryExpr": {
        const [rangeSeconds = 0, stepSeconds = 0] = durations(node);
        return { kind: "subquery", expr: child(node), rangeSeconds, stepSeconds };
      }
      case "FunctionCall": {
        const body = node.getChild("FunctionCallBody");
        const args = body ? operands(body).map(toExpr) : [];
        return { kind: "call", func: textOf(node.getChild("FunctionIdentifier")), args };
      }
      case "AggregateExpr": {
        const body = node.getChild("FunctionCallBody");
        const op = textOf(node.getChild("AggregateOp")) as "sum";
        const by = labelsIn(node.getChild("AggregateModifier")) ?? [];
        return { kind: "aggregation", op, by, expr: toExpr(body && operands(body)[0]) };
      }
      case "BinaryExpr":
        return toBinary(node);
      default:
        throw new Error(`${text}\nhas a ${node?.name ?? "hole"} where an expression should be`);
    }
  }

  const { topNode } = parser.parse(text) as { topNode: SyntaxNode };
  topNode.cursor().iterate(({ type, from }) => {
    if (type.isError) throw new Error(`${text}\ncan't be read from character ${from + 1} on`);
  });
  return toExpr(operands(topNode)[0]);
}
