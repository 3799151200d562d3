// The shapes a PromQL expression can take: plain frozen data, told apart by `kind`.

/** A label matcher of a selector. `value` is unescaped text; for `=~` and `!~` it is an RE2 pattern. */
export interface Matcher {
  readonly label: string;
  readonly op: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

export interface NumberLiteral {
  readonly kind: "number";
  readonly value: number;
  /** Says that it is a length or a point of time, as ranges and offsets are: what scales time must scale it too. */
  readonly unit?: "s";
}

export interface StringLiteral {
  readonly kind: "string";
  readonly value: string;
}

/** A vector selector; with `rangeSeconds` a range vector selector. Offsets are in seconds and look back when positive. */
export interface Selector {
  readonly kind: "selector";
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  readonly rangeSeconds?: number;
  /** Written in place of `rangeSeconds`: a range that Grafana fills in. Only in dashboards. @example "$__rate_interval" */
  readonly rangeVariable?: string;
  readonly offsetSeconds?: number;
  /** `@ end()`: the value at the time of the whole evaluation, also within a subquery. In a graph it is the graph's end. */
  readonly at?: "end";
}

/** `expr[range:step]`. */
export interface Subquery {
  readonly kind: "subquery";
  readonly expr: Expr;
  readonly rangeSeconds: number;
  /** As of selectors. @example "$period" */
  readonly rangeVariable?: string;
  readonly stepSeconds: number;
  readonly offsetSeconds?: number;
  readonly at?: "end";
}

export interface Call {
  readonly kind: "call";
  readonly func: string;
  readonly args: readonly Expr[];
}

export interface Aggregation {
  readonly kind: "aggregation";
  readonly op: "sum" | "min" | "max" | "avg" | "count" | "group";
  /** The labels kept; none means everything becomes one series. */
  readonly by: readonly string[];
  readonly expr: Expr;
}

export type BinaryOperator =
  | "+"
  | "-"
  | "*"
  | "/"
  | "%"
  | "^"
  | "=="
  | "!="
  | ">"
  | "<"
  | ">="
  | "<="
  | "and"
  | "or"
  | "unless";

export interface Binary {
  readonly kind: "binary";
  readonly op: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
  /** `on (labels)`; an empty list matches everything with everything. */
  readonly on?: readonly string[];
  /** `group_left ()`: many series on the left share one on the right. */
  readonly groupLeft?: true;
  /** A comparison that gives 0 or 1 instead of leaving series out. */
  readonly bool?: true;
}

/** PromQL a user wrote, already parsed and checked. Printed as it is, in parentheses where it is an operand. */
export interface Verbatim {
  readonly kind: "verbatim";
  readonly text: string;
}

export type Expr = NumberLiteral | StringLiteral | Selector | Subquery | Call | Aggregation | Binary | Verbatim;
