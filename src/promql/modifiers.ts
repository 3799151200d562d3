// `offset` and `@` in PromQL that a user wrote. The official grammar binds them too loosely: it reads `a / b offset 1h` as
// `(a / b) offset 1h`, where Prometheus reads `a / (b offset 1h)`, and leaves what stands before them unchecked.
import type { SyntaxNode, Tree } from "@lezer/common";

const words: Readonly<Record<string, { readonly start: string; readonly text: string }>> = {
  OffsetExpr: { start: "Offset", text: "offset" },
  StepInvariantExpr: { start: "At", text: "@" },
};

/** What Prometheus binds a modifier or a subquery's range to. */
export function boundTo(modified: SyntaxNode): SyntaxNode | null {
  let bound = modified.firstChild;
  while (bound?.name === "BinaryExpr" || bound?.name === "UnaryExpr") bound = bound.lastChild;
  return bound;
}

function problemOf(node: SyntaxNode): string | undefined {
  if (node.name === "MatrixSelector")
    return words[node.firstChild?.name ?? ""] && "the range comes first: x[5m] offset 1h";
  const text = words[node.name]?.text;
  return text && misplaced(node, text);
}

function misplaced(modified: SyntaxNode, text: string): string | undefined {
  let bound = boundTo(modified);
  while (bound && words[bound.name]) {
    if (bound.name === modified.name) return `${text} may not be set twice`;
    bound = boundTo(bound);
  }
  if (["VectorSelector", "MatrixSelector", "SubqueryExpr"].includes(bound?.name ?? "")) return undefined;
  return `${text} must follow a metric, its range or a subquery directly`;
}

/** Modifiers must follow a selector with its range, or a subquery, each at most once. */
export function modifierProblems(
  tree: Tree,
): readonly { readonly from: number; readonly to: number; readonly message: string }[] {
  const problems: { from: number; to: number; message: string }[] = [];
  tree.iterate({
    enter: ({ node, from, to }) => {
      const message = problemOf(node);
      if (message !== undefined) problems.push({ from, to, message });
    },
  });
  return problems;
}

/** The same text with spaces for modifiers and comments, which change no type: the official checker trips over both. */
export function withoutModifiers(text: string, tree: Tree): string {
  let plain = text;
  tree.iterate({
    enter: ({ node, from, to }) => {
      const start = node.name === "LineComment" ? from : node.getChild(words[node.name]?.start ?? "")?.from;
      if (start !== undefined)
        plain = plain.slice(0, start) + plain.slice(start, to).replaceAll(/[^\n]/g, " ") + plain.slice(to);
    },
  });
  return plain;
}
