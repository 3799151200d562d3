// Which series an SLO looks at: its features, its model, its own labels, the environment's matchers.
import type { Status } from "@llm-slo/metrics/contract";
import type { Aggregation } from "../../promql/ast.ts";
import { type MatcherSpec, rate, select, sum } from "../../promql/build.ts";
import type { RequestsSignal, Source } from "../../sources/source.ts";
import { baseWindowSeconds, type Series } from "../events.ts";

export interface Scope {
  readonly source: Source;
  readonly features: readonly string[];
  /** `model` and own labels that the SLO selects on. */
  readonly where: Readonly<Record<string, string>>;
  /** Matchers the stack adds to every raw selector. */
  readonly match: Readonly<Record<string, string>>;
}

type Labels = Readonly<Record<string, MatcherSpec>>;

/** The matchers of every selector in this scope. */
export function scopeLabels({ source, features, where, match }: Scope): Labels {
  const { model, ...own } = where;
  return {
    [source.labelNames.feature]: features,
    ...(model === undefined ? {} : { [source.labelNames.model]: model }),
    ...own,
    ...match,
  };
}

/** The traffic-weighted rate of all series in scope, over the base window. */
export function eventRate(scope: Scope, metric: string, labels: Labels = {}): Aggregation {
  return sum(rate(select(metric, { ...scopeLabels(scope), ...labels }), baseWindowSeconds));
}

/** One series in scope, for proofs. */
export function exampleSeries(scope: Scope, metric: string, labels: Readonly<Record<string, string>> = {}): Series {
  const { model, ...own } = scope.where;
  const { feature: featureLabel, model: modelLabel } = scope.source.labelNames;
  const first = scope.features[0] ?? "";
  return {
    metric,
    labels: {
      [featureLabel]: first,
      [modelLabel]: model ?? scope.source.models[0] ?? "",
      ...own,
      ...scope.match,
      ...labels,
    },
  };
}

/** The label values by which a source tells these statuses. */
export function statusValues(requests: RequestsSignal, statuses: readonly Status[]): readonly string[] {
  return statuses.flatMap((status) => requests.statuses[status] ?? []);
}
