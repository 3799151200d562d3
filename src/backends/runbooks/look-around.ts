// What a service does right now, on the very series its source publishes: in each of its runbooks, at the same place.
import type { ObservedHistogram } from "../../plan/observed-series.ts";
import type { ServicePlan } from "../../plan/plan.ts";
import type { Expr, Selector } from "../../promql/ast.ts";
import { call, mul, num, range, rate, sum } from "../../promql/build.ts";
import { print } from "../../promql/print.ts";
import { paste, section } from "./markdown.ts";

const minute = 60;
const hour = 60 * minute;
const [short, long] = [5 * minute, hour];

const perSecond = (selector: Selector, by: readonly string[]) => sum(rate(selector, short), by);
const grown = (selector: Selector, by: readonly string[]) => sum(call("increase", range(selector, long)), by);

function quantile(share: number, { buckets }: ObservedHistogram, windowSeconds: number, by: readonly string[] = []) {
  return call("histogram_quantile", num(share), sum(rate(buckets.selector, windowSeconds), ["le", ...by]));
}

/** A query for what the service has; nothing for what it hasn't. */
function ask<S>(series: S | undefined, title: string, expr: (series: S) => Expr): readonly string[] {
  return series === undefined ? [] : [paste(title, print(expr(series)))];
}

/** The section of a service's queries: requests, failures, latency, tokens, money, judgements. */
export function lookAround({ observed }: ServicePlan): string {
  const { requests, errors, duration, retries, inflight, tokens, cost, evaluations, retrievalRelevance } = observed;
  const model = requests?.model ?? cost?.model;
  const split = [model, observed.provider].filter((label) => label !== undefined);
  const words = observed.provider === undefined ? "model" : "model and provider";
  return section(
    "Look around",
    ...ask(requests, `Requests per second, by how they end, ${words}`, ({ selector, label }) =>
      perSecond(selector, [label, ...split]),
    ),
    ...ask(errors, `Failures per second, by kind of error, ${words}`, ({ selector, label }) =>
      perSecond(selector, [label, ...split]),
    ),
    ...ask(duration, `Seconds that 95% of the requests take at most, by ${words}`, (histogram) =>
      quantile(0.95, histogram, short, split),
    ),
    ...ask(inflight, `Requests in flight, by ${words}`, ({ selector }) => sum(selector, split)),
    ...ask(retries, `Retries per second, by ${words}`, ({ selector }) => perSecond(selector, split)),
    ...ask(tokens, `Tokens per minute, by ${words}`, ({ selector }) => mul(perSecond(selector, split), minute)),
    ...ask(cost, `USD of the last hour, by ${words}`, ({ selector }) => grown(selector, split)),
    ...ask(evaluations, "Judged items of the last hour, by evaluator and result", ({ selector, name, label }) =>
      grown(selector, [name, label]),
    ),
    ...ask(evaluations, "Batches of the last hour, by evaluator and result", ({ batches, name }) =>
      grown(batches.selector, [name, batches.label]),
    ),
    ...ask(retrievalRelevance, "Median relevance of what retrieval found in the last hour", (histogram) =>
      quantile(0.5, histogram, long),
    ),
  );
}
