// What to look at first when a service is in trouble, on the very series its source publishes: part of each of its runbooks.
import type { ServiceQuery } from "../plan/plan.ts";
import type { Expr } from "../promql/ast.ts";
import { call, type MatcherSpec, mul, num, range, rate, select, sum } from "../promql/build.ts";
import type { HistogramSignal, Source } from "../sources/source.ts";

const minute = 60;
const hour = 60 * minute;
const [short, long] = [5 * minute, hour];

type Labels = Readonly<Record<string, MatcherSpec>>;

/** The labels that tell requests apart finer than by feature. */
export function requestLabels({ labelNames: { model, provider } }: Pick<Source, "labelNames">): readonly string[] {
  return [model, ...(provider === undefined ? [] : [provider])];
}

function quantileOf(
  share: number,
  { metric }: HistogramSignal,
  labels: Labels,
  windowSeconds: number,
  by: readonly string[],
) {
  return call(
    "histogram_quantile",
    num(share),
    sum(rate(select(`${metric}_bucket`, labels), windowSeconds), ["le", ...by]),
  );
}

/** The queries of a service, for what its source publishes. `match` are the environment's own labels. */
export function serviceQueries(source: Source, features: readonly string[], match: Labels): readonly ServiceQuery[] {
  const { signals, labelNames } = source;
  const { requests, errors, duration, retries, inflight, tokens, cost, evaluations, retrievalRelevance } = signals;
  const labels = { [labelNames.feature]: features, ...match };
  const split = requestLabels(source);
  const words = split.length > 1 ? "model and provider" : "model";
  const perSecond = (metric: string, by: readonly string[]) => sum(rate(select(metric, labels), short), by);
  const grown = (metric: string, by: readonly string[]) =>
    sum(call("increase", range(select(metric, labels), long)), by);
  const query = <S>(signal: S | undefined, title: string, expr: (signal: S) => Expr): readonly ServiceQuery[] =>
    signal === undefined ? [] : [{ title, expr: expr(signal) }];
  return [
    ...query(requests, `Requests per second, by how they end, ${words}`, ({ metric, label }) =>
      perSecond(metric, [label, ...split]),
    ),
    ...query(errors, `Failures per second, by kind of error, ${words}`, ({ metric, label }) =>
      perSecond(metric, [label, ...split]),
    ),
    ...query(duration, `Seconds that 95% of the requests take at most, by ${words}`, (signal) =>
      quantileOf(0.95, signal, labels, short, split),
    ),
    ...query(inflight, `Requests in flight, by ${words}`, ({ metric }) => sum(select(metric, labels), split)),
    ...query(retries, `Retries per second, by ${words}`, ({ metric }) => perSecond(metric, split)),
    ...query(tokens, `Tokens per minute, by ${words}`, ({ metric }) => mul(perSecond(metric, split), minute)),
    ...query(cost, `USD of the last hour, by ${words}`, ({ metric }) => grown(metric, split)),
    ...query(evaluations, "Judged items of the last hour, by evaluator and result", ({ metric, nameLabel, label }) =>
      grown(metric, [nameLabel, label]),
    ),
    ...query(evaluations, "Batches of the last hour, by evaluator and result", ({ nameLabel, batches }) =>
      grown(batches.metric, [nameLabel, batches.label]),
    ),
    ...query(retrievalRelevance, "Median relevance of what retrieval found in the last hour", (signal) =>
      quantileOf(0.5, signal, labels, long, []),
    ),
  ];
}
