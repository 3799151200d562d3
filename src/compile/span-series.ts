import { contract } from "@llm-slo/metrics/contract";
import type { SpanSeries } from "../plan/components.ts";
import type { Source } from "../sources/source.ts";

const { llm_requests_total: requests, llm_request_duration_seconds: durations } = contract;

/** What the collector derives from spans: the labels of the contract, and every bucket that a source of the services was declared with. */
export function spanSeries(sources: readonly Source[]): SpanSeries {
  const declared = sources.flatMap(({ signals: { duration } }) =>
    duration?.metric === "llm_request_duration_seconds" ? duration.buckets : [],
  );
  return {
    requestLabels: requests.labels,
    durationLabels: durations.labels,
    durationBuckets: [...new Set([...durations.buckets, ...declared])].sort((a, b) => a - b),
  };
}
