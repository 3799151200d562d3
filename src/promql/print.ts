// PromQL nodes to text: correct precedence, canonical numbers, lines broken where an expression is long.
import type { Binary, BinaryOperator, Expr, Matcher, Selector } from "./ast.ts";

const WIDTH = 100;

/** Binding strength; higher binds tighter (https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operator-precedence). */
const PRECEDENCE: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  unless: 2,
  "==": 3,
  "!=": 3,
  ">": 3,
  "<": 3,
  ">=": 3,
  "<=": 3,
  "+": 4,
  "-": 4,
  "*": 5,
  "/": 5,
  "%": 5,
  "^": 6,
};

/** The shortest text of a number at 12 significant digits, so that binary noise never shows. @example printNumber(1 - 0.999) // "0.001" */
export function printNumber(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e12) return String(value);
  return String(Number(value.toPrecision(12)));
}

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

/** A Prometheus duration, to the millisecond. @example printDuration(5040) // "1h24m" */
export function printDuration(seconds: number): string {
  let rest = Math.round(seconds * 1_000);
  let text = "";
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text || "0s";
}

/** Characters that nobody sees, or that readers of YAML take for line breaks or refuse. */
const invisible = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

function printString(text: string): string {
  return JSON.stringify(text).replaceAll(
    invisible,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function printMatcher(matcher: Matcher): string {
  return `${matcher.label}${matcher.op}${printString(matcher.value)}`;
}

function printRange(seconds: number, variable: string | undefined): string {
  return variable ?? printDuration(seconds);
}

function printSelector(selector: Selector): string {
  const matchers = selector.matchers.map(printMatcher).join(", ");
  const range =
    selector.rangeSeconds === undefined ? "" : `[${printRange(selector.rangeSeconds, selector.rangeVariable)}]`;
  const offset = selector.offsetSeconds === undefined ? "" : ` offset ${printDuration(selector.offsetSeconds)}`;
  const at = selector.at === undefined ? "" : " @ end()";
  return `${selector.metric}${matchers && `{${matchers}}`}${range}${at}${offset}`;
}

function needsParentheses(child: Expr, parent: Binary, side: "left" | "right"): boolean {
  if (child.kind === "verbatim") return true;
  if (child.kind === "number") return child.value < 0 && parent.op === "^";
  if (child.kind !== "binary") return false;
  const difference = PRECEDENCE[child.op] - PRECEDENCE[parent.op];
  if (difference !== 0) return difference < 0;
  const rightAssociative = parent.op === "^";
  return side === (rightAssociative ? "left" : "right");
}

const indent = (text: string) => text.replaceAll("\n", "\n  ");

const fits = (text: string) => text.length <= WIDTH && !text.includes("\n");

/** Wraps parts between two delimiters: on one line, or on lines of their own with short neighbours together. */
function enclose(open: string, parts: readonly string[], close: string): string {
  const flat = `${open}${parts.join(", ")}${close}`;
  if (fits(flat)) return flat;
  const lines: string[] = [];
  for (const part of parts) {
    const joined = `${lines.at(-1)}, ${part}`;
    if (lines.length > 0 && fits(joined)) lines[lines.length - 1] = joined;
    else lines.push(part);
  }
  return `${open}\n  ${indent(lines.join(",\n").trimEnd())}\n${close}`;
}

function printOperand(child: Expr, parent: Binary, side: "left" | "right"): string {
  const text = print(child);
  return needsParentheses(child, parent, side) ? enclose("(", [text], ")") : text;
}

function printBinary(expr: Binary): string {
  const left = printOperand(expr.left, expr, "left");
  const right = printOperand(expr.right, expr, "right");
  const on = expr.on === undefined ? "" : ` on (${expr.on.join(", ")})`;
  const operator = `${expr.op}${expr.bool ? " bool" : ""}${on}${expr.groupLeft ? " group_left ()" : ""}`;
  const flat = `${left} ${operator} ${right}`;
  return fits(flat) ? flat : `${left}\n${operator} ${right}`;
}

/** The text of an expression. The same node always gives the same text. @example print(gt(select("up"), 0)) // "up > 0" */
export function print(expr: Expr): string {
  switch (expr.kind) {
    case "number":
      return printNumber(expr.value);
    case "string":
      return printString(expr.value);
    case "selector":
      return printSelector(expr);
    case "subquery": {
      const inner = print(expr.expr);
      const operand = expr.expr.kind === "binary" || expr.expr.kind === "verbatim" ? enclose("(", [inner], ")") : inner;
      const offset = expr.offsetSeconds === undefined ? "" : ` offset ${printDuration(expr.offsetSeconds)}`;
      const at = expr.at === undefined ? "" : " @ end()";
      return `${operand}[${printRange(expr.rangeSeconds, expr.rangeVariable)}:${printDuration(expr.stepSeconds)}]${at}${offset}`;
    }
    case "call":
      return enclose(`${expr.func}(`, expr.args.map(print), ")");
    case "aggregation":
      return enclose(`${expr.op}${expr.by.length > 0 ? ` by (${expr.by.join(", ")}) ` : ""}(`, [print(expr.expr)], ")");
    case "binary":
      return printBinary(expr);
    case "verbatim":
      // A comment lasts until the end of its line, and would take in whatever follows.
      return expr.text.includes("#") ? `${expr.text}\n` : expr.text;
  }
}
