// What dashboards ask of the apps' own series, as people chose them: by feature and by model.
import type { Observed, ObservedHistogram, ObservedOutcomes, ObservedSeries } from "../../plan/observed-series.ts";
import type { Expr, Matcher, Selector } from "../../promql/ast.ts";
import { call, div, type MatcherSpec, num, oneOf, overVariable, range, sum } from "../../promql/build.ts";

/** What people choose by: patterns, which Grafana fills in. */
export interface Choice {
  readonly feature?: string;
  readonly model?: string;
}

/** The series of a service, and the choice that its dashboard gives. */
export interface Watched {
  readonly observed: Observed;
  readonly choice: Choice;
}

const matching = (label: string, value: string): Matcher => ({ label, op: "=~", value });

/** The series that were chosen. */
export function chosen(
  { selector, model }: ObservedSeries,
  { observed, choice }: Watched,
  more: Readonly<Record<string, MatcherSpec>> = {},
): Selector {
  const matchers = selector.matchers.map((matcher) =>
    choice.feature !== undefined && matcher.label === observed.feature
      ? matching(observed.feature, choice.feature)
      : matcher,
  );
  const byModel = choice.model !== undefined && model !== undefined ? [matching(model, choice.model)] : [];
  const others = Object.entries(more).map(([label, spec]) => {
    if (typeof spec === "string") return { label, op: "=", value: spec } as const;
    return "op" in spec ? { label, ...spec } : matching(label, oneOf(spec));
  });
  return { ...selector, matchers: [...matchers, ...byModel, ...others] };
}

const nominalSeconds = 300;

/** Per second, over whatever fits the graph. */
export const rateOf = (selector: Selector): Expr =>
  call("rate", overVariable(range(selector, nominalSeconds), "$__rate_interval"));

/** From one point of the graph to the next. */
export const growthOf = (selector: Selector): Expr =>
  call("increase", overVariable(range(selector, nominalSeconds), "$__interval"));

/** Per minute, told apart by labels. */
export function perMinute(selector: Selector, by: readonly string[] = []): Expr {
  return { kind: "binary", op: "*", left: sum(rateOf(selector), by), right: num(60) };
}

/** A quantile of a histogram, told apart by labels. */
export function quantile(
  share: number,
  { buckets }: ObservedHistogram,
  watched: Watched,
  by: readonly string[] = [],
): Expr {
  return call("histogram_quantile", num(share), sum(rateOf(chosen(buckets, watched)), ["le", ...by]));
}

/** The mean of a histogram; absent where nothing was measured. */
export function mean(histogram: ObservedHistogram, watched: Watched, by: readonly string[] = []): Expr {
  return div(sum(rateOf(chosen(histogram.sum, watched)), by), sum(rateOf(chosen(histogram.count, watched)), by));
}

/** The increase of each bucket. */
export function spread({ buckets }: ObservedHistogram, watched: Watched): Expr {
  return sum(growthOf(chosen(buckets, watched)), ["le"]);
}

/** The good share of outcomes from one point of the graph to the next, told apart by labels; absent where there were none. */
export function goodShareOf(outcomes: ObservedOutcomes, watched: Watched, by: readonly string[] = []): Expr {
  const of = (values: readonly string[]) => sum(growthOf(chosen(outcomes, watched, { [outcomes.label]: values })), by);
  return div(of(outcomes.good), of([...outcomes.good, ...outcomes.bad]));
}
