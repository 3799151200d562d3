// The series of a guardrail's scope, told apart by feature.
import type { Aggregation } from "../../promql/ast.ts";
import { call, type MatcherSpec, range, rate, select, sum } from "../../promql/build.ts";
import type { Series } from "../events.ts";
import { type Scope, scopeLabels } from "../indicators/scope.ts";

type Labels = Readonly<Record<string, MatcherSpec>>;

/** The series of a metric in scope. */
export function inScope(scope: Scope, metric: string, labels: Labels = {}) {
  return select(metric, { ...scopeLabels(scope), ...labels });
}

/** Events a second of each feature, over a window. */
export function ratesByFeature(scope: Scope, metric: string, windowSeconds: number, labels: Labels = {}): Aggregation {
  return sum(rate(inScope(scope, metric, labels), windowSeconds), [scope.source.labelNames.feature]);
}

/** What a counter grew by over a window, by these labels. */
export function growth(scope: Scope, metric: string, windowSeconds: number, by: readonly string[]): Aggregation {
  return sum(call("increase", range(inScope(scope, metric), windowSeconds)), by);
}

/** One series of a metric that is labelled by feature and not by model. */
export function featureSeries(scope: Scope, metric: string, labels: Readonly<Record<string, string>>): Series {
  const { feature } = scope.source.labelNames;
  return { metric, labels: { [feature]: scope.features[0] ?? "", ...labels, ...scope.match } };
}
