import { z } from "zod";
import { bucket } from "../../promql/build.ts";
import type { PercentileSpec } from "../slo.ts";
import { boundaryOf, checkBoundary, checkObjective } from "./boundary.ts";
import type { Indicator } from "./indicator.ts";
import { eventRate, exampleSeries } from "./scope.ts";

/** Cost of single requests. Total: priced requests. Bad: those that cost more than the boundary. */
export const costPerRequestIndicator: Indicator<PercentileSpec<string>> = {
  kind: "cost-per-request",
  alertName: "LlmRequestCostBudgetBurn",
  category: "cost",
  fields: z.strictObject({ percentile: z.number(), below: z.string() }),
  needs: ["costPerRequest"],
  check: ({ percentile, below }, { signals }) => [
    ...checkObjective("percentile", percentile, String(percentile), "95"),
    ...(signals.costPerRequest ? checkBoundary(below, signals.costPerRequest, (usd) => `$${usd}`) : []),
  ],
  objective: ({ percentile }) => String(percentile),
  words: ({ percentile, below }) => ({
    title: `p${percentile} cost per request below ${below}`,
    measures: `the share of priced requests that cost at most ${below}`,
    badEvents: `requests that cost more than ${below}`,
    checks: [
      "Did the prompt or the retrieved context grow? Look at input tokens per request.",
      "Did traffic move to a dearer model? Compare models on the service's dashboard.",
      "Did prompt caching stop working? Look at cache-read tokens.",
    ],
  }),
  events: ({ below }, scope) => {
    const { costPerRequest } = scope.source.signals;
    if (!costPerRequest) throw new Error("cost per request needs the signal costPerRequest");
    const boundary = boundaryOf(below);
    const counts = `${costPerRequest.metric}_count`;
    const buckets = `${costPerRequest.metric}_bucket`;
    const count = exampleSeries(scope, counts);
    return {
      total: eventRate(scope, counts),
      bad: { kind: "remainder", good: eventRate(scope, buckets, { le: bucket(boundary) }) },
      examples: { good: [count, exampleSeries(scope, buckets, { le: String(boundary) })], bad: [count] },
      quantile: { buckets: { ...eventRate(scope, buckets), by: ["le"] }, unit: "USD" },
    };
  },
};
