// Random expressions, made of the nodes that the builders make.
import fc from "fast-check";
import type { Binary, BinaryOperator, Expr, NumberLiteral, Selector } from "../../src/promql/ast.ts";
import { atEnd, call, labelWhere, num, offset, range, rate, select, subquery, sum } from "../../src/promql/build.ts";
import { print } from "../../src/promql/print.ts";

const operators = ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless"] as const;

const name = fc.constantFrom("x", "up", "slo:events_total:rate5m", "llm_request_duration_seconds_bucket");
const labelName = fc.constantFrom("service", "slo", "le", "a_label_with_a_long_name");
const labelNames = fc.uniqueArray(labelName, { maxLength: 3 });

/** Any text, and often the characters that quoting gets wrong. */
export const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom('"', "'", "\\", "\n", "\t", "$", "`", "{", "}", "#", "é", "\u2028", "😀", "n") }),
);

/** Numbers that twelve digits can hold, of either sign. */
const number: fc.Arbitrary<NumberLiteral> = fc
  .oneof(fc.integer({ min: -1e6, max: 1e6 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => num(Number(value.toPrecision(12)) + 0));

const seconds = fc.integer({ min: 1, max: 100 * 86_400 });
const matcher = fc.record({ label: labelName, op: fc.constantFrom("=", "!=", "=~", "!~"), value: text });
const selector: fc.Arbitrary<Selector> = fc
  .tuple(name, fc.array(matcher, { maxLength: 3 }))
  .map(([metric, matchers]) => ({ ...select(metric), matchers }));

const reads: fc.Arbitrary<Expr> = fc.oneof(
  fc.tuple(selector, seconds).map(([of, window]) => rate(of, window)),
  // Alone under a function: behind an operator the official grammar binds `offset` to the whole operation.
  fc.tuple(selector, seconds).map(([of, ago]) => call("abs", offset(of, ago))),
  fc
    .tuple(selector, seconds, seconds)
    .map(([of, window, ago]) => call("sum_over_time", offset(range(of, window), ago))),
  selector.map((of) => call("abs", atEnd(of))),
);

type Modifiers = Pick<Binary, "bool" | "groupLeft">;
const comparisons: readonly BinaryOperator[] = ["==", "!=", ">", "<", ">=", "<="];

/** What may stand with an operator: `bool` at comparisons, `group_left` where labels are named and sets aren't made. */
function modifiersOf({ op, on }: { readonly op: BinaryOperator; readonly on?: readonly string[] }): Modifiers[] {
  if (comparisons.includes(op)) return [{}, { bool: true }];
  return on !== undefined && !["and", "or", "unless"].includes(op) ? [{}, { groupLeft: true }] : [{}];
}

// An interface would not do: letrec wants a record.
type Tree = { readonly expr: Expr; readonly operation: Binary };

const { expr: tree } = fc.letrec<Tree>((tie) => ({
  expr: fc.oneof(
    { depthSize: "medium", withCrossShrink: true },
    { arbitrary: selector, weight: 2 },
    { arbitrary: number, weight: 1 },
    { arbitrary: reads, weight: 1 },
    { arbitrary: tie("operation"), weight: 6 },
    { arbitrary: fc.tuple(tie("expr"), labelNames).map(([of, by]) => sum(of, by)), weight: 1 },
    { arbitrary: tie("expr").map((of) => call("clamp_min", of, num(0))), weight: 1 },
    {
      arbitrary: fc.tuple(tie("expr"), text, text).map(([of, value, like]) => labelWhere(of, "a", value, "b", like)),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(tie("expr"), seconds, seconds)
        .filter(([of]) => of.kind !== "number")
        .map(([of, window, step]) => call("max_over_time", subquery(of, window, step))),
      weight: 1,
    },
    {
      arbitrary: fc
        .tuple(selector, seconds, seconds, seconds)
        .map(([of, window, step, ago]) => call("max_over_time", offset(subquery(of, window, step), ago))),
      weight: 1,
    },
    { arbitrary: tie("expr").map((of) => ({ kind: "verbatim", text: print(of) }) as const), weight: 1 },
  ),
  operation: fc
    .record(
      {
        op: fc.constantFrom<BinaryOperator[]>(...operators),
        left: tie("expr"),
        right: tie("expr"),
        on: labelNames,
      },
      { requiredKeys: ["op", "left", "right"] },
    )
    .chain((parts) => fc.constantFrom<Modifiers[]>(...modifiersOf(parts)).map((more) => ({ ...parts, ...more })))
    .map((parts) => ({ kind: "binary", ...parts }) as const),
}));

export const expression: fc.Arbitrary<Expr> = tree;
