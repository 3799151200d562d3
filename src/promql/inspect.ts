// Reads PromQL that a user wrote: is it right, which series does it select, which labels does it keep?
import { createRequire } from "node:module";
import type { SyntaxNode, Tree } from "@lezer/common";
import { RE2JS } from "re2js";
import type { Matcher } from "./ast.ts";
import { boundTo, modifierProblems, withoutModifiers } from "./modifiers.ts";
import { unquote } from "./unquote.ts";

/** Something wrong with an expression, at a span of characters. */
export interface PromqlProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

export interface Inspection {
  readonly problems: readonly PromqlProblem[];
  readonly selectors: readonly { readonly metric: string; readonly matchers: readonly Matcher[] }[];
  /** The type of the whole expression. */
  readonly type: "vector" | "matrix" | "scalar" | "string" | "none";
  /** The labels of an outermost aggregation, when there is one: `[]` means a single series. */
  readonly outputLabels?: readonly string[];
}

interface PromqlParser {
  tree: Tree;
  state: { sliceDoc(from: number, to: number): string };
  diagnostics: { from: number; to: number; message: string }[];
  analyze(): void;
  getDiagnostics(): { from: number; to: number; message: string }[];
  checkAST(node: SyntaxNode | null): Inspection["type"];
}

let loaded: { parse(text: string): Tree; Parser: { prototype: PromqlParser } } | undefined;

/** The official grammar and type checker of Prometheus 2.42, loaded when first asked for. */
function load() {
  if (loaded) return loaded;
  const require = createRequire(import.meta.url);
  const { parser } = require("@prometheus-io/lezer-promql") as { parser: { parse(text: string): Tree } };
  const { Parser } = require("@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js") as {
    Parser: { prototype: PromqlParser };
  };
  loaded = { parse: (text) => parser.parse(text), Parser };
  return loaded;
}

const ops: Readonly<Record<string, Matcher["op"]>> = { EqlSingle: "=", Neq: "!=", EqlRegex: "=~", NeqRegex: "!~" };

function descendants(node: SyntaxNode, name: string): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  node.cursor().iterate((at) => {
    if (at.name === name) found.push(at.node);
  });
  return found;
}

/** What the official checker lets through and Prometheus 2.42 refuses. */
function extraProblems(root: SyntaxNode, textOf: (node: SyntaxNode) => string): PromqlProblem[] {
  const problems: PromqlProblem[] = [];
  const report = (node: SyntaxNode, message: string) => problems.push({ from: node.from, to: node.to, message });
  for (const duration of descendants(root, "Duration")) {
    if (!/[1-9]/.test(textOf(duration))) report(duration, "duration must be greater than 0");
  }
  for (const matrix of descendants(root, "MatrixSelector")) {
    const child = matrix.firstChild;
    const inner = child?.name === "Expr" ? child.firstChild : child;
    if (inner?.name !== "VectorSelector")
      report(
        matrix,
        "a range such as [5m] must follow a metric directly; on an expression write a subquery such as [5m:1m]",
      );
  }
  for (const subquery of descendants(root, "SubqueryExpr")) {
    if (subquery.firstChild?.name !== boundTo(subquery)?.name)
      report(subquery, "a subquery of an operation needs parentheses: (a + b)[1h:1m]");
  }
  for (const literal of descendants(root, "StringLiteral")) {
    if (unquote(textOf(literal)) === null)
      report(literal, `${textOf(literal)} is not a string Prometheus can read; a backslash in it is written \\\\`);
  }
  for (const aggregation of descendants(root, "AggregateExpr")) {
    const wanted = /^(topk|bottomk|quantile|count_values)\b/i.test(textOf(aggregation)) ? 2 : 1;
    const given = aggregation.getChild("FunctionCallBody")?.getChildren("Expr").length ?? 0;
    if (given > wanted)
      report(
        aggregation,
        `expected ${wanted} argument${wanted === 1 ? "" : "s"} in ${textOf(aggregation)}, got ${given}`,
      );
  }
  for (const selector of descendants(root, "VectorSelector")) {
    const { metric, matchers } = readSelector(selector, textOf);
    for (const { op, value } of matchers) {
      if (!op.endsWith("~")) continue;
      try {
        RE2JS.compile(value);
      } catch (error) {
        report(selector, `${value} is not a regular expression Prometheus can read: ${(error as Error).message}`);
      }
    }
    const selects = ({ op, value }: Matcher) =>
      op === "="
        ? value !== ""
        : op === "=~"
          ? !safeMatches(value, "")
          : op === "!="
            ? value === ""
            : safeMatches(value, "");
    if (metric === "" && !matchers.some(selects))
      report(selector, "a selector needs a metric name or a matcher that an empty label doesn't satisfy");
  }
  return problems;
}

