// What a proof is: some of the rules, input series, and what must be true when.
import type { Annotations, Rule } from "../../plan/rules.ts";
import type { Expr } from "../../promql/ast.ts";

/** One input series in promtool's notation. */
export interface InputSeries {
  readonly series: string;
  readonly values: string;
}

/** At this minute the expression gives one sample of this value, or none at all. */
export interface Expectation {
  readonly minute: number;
  readonly expr: Expr;
  readonly value: number | "none";
}

/** At this minute exactly these alerts of one name fire, with all labels and annotations. */
export interface AlertExpectation {
  readonly minute: number;
  readonly alert: string;
  readonly firing: readonly { readonly labels: Readonly<Record<string, string>>; readonly annotations: Annotations }[];
}

/** One story: what happens, and what must be true when. Its latest minute is the shortest time in which it can fail. */
export interface Scenario {
  readonly name: string;
  readonly inputs: readonly InputSeries[];
  readonly expects: readonly Expectation[];
  readonly alerts?: readonly AlertExpectation[];
}

/** A promtool test file and the slice of rules it loads. */
export interface Proof {
  readonly service: string;
  /** @example "errors.fast" */
  readonly name: string;
  /** How often rules are evaluated: promtool ignores the interval of groups. */
  readonly stepSeconds: number;
  /** How far apart input samples are. */
  readonly inputSeconds: number;
  /** The very rule objects of the plan. */
  readonly rules: readonly Rule[];
  readonly scenarios: readonly Scenario[];
}
