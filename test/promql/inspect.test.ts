import { beforeEach, describe, expect, it } from "vitest";
import { inspect, safeMatches } from "../../src/promql/inspect.ts";
import { promtool, promtools } from "../support/model.ts";

const valid = [
  "up",
  "slo:events_total:rate5m",
  'x{a="b", c!="d", e=~"f|g", h!~"i",}',
  '{__name__="x"}',
  '{__name__=~"x.+"}',
  '{a!=""}',
  "x{a='it is', b=`raw \\d`}",
  'x{a="\\x41\\101\\u00e9\\U0001F600\\a\\v\\\\d"}',
  'x{a=~"\\\\d+\\\\.[a-z]{2}"}',
  'x{le=~"2|2\\\\.0"}',
  "rate(x[5m])",
  "rate(x[5m] offset 1h)",
  "x[5m:1m]",
  "x[5m:] @ end()",
  "x offset -5m",
  "a / b offset 1h",
  "a offset 1d * 3600 >= 30",
  "a / -x @ 100 offset 1w",
  "sum_over_time(sum(x)[7d:5m])",
  "max_over_time((a / b)[1h:1m])",
  "sum by (a, b) (rate(x[5m]))",
  "sum(x) without (a)",
  "topk(3, x)",
  'count_values("v", x)',
  "histogram_quantile(0.95, sum by (le) (rate(x_bucket[5m])))",
  'label_replace(x, "a", "$1", "b", "(.*)")',
  "a / on (b, c) group_left (d) e",
  "a / ignoring (b) c",
  "a and on () b unless c or d",
  "a > bool 1",
  "1 > bool 2",
  "-x ^ 2 % 3 atan2 y",
  "clamp_max(absent(x), scalar(y))",
  "vector(time())",
  "# errors\nsum(rate(x[5m])) # per second",
  "sum(\n  # all of them\n  rate(x[5m])\n)",
];

/** Expressions, and what is wrong with each. */
const invalid: readonly (readonly [string, string])[] = [
  ["", "the expression is empty"],
  ["  \n", "the expression is empty"],
  ["# only a comment", "can't be read from here on"],
  ["foo bar", "can't be read from here on"],
  ["sum(x", "can't be read from here on"],
  ["x[5m", "can't be read from here on"],
  ["x[5m5m]", "can't be read from here on"],
  ["x{a=b}", "can't be read from here on"],
  ['x{1a="b"}', "can't be read from here on"],
  ["nope(x)", "can't be read from here on"],
  ["a ++", "can't be read from here on"],
  ["rate(x)", 'expected type matrix in call to function "rate", got vector'],
  ["# errors\nrate(x)", 'expected type matrix in call to function "rate", got vector'],
  ["rate(x) / y offset 1h", 'expected type matrix in call to function "rate", got vector'],
  ["sum(x[5m])", "expected type vector in aggregation expression, got matrix"],
  ["rate(x[5m], 1)", "expected 1 argument(s)"],
  ["clamp_min(x)", "expected 2 argument(s)"],
  ["topk(x)", "expected type scalar in aggregation parameter, got vector"],
  ["sum(x, y)", "expected 1 argument in sum(x, y), got 2"],
  ["quantile(0.5, x, y)", "expected 2 arguments in quantile(0.5, x, y), got 3"],
  ["1 > 2", "comparisons between scalars must use BOOL modifier"],
  ["x and 1", "set operator not allowed in binary scalar expression"],
  ["a and group_left (b) c", "can't be read from here on"],
  ["a + on (b) group_left (b) d", 'label "b" must not occur in ON and GROUP clause at once'],
  ["a + bool b", "bool modifier can only be used on comparison operators"],
  ["x[5m] + 1", "binary expression must contain only scalar and instant vector types"],
  ['"a" + 1', "binary expression must contain only scalar and instant vector types"],
  ["-x[5m:1m]", "needs parentheses"],
  // What the official checker lets through, and extra checks find.
  ['x{a=~"("}', "( is not a regular expression Prometheus can read"],
  ['x{a!~"b**"}', "is not a regular expression Prometheus can read"],
  ['x{a=~"(?=b)"}', "is not a regular expression Prometheus can read"],
  ["rate(x[0m])", "duration must be greater than 0"],
  ["x[5m:0s]", "duration must be greater than 0"],
  ["avg_over_time(sum(x)[7d])", "a range such as [5m] must follow a metric directly"],
  ["rate(x[5m])[5m]", "a range such as [5m] must follow a metric directly"],
  ["{}", "a selector needs a metric name or a matcher"],
  ['{a=""}', "a selector needs a metric name or a matcher"],
  ['{a=~".*"}', "a selector needs a metric name or a matcher"],
  ['{a!="b", c!~"d"}', "a selector needs a metric name or a matcher"],
  ['x{a=~"\\d+"}', "a backslash in it is written"],
  ["x{a='\\\"'}", "a backslash in it is written"],
  ['x{a="\\400"}', "a backslash in it is written"],
  ['x{a="\\ud800"}', "a backslash in it is written"],
  ["sum(x) offset 5m", "offset must follow a metric, its range or a subquery directly"],
  ["(x) @ 100", "@ must follow a metric, its range or a subquery directly"],
  ["x offset 5m offset 5m", "offset may not be set twice"],
  ["x @ 3 offset 5m @ 4", "@ may not be set twice"],
  ["rate(x offset 1h [5m])", "the range comes first: x[5m] offset 1h"],
  ["a + b[1h:1m]", "a subquery of an operation needs parentheses"],
];

