import { z } from "zod";
import { div, max, sum } from "../../promql/build.ts";
import type { Percent } from "../percent.ts";
import { featureSeries, inScope } from "./features.ts";
import { minutes, positive, secondsOf, share, shareNumber } from "./fields.ts";
import type { GuardrailKind, GuardrailOptions, Minutes } from "./guardrail.ts";

export interface InflightSaturationSpec extends GuardrailOptions {
  /** Requests that one pod can have in flight: its connection pool or its semaphore. @example 50 */
  readonly limit: number;
  /** The part of the limit that may be in use. @example "90%" */
  readonly above: Percent;
  /** How long more may be in use. Default 10m. */
  readonly for?: Minutes;
}

/** A pod has nearly as many requests in flight as it can. The limit is each pod's own, so the fullest pod counts and not their sum. */
export const inflightSaturation: GuardrailKind<InflightSaturationSpec> = {
  kind: "inflight-saturation",
  alertName: "LlmInflightSaturation",
  category: "slo",
  fields: z.strictObject({ limit: positive, above: share, for: z.exactOptional(minutes) }),
  needs: ["inflight"],
  runbook: {
    meaning: "A pod has nearly as many LLM requests in flight as it may have at once.",
    impact: "The next requests wait inside of the pod, or are refused.",
    checks: [
      "Did traffic grow, or do requests take longer? Compare ended requests and latency with an hour ago.",
      "Is one pod full and are others idle? Then traffic isn't spread, as with long-lived connections.",
      "Do calls have a timeout? Requests that hang hold their places.",
    ],
    causes: [
      "The provider got slower: the same traffic holds more places.",
      "Traffic grew, or a batch began.",
      "Calls without a timeout wait for answers that don't come.",
    ],
    mitigation: ["Add pods, or raise the limit if the provider's limits allow it.", "Set or lower the timeout."],
  },
  words: ({ limit, above, for: time = "10m" }) => ({
    title: `more than ${above} of ${limit} requests in flight`,
    conditions: [`in one pod more than ${above} of ${limit} requests are in flight for ${time}`],
    summary: "a pod has {{ $value | humanizePercentage }} of the requests in flight that it can have",
    description: `{{ $value | humanizePercentage }} of the ${limit} requests that a pod can have in flight are; for ${time} it was more than ${above}.`,
  }),
  watch: ({ limit, above, for: time = "10m" }, scope) => {
    const { inflight } = scope.source.signals;
    if (!inflight) throw new Error("this guardrail needs the signal inflight");
    const pod = (instance: string, part: number) => ({
      series: featureSeries(scope, inflight.metric, { instance }),
      share: part * limit,
    });
    return {
      kind: "level",
      value: div(max(sum(inScope(scope, inflight.metric), ["instance"])), limit),
      above: shareNumber(above),
      forSeconds: secondsOf(time),
      examples: [pod("a", 1), pod("b", 0.9)],
    };
  },
};
