// Builders of PromQL nodes: the only way the compiler writes a query.
import type {
  Aggregation,
  Binary,
  BinaryOperator,
  Call,
  Expr,
  Matcher,
  NumberLiteral,
  Selector,
  Subquery,
} from "./ast.ts";

/** What a matcher may be given as: a value, several values (one of them), or a finished matcher without its label. */
export type MatcherSpec = string | readonly string[] | { readonly op: Matcher["op"]; readonly value: string };

const META = /[\\^$.|?*+()[\]{}]/g;

/** The RE2 pattern that matches exactly this text. @example escapeRegex("2.0") // "2\\.0" */
export function escapeRegex(text: string): string {
  return text.replace(META, "\\$&");
}

/** The RE2 pattern that matches any of these texts and nothing else. */
export function oneOf(values: readonly string[]): string {
  return values.map(escapeRegex).join("|");
}

/**
 * The matcher of one histogram bucket. Prometheus 2 stores `le` as the app exposes it ("2" from Node, "2.0" from Python), Prometheus 3
 * stores "2.0" always, so both spellings are matched.
 * @example select("llm_request_duration_seconds_bucket", { le: bucket(2) }) // ...{le=~"2|2\\.0"}
 */
export function bucket(boundary: number): MatcherSpec {
  const text = String(boundary);
  const escaped = escapeRegex(text);
  return Number.isInteger(boundary) ? { op: "=~", value: `${escaped}|${escaped}\\.0` } : text;
}

function matcher(label: string, spec: MatcherSpec): Matcher {
  if (typeof spec === "string") return { label, op: "=", value: spec };
  if (!("op" in spec)) {
    const [only, ...others] = spec;
    return others.length === 0 ? { label, op: "=", value: only ?? "" } : { label, op: "=~", value: oneOf(spec) };
  }
  return { label, ...spec };
}

export function num(value: number): NumberLiteral {
  return { kind: "number", value };
}

/** A length of time, or a point of it since 1970, as a number. @example mul(rate, seconds(300)) // rate * 300 */
export function seconds(value: number): NumberLiteral {
  return { kind: "number", value, unit: "s" };
}

/** A vector selector. @example select("up", { job: "chat" }) // up{job="chat"} */
export function select(metric: string, labels: Readonly<Record<string, MatcherSpec>> = {}): Selector {
  return { kind: "selector", metric, matchers: Object.entries(labels).map(([label, spec]) => matcher(label, spec)) };
}

export function range(selector: Selector, rangeSeconds: number): Selector {
  return { ...selector, rangeSeconds };
}

export function offset<T extends Selector | Subquery>(of: T, offsetSeconds: number): T {
  return { ...of, offsetSeconds };
}

/** The value when the whole rule is evaluated, or at the end of a graph, wherever it stands. */
export function atEnd<T extends Selector | Subquery>(of: T): T {
  return { ...of, at: "end" };
}

/** A range that Grafana fills in, in place of the one it has. @example overVariable(range(select("a"), 300), "$__rate_interval") // a[$__rate_interval] */
export function overVariable<T extends Selector | Subquery>(of: T, variable: string): T {
  return { ...of, rangeVariable: variable };
}

export function subquery(expr: Expr, rangeSeconds: number, stepSeconds: number): Subquery {
  return { kind: "subquery", expr, rangeSeconds, stepSeconds };
}

export function call(func: string, ...args: readonly Expr[]): Call {
  return { kind: "call", func, args };
}

/** Square root. */
export function sqrt(expr: Expr): Call {
  return call("sqrt", expr);
}

export function rate(selector: Selector, rangeSeconds: number): Call {
  return call("rate", range(selector, rangeSeconds));
}

function aggregate(op: Aggregation["op"]) {
  return (expr: Expr, by: readonly string[] = []): Aggregation => ({ kind: "aggregation", op, by, expr });
}
export const sum = aggregate("sum");
export const max = aggregate("max");
export const min = aggregate("min");
export const avg = aggregate("avg");
export const count = aggregate("count");

function binary(op: BinaryOperator) {
  return (left: Expr | number, right: Expr | number, on?: readonly string[]): Binary => ({
    kind: "binary",
    op,
    left: typeof left === "number" ? num(left) : left,
    right: typeof right === "number" ? num(right) : right,
    ...(on === undefined ? {} : { on }),
  });
}
export const add = binary("+");
export const sub = binary("-");
export const mul = binary("*");
export const div = binary("/");
export const mod = binary("%");
export const pow = binary("^");
export const gt = binary(">");
export const gte = binary(">=");
export const lt = binary("<");
export const lte = binary("<=");
export const eq = binary("==");
export const and = binary("and");
export const or = binary("or");
export const unless = binary("unless");

/** 1 where the comparison holds, else 0. @example asNumber(gte(call("time"), 60)) // time() >= bool 60 */
export function asNumber(comparison: Binary): Binary {
  return { ...comparison, bool: true };
}

/** Many series on the left share one on the right. */
export function groupLeft(operation: Binary): Binary {
  return { ...operation, groupLeft: true };
}

/** `label_replace(expr, label, value, source, pattern)`: writes `value` into `label` where `source` matches `pattern` wholly. */
export function labelWhere(expr: Expr, label: string, value: string, source: string, pattern: string): Call {
  const text = (of: string) => ({ kind: "string", value: of }) as const;
  return call("label_replace", expr, text(label), text(value.replaceAll("$", "$$$$")), text(source), text(pattern));
}

/** Every node of an expression, the expression itself first. */
export function* walk(expr: Expr): Generator<Expr> {
  yield expr;
  for (const child of children(expr)) yield* walk(child);
}

function children(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "number":
    case "string":
    case "selector":
    case "verbatim":
      return [];
    case "subquery":
    case "aggregation":
      return [expr.expr];
    case "call":
      return expr.args;
    case "binary":
      return [expr.left, expr.right];
  }
}