describe("the inspection of PromQL", () => {
  it.each(valid)("finds nothing wrong with %s", (expr) => {
    expect(inspect(expr).problems).toEqual([]);
  });

  it.each(invalid)("says what is wrong with %j: %s", (expr, message) => {
    const { problems } = inspect(expr);
    expect(problems.map((problem) => problem.message).join("\n")).toContain(message);
    for (const { from, to } of problems) expect(0 <= from && from <= to && to <= expr.length).toBe(true);
  });

  it("points at the spot", () => {
    const spot = (expr: string) => inspect(expr).problems.map(({ from, to }) => expr.slice(from, to))[0];
    expect(spot('sum(rate(x{a="b"}[0m]))')).toBe("0m");
    expect(spot('a + sum(x{a=~"("})')).toBe('x{a=~"("}');
    expect(spot("# x\na + sum(b) offset 5m")).toContain("sum(b) offset 5m");
    expect(spot('x{a=~"\\d"}')).toBe('"\\d"');
  });

  it.each([
    ["up", "vector"],
    ["up[5m]", "matrix"],
    ["up[5m:1m]", "matrix"],
    ["1 + 1", "scalar"],
    ["time()", "scalar"],
    ['"text"', "string"],
    ["sum(up) > 0", "vector"],
    ["up offset 5m", "vector"],
    ["# comment\nup", "vector"],
  ])("knows that %s is a %s", (expr, type) => {
    expect(inspect(expr)).toMatchObject({ type, problems: [] });
  });

  it("gives every selector with its label values as text", () => {
    const { selectors } = inspect(
      `sum(rate(x{a="b\\"\\\\", c=~'d|"'}[5m])) / sum(rate({__name__="y", e!~\`f\\d\`}[5m] offset 1h))`,
    );
    expect(selectors).toEqual([
      {
        metric: "x",
        matchers: [
          { label: "a", op: "=", value: 'b"\\' },
          { label: "c", op: "=~", value: 'd|"' },
        ],
      },
      {
        metric: "y",
        matchers: [
          { label: "__name__", op: "=", value: "y" },
          { label: "e", op: "!~", value: "f\\d" },
        ],
      },
    ]);
  });

  it.each([
    ["sum(x)", []],
    ["sum by (b, a) (x)", ["a", "b"]],
    ["(sum(x) by (a))", ["a"]],
    ["# comment\nsum(x)", []],
    ["sum without (a) (x)", undefined],
    ["rate(x[5m])", undefined],
    ["sum(x) / sum(y)", undefined],
  ])("says which labels the outermost aggregation %s keeps", (expr, labels) => {
    expect(inspect(expr).outputLabels).toEqual(labels);
  });

  it("matches regular expressions wholly, and a broken one with nothing", () => {
    expect(safeMatches("a|b", "b")).toBe(true);
    expect(safeMatches("a", "ab")).toBe(false);
    expect(safeMatches("(", "(")).toBe(false);
  });
});

describe.each(promtools)("$name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  it("accepts and refuses what the inspection does", async () => {
    const exprs = [...valid, ...invalid.map(([expr]) => expr)];
    const rules = exprs.map((expr, index) => ({ record: `r${index}`, expr }));
    const file = JSON.stringify({ groups: [{ name: "g", rules }] });
    const output = await promtool(path, ["check", "rules", "--lint=none", "rules.yaml"], { "rules.yaml": file });
    const refused = new Set([...output.matchAll(/group "g", rule (\d+),/g)].map(([, rule]) => exprs[Number(rule) - 1]));
    expect(exprs.filter((expr) => refused.has(expr))).toEqual(invalid.map(([expr]) => expr));
  });
});
