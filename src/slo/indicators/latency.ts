import { z } from "zod";
import { bucket } from "../../promql/build.ts";
import type { PercentileSpec } from "../slo.ts";
import { boundaryOf, checkBoundary, checkObjective } from "./boundary.ts";
import type { Indicator } from "./indicator.ts";
import { eventRate, exampleSeries, statusValues } from "./scope.ts";

/** End-to-end duration. Total: successes and timeouts. Bad: those that took longer, and every timeout. */
export const latencyIndicator: Indicator<PercentileSpec<string>> = {
  kind: "latency",
  alertName: "LlmLatencyBudgetBurn",
  category: "slo",
  fields: z.strictObject({ percentile: z.number(), below: z.string() }),
  needs: ["requests", "duration"],
  check: ({ percentile, below }, { signals }) => [
    ...checkObjective("percentile", percentile, String(percentile), "95"),
    ...(signals.duration ? checkBoundary(below, signals.duration, (seconds) => `${seconds}s`) : []),
  ],
  objective: ({ percentile }) => String(percentile),
  words: ({ percentile, below }) => ({
    title: `p${percentile} latency below ${below}`,
    measures: `the share of answered or timed-out requests that took at most ${below}`,
    badEvents: `requests slower than ${below} or timed out`,
    checks: [
      "Is the provider slow? Compare models and providers on the service's dashboard, and look at the provider's status page.",
      "Did prompts or answers grow? A prompt change shows as more tokens per request.",
      "Are requests queueing or being retried? Look at in-flight requests, queue depth and rate limits.",
    ],
  }),
  events: ({ below }, scope) => {
    const { requests, duration } = scope.source.signals;
    if (!requests || !duration) throw new Error("latency needs the signals requests and duration");
    const boundary = boundaryOf(below);
    const ended = statusValues(requests, ["success", "timeout"]);
    const success = exampleSeries(scope, requests.metric, { [requests.label]: ended[0] ?? "" });
    const buckets = `${duration.metric}_bucket`;
    return {
      total: eventRate(scope, requests.metric, { [requests.label]: ended }),
      bad: { kind: "remainder", good: eventRate(scope, buckets, { le: bucket(boundary) }) },
      examples: { good: [success, exampleSeries(scope, buckets, { le: String(boundary) })], bad: [success] },
      quantile: { buckets: { ...eventRate(scope, buckets), by: ["le"] }, unit: "s" },
    };
  },
};
