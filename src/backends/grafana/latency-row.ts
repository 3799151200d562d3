// How long answers take.
import type { ObservedHistogram } from "../../plan/observed-series.ts";
import type { Panel, Query, TimeSeriesPanel } from "./dashboard.ts";
import { quantile, spread, type Watched } from "./observed-queries.ts";

/** Buckets are many series: at five minutes a point they cost a twelfth of what they do at a finer grain. */
const intervalSeconds = 300;
const gap = "Percentiles are as exact as the buckets. A gap: no request was measured.";

export function latencyRow(watched: Watched): readonly Panel[] {
  const { duration, firstToken, outputSpeed } = watched.observed;
  return [
    ...(duration
      ? [
          percentiles(
            "Latency",
            `The time in which half, 95% and 99% of successful requests were answered wholly. ${gap}`,
            duration,
            watched,
          ),
          {
            kind: "heatmap",
            title: "Latency, distribution",
            description:
              "How many successful requests took how long. Two bands are two kinds of requests: models, cached and not, short and long. Empty: none was measured.",
            queries: [{ expr: spread(duration, watched), legend: "{{le}}", exemplars: duration.exemplars }],
            unit: "seconds",
            intervalSeconds,
            maxDataPoints: 100,
            width: 12,
            height: 9,
          } as const,
        ]
      : []),
    ...(firstToken
      ? [
          percentiles(
            "Time to first token",
            `The time in which half, 95% and 99% of the streams that succeeded had begun. ${gap}`,
            firstToken,
            watched,
          ),
        ]
      : []),
    ...(duration?.buckets.model === undefined
      ? []
      : [byModel("Latency p95, by model", duration, duration.buckets.model, watched)]),
    ...(firstToken?.buckets.model === undefined
      ? []
      : [byModel("First token p95, by model", firstToken, firstToken.buckets.model, watched)]),
    ...(outputSpeed
      ? [
          {
            ...percentiles(
              "Output tokens per second",
              `Of successful requests, from the call to the last byte. Slow ones are the lower line. ${gap}`,
              outputSpeed,
              watched,
            ),
            unit: "number",
            queries: [of(0.5, outputSpeed, watched), of(0.05, outputSpeed, watched)],
          } as const,
        ]
      : []),
  ];
}

function of(share: number, histogram: ObservedHistogram, watched: Watched): Query {
  return { expr: quantile(share, histogram, watched), legend: `p${share * 100}`, exemplars: histogram.exemplars };
}

function percentiles(
  title: string,
  description: string,
  histogram: ObservedHistogram,
  watched: Watched,
): TimeSeriesPanel {
  return {
    kind: "time-series",
    title,
    description,
    queries: [0.99, 0.95, 0.5].map((share) => of(share, histogram, watched)),
    unit: "seconds",
    min: 0,
    intervalSeconds,
    width: 12,
    height: 9,
  };
}

function byModel(title: string, histogram: ObservedHistogram, model: string, watched: Watched): TimeSeriesPanel {
  return {
    kind: "time-series",
    title,
    description: `The time in which 95% of requests of each model were done. ${gap}`,
    queries: [{ expr: quantile(0.95, histogram, watched, [model]), legend: `{{${model}}}` }],
    unit: "seconds",
    min: 0,
    intervalSeconds,
    width: 12,
    height: 9,
  };
}
