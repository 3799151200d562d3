// Signals of a source to the series that people look at on dashboards.
import { statuses } from "@llm-slo/metrics/contract";
import type {
  Observed,
  ObservedEvaluations,
  ObservedHistogram,
  ObservedKinds,
  ObservedOutcomes,
  ObservedSeries,
} from "../plan/observed-series.ts";
import { guardrailKinds } from "../slo/guardrails/table.ts";
import { inScope, type Scope, statusValues } from "../slo/indicators/scope.ts";
import { indicators } from "../slo/indicators/table.ts";
import { occasionalSignals, type Service } from "../slo/service.ts";
import type {
  EvaluationsSignal,
  HistogramSignal,
  RequestsSignal,
  Selectable,
  SignalName,
  Signals,
} from "../sources/source.ts";

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

function evaluationsOf(scope: Scope, { batches, ...items }: EvaluationsSignal): ObservedEvaluations {
  const { metric, label } = batches;
  return {
    ...outcomesOf(scope, items),
    name: items.nameLabel,
    batches: kindsOf(scope, { metric, label, ...(items.labels === undefined ? {} : { labels: items.labels }) }),
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
  evaluations: evaluationsOf,
  evaluationScore: (scope, signal) => histogramOf(scope, signal, scope.source.signals.evaluations?.nameLabel),
  retrievalRelevance: histogramOf,
  validations: outcomesOf,
  tasks: outcomesOf,
  feedback: outcomesOf,
  queueDepth: seriesOf,
  cache: outcomesOf,
  contextUtilisation: histogramOf,
};

/** What people call the signals that one may miss on a dashboard. */
const words: Readonly<Record<keyof typeof readers, string>> = {
  requests: "requests",
  errors: "errors by type",
  inflight: "requests in flight",
  retries: "retries",
  duration: "latency",
  firstToken: "time to first token",
  outputSpeed: "output tokens per second",
  cost: "spend",
  costPerRequest: "cost per request",
  unpriced: "requests without a price",
  tokens: "tokens",
  evaluations: "evaluations",
  evaluationScore: "evaluation scores",
  retrievalRelevance: "retrieval relevance",
  validations: "validations",
  tasks: "tasks",
  feedback: "user feedback",
  queueDepth: "queue depth",
  cache: "cache look-ups",
  contextUtilisation: "context window use",
};

type Shown = keyof typeof readers;

/** Signals that SLOs or guardrails of the service are made of. */
function usedBy({ slos, guardrails = {} }: Service): ReadonlySet<SignalName> {
  const objectives = Object.values(slos).filter((slo) => slo.kind === "slo");
  return new Set([
    ...objectives.flatMap(({ indicator }) => indicators.get(indicator)?.needs ?? []),
    ...Object.values(guardrails).flatMap(({ guardrail }) => guardrailKinds.get(guardrail)?.needs ?? []),
  ]);
}

function isShown(signal: Shown, used: ReadonlySet<SignalName>, { alsoShow = [] }: Service): boolean {
  // Scores are those of evaluations.
  const by = signal === "evaluationScore" ? "evaluations" : signal;
  return !occasionalSignals.some((one) => one === by) || used.has(by) || alsoShow.some((one) => one === by);
}

/** What a service's source publishes of its features, as far as they have it. */
export function observedSeries(service: Service, scope: Scope): Observed {
  const { signals, name, labelNames } = scope.source;
  const used = usedBy(service);
  const all = Object.keys(readers) as Shown[];
  const shown = all.flatMap((signal) => {
    const spec = signals[signal];
    return spec === undefined || !isShown(signal, used, service)
      ? []
      : [[signal, readers[signal](scope, spec as never)] as const];
  });
  return {
    source: name,
    unpublished: all.filter((signal) => signals[signal] === undefined).map((signal) => words[signal]),
    feature: labelNames.feature,
    ...(labelNames.provider === undefined ? {} : { provider: labelNames.provider }),
    ...Object.fromEntries(shown),
  };
}
