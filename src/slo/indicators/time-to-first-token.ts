import { z } from "zod";
import { add, bucket, call, num, or } from "../../promql/build.ts";
import type { PercentileSpec } from "../slo.ts";
import { boundaryOf, checkBoundary, checkObjective } from "./boundary.ts";
import type { Indicator } from "./indicator.ts";
import { eventRate, exampleSeries } from "./scope.ts";

/** Time to first token of streams. Total: streams that had one, and those that failed before it. Bad: later than the boundary, or missing. */
export const timeToFirstTokenIndicator: Indicator<PercentileSpec<string>> = {
  kind: "time-to-first-token",
  alertName: "LlmFirstTokenBudgetBurn",
  category: "slo",
  fields: z.strictObject({ percentile: z.number(), below: z.string() }),
  needs: ["firstToken"],
  check: ({ percentile, below }, { signals }) => [
    ...checkObjective("percentile", percentile, String(percentile), "95"),
    ...(signals.firstToken ? checkBoundary(below, signals.firstToken, (seconds) => `${seconds}s`) : []),
  ],
  objective: ({ percentile }) => String(percentile),
  words: ({ percentile, below }) => ({
    title: `p${percentile} time to first token below ${below}`,
    measures: `the share of streams whose first token came within ${below}`,
    badEvents: `streams whose first token took longer than ${below} or never came`,
    checks: [
      "Is the provider queueing? Time to first token grows before anything else does.",
      "Did the prompt grow, or did prompt caching stop? Look at input and cache-read tokens per request.",
      "Does something run before the call, such as retrieval or guardrails?",
    ],
  }),
  events: ({ below }, scope) => {
    const { firstToken } = scope.source.signals;
    if (!firstToken) throw new Error("time to first token needs the signal firstToken");
    const boundary = boundaryOf(below);
    const started = eventRate(scope, `${firstToken.metric}_count`);
    const count = exampleSeries(scope, `${firstToken.metric}_count`);
    const buckets = `${firstToken.metric}_bucket`;
    const good = [count, exampleSeries(scope, buckets, { le: String(boundary) })];
    const shared = {
      bad: { kind: "remainder", good: eventRate(scope, buckets, { le: bucket(boundary) }) },
      quantile: { buckets: { ...eventRate(scope, buckets), by: ["le"] }, unit: "s" },
    } as const;
    if (firstToken.missing === undefined) return { ...shared, total: started, examples: { good, bad: [count] } };
    const missing = eventRate(scope, firstToken.missing);
    return {
      ...shared,
      total: add(started, or(missing, call("vector", num(0)))),
      examples: { good, bad: [exampleSeries(scope, firstToken.missing)], silent: [count] },
    };
  },
};