/** Whether an RE2 pattern matches a text wholly; a pattern that doesn't compile matches nothing. */
export function safeMatches(pattern: string, text: string): boolean {
  try {
    return RE2JS.compile(pattern).matches(text);
  } catch {
    return false;
  }
}

function readSelector(node: SyntaxNode, textOf: (node: SyntaxNode) => string) {
  const [name] = descendants(node, "Identifier");
  const matchers = descendants(node, "LabelMatcher").map((matcher): Matcher => {
    const label = descendants(matcher, "LabelName")[0];
    const op = matcher.getChild("MatchOp")?.firstChild?.name ?? "";
    const value = descendants(matcher, "StringLiteral")[0];
    return { label: label ? textOf(label) : "", op: ops[op] ?? "=", value: (value && unquote(textOf(value))) ?? "" };
  });
  const named = matchers.find(({ label, op }) => label === "__name__" && op === "=");
  return { metric: name ? textOf(name) : (named?.value ?? ""), matchers };
}

/** The labels an aggregation at the top keeps; undefined where the expression isn't one. */
function outputLabels(root: SyntaxNode, textOf: (node: SyntaxNode) => string): readonly string[] | undefined {
  let node: SyntaxNode | null = root;
  while (node && (node.name === "PromQL" || node.name === "Expr" || node.name === "ParenExpr")) {
    node = node.firstChild;
    while (node?.type.isAnonymous) node = node.nextSibling;
  }
  if (node?.name !== "AggregateExpr") return undefined;
  const modifier = node.getChild("AggregateModifier");
  if (!modifier) return [];
  if (modifier.getChild("Without")) return undefined;
  return descendants(modifier, "LabelName").map(textOf).sort();
}

/** Asked of the same text by the check, the events and the cost. */
const inspected = new Map<string, Inspection>();

/** Parses and type-checks an expression. @example inspect("rate(x)").problems // [{ message: "expected type matrix in call to function \"rate\", got vector", ... }] */
export function inspect(written: string): Inspection {
  const known = inspected.get(written) ?? inspectAnew(written);
  inspected.set(written, known);
  return known;
}

function inspectAnew(written: string): Inspection {
  const { parse, Parser } = load();
  const whole = parse(written);
  const syntax: PromqlProblem[] = [];
  whole.iterate({
    enter: ({ type, from, to }) => {
      if (type.isError)
        syntax.push({
          from,
          to,
          message: written.trim() === "" ? "the expression is empty" : "can't be read from here on",
        });
    },
  });
  if (written.trim() === "" && syntax.length === 0) syntax.push({ from: 0, to: 0, message: "the expression is empty" });
  if (syntax.length > 0) return { problems: syntax.slice(0, 1), selectors: [], type: "none" };

  const text = withoutModifiers(written, whole);
  const tree = parse(text);
  const textOf = (node: SyntaxNode) => text.slice(node.from, node.to);
  const checker = Object.create(Parser.prototype) as PromqlParser;
  checker.tree = tree;
  checker.state = { sliceDoc: (from, to) => text.slice(from, to) };
  checker.diagnostics = [];
  const type = checker.checkAST(tree.topNode.firstChild);
  const types = checker.getDiagnostics().map(({ from, to, message }) => ({ from, to, message }));
  const labels = outputLabels(tree.topNode, textOf);
  return {
    problems: [...types, ...modifierProblems(whole), ...extraProblems(tree.topNode, textOf)],
    selectors: descendants(tree.topNode, "VectorSelector").map((node) => readSelector(node, textOf)),
    type,
    ...(labels === undefined ? {} : { outputLabels: labels }),
  };
}
