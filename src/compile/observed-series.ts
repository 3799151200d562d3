// Signals of a source to the series that people look at on dashboards.
import { statuses } from "@llm-slo/metrics/contract";
import type {
  Observed,
  ObservedHistogram,
  ObservedKinds,
  ObservedOutcomes,
  ObservedSeries,
} from "../plan/observed-series.ts";
import { inScope, type Scope, statusValues } from "../slo/indicators/scope.ts";
import type { HistogramSignal, RequestsSignal, Selectable, Signals } from "../sources/source.ts";

/** Whoever gives up or is refused by a filter got no failure of ours. */
const failed = statuses.filter((status) => !["success", "cancelled", "content_filtered"].includes(status));

type Counted = Selectable & { readonly metric: string };

function seriesOf(scope: Scope, { metric, labels }: Counted): ObservedSeries {
  const model = labels === undefined ? { model: scope.source.labelNames.model } : {};
  return { selector: inScope(scope, metric), ...model };
}

function kindsOf(scope: Scope, { label, ...counted }: Counted & { readonly label: string }): ObservedKinds {
  return { ...seriesOf(scope, counted), label };
}

interface Outcomes extends Counted {
  readonly label: string;
  readonly good: string;
  readonly bad: string;
  readonly abandoned?: string;
  readonly nameLabel?: string;
}

function outcomesOf(scope: Scope, { good, bad, abandoned, nameLabel, ...kinds }: Outcomes): ObservedOutcomes {
  return {
    ...kindsOf(scope, kinds),
    good: [good],
    bad: abandoned === undefined ? [bad] : [bad, abandoned],
    ...(nameLabel === undefined ? {} : { name: nameLabel }),
  };
}

function requestsOf(scope: Scope, requests: RequestsSignal): ObservedOutcomes {
  return {
    ...kindsOf(scope, requests),
    good: statusValues(requests, ["success"]),
    bad: statusValues(requests, failed),
  };
}

function histogramOf(
  scope: Scope,
  { metric, exemplars = false, labels }: HistogramSignal & Selectable,
  name?: string,
): ObservedHistogram {
  const part = (suffix: string) =>
    seriesOf(scope, { metric: `${metric}_${suffix}`, ...(labels === undefined ? {} : { labels }) });
  return {
    buckets: part("bucket"),
    sum: part("sum"),
    count: part("count"),
    ...(name === undefined ? {} : { name }),
    exemplars,
  };
}

/** What each signal becomes. */
const readers: {
  readonly [S in keyof Signals & keyof Observed]: (scope: Scope, signal: NonNullable<Signals[S]>) => Observed[S];
} = {
  requests: requestsOf,
  errors: kindsOf,
  inflight: seriesOf,
  retries: seriesOf,
  duration: histogramOf,
  firstToken: histogramOf,
  outputSpeed: histogramOf,
  cost: seriesOf,
  costPerRequest: histogramOf,
  unpriced: seriesOf,
  tokens: kindsOf,
  evaluations: outcomesOf,
  evaluationScore: (scope, signal) => histogramOf(scope, signal, scope.source.signals.evaluations?.nameLabel),
  retrievalRelevance: histogramOf,
  validations: outcomesOf,
  tasks: outcomesOf,
  feedback: outcomesOf,
  queueDepth: seriesOf,
  cache: outcomesOf,
  contextUtilisation: histogramOf,
};

/** All that a service's source publishes of its features. */
export function observedSeries(scope: Scope): Observed {
  const { signals, name, labelNames } = scope.source;
  const published = Object.entries(readers).flatMap(([signal, read]) => {
    const spec = signals[signal as keyof typeof readers];
    return spec === undefined ? [] : [[signal, read(scope, spec as never)] as const];
  });
  return { source: name, feature: labelNames.feature, ...Object.fromEntries(published) };
}
