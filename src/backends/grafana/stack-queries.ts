// What the stack's own components tell, of this environment.
import type { StackPlan } from "../../plan/plan.ts";
import type { Selector } from "../../promql/ast.ts";
import { call, type MatcherSpec, mul, overVariable, range, select, sum } from "../../promql/build.ts";

type Labels = Readonly<Record<string, MatcherSpec>>;

const rated = (selector: Selector) => call("rate", overVariable(range(selector, 300), "$__rate_interval"));
export const perSecond = (selector: Selector) => sum(rated(selector));
export const perMinute = (selector: Selector, by: readonly string[] = []) => mul(sum(rated(selector), by), 60);
export const of = ({ match }: StackPlan, metric: string, labels: Labels = {}) =>
  select(metric, { ...labels, ...match });

/** The collector's releases differ in whether their counters end in _total. */
export const ofCollector = (stack: StackPlan, counter: string, labels: Labels = {}) =>
  of(stack, "", { __name__: { op: "=~", value: `otelcol_${counter}(_total)?` }, ...labels });
