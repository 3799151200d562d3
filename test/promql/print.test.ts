import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Expr } from "../../src/promql/ast.ts";
import {
  add,
  and,
  bucket,
  call,
  div,
  eq,
  escapeRegex,
  gt,
  labelWhere,
  lte,
  mul,
  num,
  offset,
  oneOf,
  or,
  pow,
  range,
  rate,
  select,
  sub,
  subquery,
  sum,
  unless,
  walk,
} from "../../src/promql/build.ts";
import { safeMatches } from "../../src/promql/inspect.ts";
import { print, printDuration, printNumber } from "../../src/promql/print.ts";
import { promtool, promtools } from "../support/model.ts";
import { expression, text } from "./expressions.ts";
import { read } from "./read.ts";

const [a, b, c] = [select("a"), select("b"), select("c")];

/** The expression with users' own PromQL read, as a parser sees it. */
function resolved(expr: Expr): Expr {
  switch (expr.kind) {
    case "verbatim":
      return read(expr.text);
    case "subquery":
    case "aggregation":
      return { ...expr, expr: resolved(expr.expr) };
    case "call":
      return { ...expr, args: expr.args.map(resolved) };
    case "binary":
      return { ...expr, left: resolved(expr.left), right: resolved(expr.right) };
    default:
      return expr;
  }
}

describe("a printed expression", () => {
  it("is read back as the tree it was made from, whatever is nested in what", () => {
    fc.assert(
      fc.property(expression, (expr) => {
        expect(read(print(expr))).toEqual(resolved(expr));
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read back as the same tree where it was broken over lines", () => {
    const long = fc.array(expression, { minLength: 4, maxLength: 8 }).map((parts) => parts.reduce((x, y) => add(x, y)));
    fc.assert(
      fc.property(long, (expr) => {
        const printed = print(expr);
        fc.pre(printed.includes("\n"));
        expect(read(printed)).toEqual(resolved(expr));
      }),
      { numRuns: 300 },
    );
  });

  it("has no line that begins or ends with needless space, and none over the width unless it can't be broken", () => {
    const matchers = Object.fromEntries(["service", "slo", "tenant"].map((label) => [label, "x".repeat(24)]));
    const wide = rate(select("llm_request_duration_seconds_bucket", matchers), 300);
    const lines = print(div(sub(wide, sum(wide)), gt(call("clamp_min", wide, num(0)), 0))).split("\n");
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(line).toBe(line.trimEnd());
    const tooLong = lines.filter((line) => line.length > 100);
    expect(tooLong.every((line) => /^ *llm_request_duration_seconds_bucket\{.*\}\[5m\]$/.test(line))).toBe(true);
  });

  it.each<[string, Expr]>([
    ["a - b - c", sub(sub(a, b), c)],
    ["a - (b - c)", sub(a, sub(b, c))],
    ["a - (b + c)", sub(a, add(b, c))],
    ["(a + b) * c", mul(add(a, b), c)],
    ["a + b * c", add(a, mul(b, c))],
    ["a / (b * c)", div(a, mul(b, c))],
    ["a ^ b ^ c", pow(a, pow(b, c))],
    ["(a ^ b) ^ c", pow(pow(a, b), c)],
    ["(a * b) ^ c", pow(mul(a, b), c)],
    ["(-1) ^ 2", pow(-1, 2)],
    ["a - -1", sub(a, -1)],
    ["-1 * a", mul(num(-1), a)],
    ["a + b > 0", gt(add(a, b), 0)],
    ["(a > 0) + b", add(gt(a, 0), b)],
    ["a > b == c", eq(gt(a, b), c)],
    ["a > (b == c)", gt(a, eq(b, c))],
    ["a and b or c", or(and(a, b), c)],
    ["(a or b) and c", and(or(a, b), c)],
    ["a and (b or c)", and(a, or(b, c))],
    ["a and b unless c", unless(and(a, b), c)],
    ["a and (b unless c)", and(a, unless(b, c))],
    ["a and b > 0.5 unless c <= 0.5", unless(and(a, gt(b, 0.5)), lte(c, 0.5))],
    ["a / on (service, slo) (b > 0)", div(a, gt(b, 0), ["service", "slo"])],
    ["a - on () b", sub(a, b, [])],
    ["(a * 2)[1d:1h]", subquery(mul(a, 2), 86_400, 3_600)],
    ["abs(a)[1d:1h]", subquery(call("abs", a), 86_400, 3_600)],
    ["a[5m] offset 1d1h", offset(range(a, 300), 90_000)],
    ["sum(a)", sum(a)],
    ["sum by (job, le) (a)", sum(a, ["job", "le"])],
    ["(a + b) * 2", mul({ kind: "verbatim", text: "a + b" }, 2)],
  ])("has the parentheses it needs and no others: %s", (printed, expr) => {
    expect(print(expr)).toBe(printed);
  });

  it.each([
    sum({ kind: "verbatim", text: "rate(x[5m]) # all of them" }),
    call("clamp_min", { kind: "verbatim", text: "# all\nrate(x[5m]) # of them" }, num(0)),
    mul({ kind: "verbatim", text: "rate(x[5m]) # of them" }, 2),
  ])("doesn't lose what follows a comment the user wrote: %#", (expr) => {
    expect([...walk(read(print(expr)))].map(({ kind }) => kind)).toContain("selector");
    expect(() => read(print(add(expr, 1)))).not.toThrow();
  });
});

/** What a tree of one series comes to; undefined where it has none. */
function evaluate(expr: Expr): number | undefined {
  if (expr.kind === "call") return expr.args[0] && evaluate(expr.args[0]);
  if (expr.kind === "number") return expr.value;
  if (expr.kind !== "binary") throw new Error(`no value for a ${expr.kind}`);
  const [left, right] = [evaluate(expr.left), evaluate(expr.right)];
  if (expr.op === "or") return left ?? right;
  if (expr.op === "unless") return right === undefined ? left : undefined;
  if (left === undefined || right === undefined) return undefined;
  const keep = (holds: boolean) => (holds ? left : undefined);
  switch (expr.op) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "^":
      return left ** right;
    case "==":
      return keep(left === right);
    case "!=":
      return keep(left !== right);
    case ">":
      return keep(left > right);
    case "<":
      return keep(left < right);
    case ">=":
      return keep(left >= right);
    case "<=":
      return keep(left <= right);
    case "and":
      return left;
  }
}

describe.each(promtools)("$name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  it("computes of a printed expression what its tree says", async () => {
    const operator = fc.constantFrom(add, sub, mul, div, pow, eq, gt, lte, and, or, unless);
    const { tree } = fc.letrec<{ tree: Expr }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(1, 2, 3, 4).map((value) => call("vector", num(value))),
        fc.tuple(operator, tie("tree"), tie("tree")).map(([op, left, right]) => op(left, right)),
        fc.tuple(operator, tie("tree"), tie("tree")).map(([op, left, right]) => op(left, right)),
      ),
    }));
    const trees = fc
      .sample(tree, { numRuns: 1_000, seed: 1 })
      .map((expr) => ({ printed: print(expr), value: evaluate(expr) }))
      // A last digit may differ from one pow() to another, and none of these does.
      .filter(({ value }) => value === undefined || Number.isInteger(value * 1_024));
    const promql_expr_test = trees.map(({ printed: expr, value }) => ({
      expr,
      eval_time: "1m",
      exp_samples: value === undefined ? [] : [{ value }],
    }));
    const test = JSON.stringify({ tests: [{ interval: "1m", input_series: [], promql_expr_test }] });
    expect(trees.filter(({ value }) => value !== undefined).length).toBeGreaterThan(300);
    expect(await promtool(path, ["test", "rules", "test.yaml"], { "test.yaml": test })).toContain("SUCCESS");
  });
});

