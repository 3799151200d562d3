// Every small mistake a rule could have: one change each to a number, a window, an operator, a label set, a fallback or a duration.
import { ofSlo, records } from "../../src/plan/conventions.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Binary, BinaryOperator, Expr } from "../../src/promql/ast.ts";
import { mul, or } from "../../src/promql/build.ts";
import { print } from "../../src/promql/print.ts";

export interface Mutant {
  readonly original: Rule;
  readonly mutated: Rule;
  /** What was changed. */
  readonly change: string;
}

interface Change {
  readonly expr: Expr;
  readonly change: string;
}

const swaps: Readonly<Partial<Record<BinaryOperator, readonly BinaryOperator[]>>> = {
  and: ["or", "unless"],
  or: ["and", "unless"],
  unless: ["and", "or"],
  ">": ["<"],
  "<": [">"],
  ">=": ["<"],
  "<=": [">"],
  "==": ["!="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
};

function numberChanges(value: number): readonly number[] {
  if (value === 0) return [1];
  return [value * 1.25, value * 0.8];
}

function binaryChanges(expr: Binary): readonly Change[] {
  const operators = (swaps[expr.op] ?? []).map((op) => ({ expr: { ...expr, op }, change: `${expr.op} becomes ${op}` }));
  const sides: Change[] = ["and", "or", "unless"].includes(expr.op)
    ? [
        { expr: expr.left, change: `right side of ${expr.op} dropped` },
        { expr: expr.right, change: `left side of ${expr.op} dropped` },
      ]
    : [];
  return [...operators, ...sides];
}

/** Whether samples count only from a time on: then a window that begins before it may as well be longer. */
function isCutShort(expr: Expr): boolean {
  const now = (side: Expr) => side.kind === "call" && side.func === "time";
  return expr.kind === "binary" && expr.right.kind === "binary" && expr.right.op === ">" && now(expr.right.left);
}

/** The changes of this node alone. */
function ownChanges(expr: Expr): readonly Change[] {
  switch (expr.kind) {
    case "number":
      return numberChanges(expr.value).map((value) => ({
        expr: { kind: "number", value },
        change: `${expr.value} becomes ${value}`,
      }));
    case "selector":
      return [
        ...(expr.rangeSeconds === undefined
          ? []
          : [2, 0.5].map((by) => ({
              expr: { ...expr, rangeSeconds: Math.ceil((expr.rangeSeconds ?? 0) * by) },
              change: `window times ${by}`,
            }))),
        ...(expr.offsetSeconds === undefined
          ? []
          : [{ expr: { ...expr, offsetSeconds: expr.offsetSeconds / 2 }, change: "offset halved" }]),
      ];
    case "subquery":
      return [
        ...(isCutShort(expr.expr) ? [0.5] : [2, 0.5]).map((by) => ({
          expr: { ...expr, rangeSeconds: Math.ceil(expr.rangeSeconds * by) },
          change: `window times ${by}`,
        })),
        ...(expr.offsetSeconds === undefined
          ? []
          : [{ expr: { ...expr, offsetSeconds: expr.offsetSeconds / 2 }, change: "offset halved" }]),
      ];
    case "aggregation":
      return expr.by.length > 0 ? [{ expr: { ...expr, by: [] }, change: `by (${expr.by.join(", ")}) dropped` }] : [];
    case "call":
      return expr.func === "clamp_min" && expr.args[0] ? [{ expr: expr.args[0], change: "clamp_min dropped" }] : [];
    case "binary":
      return binaryChanges(expr);
    case "string":
    case "verbatim":
      return [];
  }
}

function withChild(expr: Expr, index: number, child: Expr): Expr {
  switch (expr.kind) {
    case "subquery":
    case "aggregation":
      return { ...expr, expr: child };
    case "call":
      return { ...expr, args: expr.args.map((arg, at) => (at === index ? child : arg)) };
    case "binary":
      return index === 0 ? { ...expr, left: child } : { ...expr, right: child };
    default:
      return expr;
  }
}

function childrenOf(expr: Expr): readonly Expr[] {
  if (expr.kind === "subquery" || expr.kind === "aggregation") return [expr.expr];
  if (expr.kind === "call") return expr.args;
  return expr.kind === "binary" ? [expr.left, expr.right] : [];
}

/** Counts are whole numbers: a limit of them may as well lie anywhere between two. */
function isLimitOfCount(expr: Expr, index: number): boolean {
  return expr.kind === "binary" && index === 1 && expr.left.kind === "aggregation" && expr.left.op === "count";
}

function limitChanges(limit: Expr): readonly Change[] {
  if (limit.kind !== "number") return allChanges(limit);
  return [limit.value + 1, limit.value - 1].map((value) => ({
    expr: { kind: "number", value },
    change: `${limit.value} becomes ${value}`,
  }));
}

function allChanges(expr: Expr): readonly Change[] {
  const below = childrenOf(expr).flatMap((child, index) =>
    (isLimitOfCount(expr, index) ? limitChanges(child) : allChanges(child)).map((inner) => ({
      expr: withChild(expr, index, inner.expr),
      change: inner.change,
    })),
  );
  return [...ownChanges(expr), ...below];
}

function durationMutants(rule: Rule): readonly Mutant[] {
  if (rule.kind !== "alert") return [];
  const { forSeconds, keepFiringForSeconds, ...rest } = rule;
  const of = (mutated: Rule, change: string): Mutant => ({ original: rule, mutated, change });
  return [
    ...(forSeconds === undefined
      ? []
      : [
          of({ ...rule, forSeconds: forSeconds * 3 }, "for times 3"),
          of({ ...rest, ...(keepFiringForSeconds === undefined ? {} : { keepFiringForSeconds }) }, "for dropped"),
        ]),
    ...(keepFiringForSeconds === undefined
      ? []
      : [
          of({ ...rule, keepFiringForSeconds: keepFiringForSeconds * 3 }, "keep_firing_for times 3"),
          of({ ...rest, ...(forSeconds === undefined ? {} : { forSeconds }) }, "keep_firing_for dropped"),
        ]),
    of(
      { ...rule, labels: { ...rule.labels, severity: rule.labels.severity === "critical" ? "warning" : "critical" } },
      "severity swapped",
    ),
  ];
}

/** The fallback that a remainder and a bucket must not have: a missing side would read as clean. */
function fallbackMutant(rule: Rule): readonly Mutant[] {
  if (rule.kind !== "recording" || rule.record !== records.bad || rule.slo === undefined) return [];
  if (rule.expr.kind === "binary" && rule.expr.op === "or") return [];
  const total = ofSlo(records.total, { service: rule.labels.service ?? "", id: rule.slo });
  return [
    { original: rule, mutated: { ...rule, expr: or(rule.expr, mul(total, 0), []) }, change: "or total * 0 added" },
  ];
}

/** All mutants of a rule, without those that print the same. */
export function mutantsOf(rule: Rule): readonly Mutant[] {
  const text = print(rule.expr);
  const exprs = allChanges(rule.expr)
    .filter(({ expr }) => print(expr) !== text)
    .map(({ expr, change }): Mutant => ({ original: rule, mutated: { ...rule, expr }, change }));
  return [...exprs, ...fallbackMutant(rule), ...durationMutants(rule)];
}
