// Why events are bad, as far as the sources tell: by the kind of error, or else by how requests ended.
import type { Observed, ObservedKinds } from "../../plan/observed-series.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Panel, Query } from "./dashboard.ts";
import { chosen, perMinute } from "./observed-queries.ts";

/** One entry for each key. */
function distinct<T>(values: readonly T[], key: (value: T) => string): readonly T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()];
}

interface Reason {
  readonly observed: Observed;
  readonly kinds: ObservedKinds;
  readonly failures: Readonly<Record<string, readonly string[]>>;
}

function reasonOf(observed: Observed): readonly Reason[] {
  const { errors, requests } = observed;
  if (errors) return [{ observed, kinds: errors, failures: {} }];
  return requests ? [{ observed, kinds: requests, failures: { [requests.label]: requests.bad } }] : [];
}

function queryOf({ observed, kinds, failures }: Reason): Query {
  const series = chosen(kinds, { observed, choice: { feature: "$features" } }, failures);
  return { expr: perMinute(series, [kinds.label]), legend: `{{${kinds.label}}}` };
}

/** Failed requests of the features that the chosen SLO is about. */
export function badByReason({ services }: Plan): readonly Panel[] {
  const reasons = services.flatMap(({ observed }) => reasonOf(observed));
  const queries = distinct(reasons, ({ kinds }) => kinds.selector.metric).map(queryOf);
  if (queries.length === 0) return [];
  return [
    {
      kind: "time-series",
      title: "Failed requests per minute, by reason",
      description:
        "Requests of the SLO's features that did not succeed, of all models, by the kind of error. Not each of them is a bad event of this SLO. A gap: no such error was counted.",
      queries,
      unit: "number",
      style: "areas",
      stacked: true,
      min: 0,
      width: 24,
      height: 8,
    },
  ];
}