describe("a printed number", () => {
  it.each([
    [1 - 0.999, "0.001"],
    [100 * (1 - 0.999), "0.1"],
    [0.0009999999999999432, "0.001"],
    [0.1 + 0.2, "0.3"],
    [14.4 * 0.001, "0.0144"],
    [86_400, "86400"],
    [1e-7, "1e-7"],
    [-0, "0"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
  ])("shows no binary noise: %d is %s", (value, printed) => {
    expect(printNumber(value)).toBe(printed);
  });

  it("is what people write of a share of up to four decimals, also after sums that leave binary noise", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9_999 }), (units) => {
        const written = (units / 1e4).toFixed(4).replace(/0+$/, "");
        expect(printNumber(1 - (1 - units / 1e4))).toBe(written);
        expect(printNumber((units / 1e4) * 3 - units / 1e4 - units / 1e4)).toBe(written);
      }),
    );
  });
});

describe("a printed duration", () => {
  it.each([
    [300, "5m"],
    [5_040, "1h24m"],
    [241_200, "2d19h"],
    [3_599, "59m59s"],
    [30 * 86_400, "30d"],
    [604_800 - 3_600, "6d23h"],
    [90_061, "1d1h1m1s"],
    [0, "0s"],
  ])("%d seconds are %s", (seconds, printed) => {
    expect(printDuration(seconds)).toBe(printed);
  });
});

describe("a printed label value", () => {
  it.each([
    '"',
    "'",
    "\\",
    "\n",
    "\t",
    "\r",
    "`",
    "$window",
    "{{ x }}",
    "#",
    "é",
    "😀",
    "\u2028",
    "\u0000",
    "\u007f",
    "",
  ])("survives with %j in it", (value) => {
    expect(read(print(select("x", { a: `<${value}>` })))).toEqual(select("x", { a: `<${value}>` }));
  });

  it("means itself where label_replace would take a dollar for a group", () => {
    expect(print(labelWhere(a, "price", "$1 $$ $x", "slo", "a|b"))).toBe(
      'label_replace(a, "price", "$$1 $$$$ $$x", "slo", "a|b")',
    );
  });
});

describe("a regular expression of texts", () => {
  it("matches these texts and no others", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (texts, other) => {
        const pattern = oneOf(texts);
        for (const each of texts) expect(safeMatches(pattern, each)).toBe(true);
        expect(safeMatches(pattern, other)).toBe(texts.includes(other));
      }),
    );
  });

  it("escapes every character that means something to RE2", () => {
    expect(escapeRegex("a.b*c+d?e|f(g)h[i]j{k}l^m$n\\o-p/q")).toBe(
      "a\\.b\\*c\\+d\\?e\\|f\\(g\\)h\\[i\\]j\\{k\\}l\\^m\\$n\\\\o-p/q",
    );
  });

  it("is a plain match where there is one text only", () => {
    expect(print(select("x", { feature: ["a.b"] }))).toBe('x{feature="a.b"}');
    expect(print(select("x", { feature: ["a.b", "c"] }))).toBe('x{feature=~"a\\\\.b|c"}');
  });

  it.each([
    [2, 'x{le=~"2|2\\\\.0"}'],
    [120, 'x{le=~"120|120\\\\.0"}'],
    [0.05, 'x{le="0.05"}'],
    [0.0001, 'x{le="0.0001"}'],
  ])("finds the bucket %d as Node, Python and Prometheus 3 write it", (boundary, printed) => {
    expect(print(select("x", { le: bucket(boundary) }))).toBe(printed);
  });
});
