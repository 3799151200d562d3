// The labels of a request's series, made once for each feature, model and provider, with all of its series started at 0.
import {
  contract,
  type ErrorType,
  errorTypes,
  type MetricName,
  type Status,
  statuses,
  type TokenType,
  tokenTypes,
} from "./contract.ts";
import type { DeclaredMetrics } from "./declare.ts";
import type { LabelValues } from "./label-values.ts";
import type { SeriesLabels, Store } from "./store.ts";

/** Frozen labels of every series that a request may write to. */
export interface RequestSeries {
  readonly scope: SeriesLabels;
  readonly context: SeriesLabels;
  readonly byStatus: Readonly<Record<Status, SeriesLabels>>;
  readonly byErrorType: Readonly<Record<ErrorType, SeriesLabels>>;
  readonly byTokenType: Readonly<Record<TokenType, SeriesLabels>>;
}

/** What a request is counted under. */
export interface RequestScope {
  readonly feature: string;
  readonly model: string;
  readonly provider: string;
  /** Values of the organisation's own labels, in the order of their declaration. */
  readonly own: readonly string[];
}

const scoped = (Object.keys(contract) as MetricName[]).filter((name) =>
  (contract[name].labels as readonly string[]).includes("model"),
);

function each<V extends string>(
  values: readonly V[],
  scope: SeriesLabels,
  label: string,
): Readonly<Record<V, SeriesLabels>> {
  return Object.fromEntries(values.map((value) => [value, Object.freeze({ ...scope, [label]: value })])) as Record<
    V,
    SeriesLabels
  >;
}

function seriesOf({ feature, model, provider, own }: RequestScope, ownNames: readonly string[]): RequestSeries {
  const extra = Object.fromEntries(ownNames.map((name, index) => [name, own[index] as string]));
  const scope = Object.freeze({ feature, model, provider, ...extra });
  return {
    scope,
    context: Object.freeze({ feature, model, ...extra }),
    byStatus: each(statuses, scope, "status"),
    byErrorType: each(errorTypes, scope, "error_type"),
    byTokenType: each(tokenTypes, scope, "token_type"),
  };
}

function startAll(store: Store, series: RequestSeries): void {
  for (const metric of scoped) {
    if (metric === "llm_requests_total") for (const status of statuses) store.start(metric, series.byStatus[status]);
    else if (metric === "llm_errors_total")
      for (const type of errorTypes) store.start(metric, series.byErrorType[type]);
    else if (metric === "llm_tokens_total")
      for (const type of tokenTypes) store.start(metric, series.byTokenType[type]);
    else if (metric === "llm_context_utilisation_ratio") store.start(metric, series.context);
    else store.start(metric, series.scope);
  }
}

/** All combinations of the values of some labels. */
function combinations(sets: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return sets.reduce<readonly (readonly string[])[]>(
    (all, values) => all.flatMap((head) => values.map((value) => [...head, value])),
    [[]],
  );
}

export interface RequestSeriesBook {
  /** The series of a request, as its caller describes it. */
  of(feature: unknown, model: unknown, provider: unknown, likely: string | undefined, labels: unknown): RequestSeries;
}

/** What an app of these features and models may write: everything declared is started at 0, the rest when it is first seen. */
export function requestSeries(declared: DeclaredMetrics, store: Store, values: LabelValues): RequestSeriesBook {
  const ownNames = Object.keys(declared.labels);
  const known = new Map<string, Map<string, Map<string, RequestSeries>>>();
  const within = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
    let value = map.get(key);
    if (value === undefined) {
      value = make();
      map.set(key, value);
    }
    return value;
  };
  const find = (scope: RequestScope): RequestSeries => {
    const byModel = within(known, scope.feature, () => new Map<string, Map<string, RequestSeries>>());
    const byRest = within(byModel, scope.model, () => new Map<string, RequestSeries>());
    const rest = scope.own.length === 0 ? scope.provider : [scope.provider, ...scope.own].join("\n");
    return within(byRest, rest, () => {
      const series = seriesOf(scope, ownNames);
      startAll(store, series);
      return series;
    });
  };

  for (const feature of declared.features) {
    for (const model of declared.models) {
      for (const provider of declared.providers[model] ?? []) {
        for (const own of combinations(Object.values(declared.labels))) find({ feature, model, provider, own });
      }
    }
  }

  return {
    of(feature, asked, named, likely, labels) {
      const model = values.model(asked);
      const given = (labels ?? {}) as Readonly<Record<string, unknown>>;
      return find({
        feature: values.admit("feature", feature),
        model,
        provider: values.provider(model, named, likely),
        own: ownNames.length === 0 ? ownNames : ownNames.map((name) => values.admit(name, given[name])),
      });
    },
  };
}
