import { statuses } from "@llm-slo/metrics/contract";
import { z } from "zod";
import { exampleSeries, statusValues } from "../indicators/scope.ts";
import type { Percent } from "../percent.ts";
import { ratesByFeature } from "./features.ts";
import { count, share, shareNumber } from "./fields.ts";
import type { GuardrailKind, GuardrailOptions } from "./guardrail.ts";

export interface RateLimitPressureSpec extends GuardrailOptions {
  /** The share of ended requests that providers may refuse over 10 minutes. @example "5%" */
  readonly above: Percent;
  /** Refusals that those 10 minutes must hold. Default 20: one 429 at night is no pressure. */
  readonly atLeast?: number;
}

const windowSeconds = 600;
const refusals = 20;

/** Providers refuse a share of the requests: the quota is nearly used up, long before an error budget is. */
export const rateLimitPressure: GuardrailKind<RateLimitPressureSpec> = {
  kind: "rate-limit-pressure",
  alertName: "LlmRateLimitPressure",
  category: "slo",
  fields: z.strictObject({ above: share, atLeast: z.exactOptional(count) }),
  needs: ["requests"],
  runbook: {
    meaning: "Providers refuse a large share of a feature's requests because of their rate limits.",
    impact: "Users wait for retries or get errors. Whoever shares the key is refused too.",
    checks: [
      "Which model and key hit the limit? Compare requests and tokens per minute with the provider's quota.",
      "Did traffic grow, or does one caller use the quota of all others? Look for a runaway loop or a batch.",
      "Are retries making it worse? See the retries below, and the backoff they keep.",
    ],
    causes: [
      "Runaway loop: one agent, job or tenant uses the quota of all.",
      "A batch or an evaluation runs at the busiest hour, on the same key.",
      "Prompts grew: the limit on tokens is reached before the one on requests.",
      "The provider lowered the quota, or a fallback moved traffic to a smaller one.",
    ],
    mitigation: [
      "Shed or delay what can wait: batches, evaluations, the largest prompts.",
      "Move traffic to another model, provider or region.",
      "Ask the provider for a higher quota.",
    ],
  },
  check: (_, { name, signals: { requests } }) =>
    !requests || requests.statuses.rate_limited
      ? []
      : [
          {
            id: "signal-not-published",
            field: "above",
            problem: `the ${name} source doesn't tell rate_limited requests apart`,
            instead: "Leave this guardrail out.",
          },
        ],
  words: ({ above, atLeast = refusals }, subject) => ({
    title: `rate-limited requests above ${above}`,
    conditions: [
      `more than ${above} of a feature's requests were refused by a rate limit over 10m`,
      `at least ${atLeast} were`,
    ],
    summary: `{{ $value | humanizePercentage }} of the requests of ${subject} are rate-limited`,
    description:
      `Providers refused {{ $value | humanizePercentage }} of the requests of ${subject} over 10m. ` +
      `Above ${above} a quota is nearly used up.`,
  }),
  watch: ({ above, atLeast = refusals }, scope) => {
    const { requests } = scope.source.signals;
    if (!requests) throw new Error("this guardrail needs the signal requests");
    const { metric, label } = requests;
    const ended = statusValues(
      requests,
      statuses.filter((status) => status !== "cancelled"),
    );
    const refused = statusValues(requests, ["rate_limited"]);
    return {
      kind: "share",
      windowSeconds,
      unwanted: ratesByFeature(scope, metric, windowSeconds, { [label]: refused }),
      total: ratesByFeature(scope, metric, windowSeconds, { [label]: ended }),
      above: shareNumber(above),
      atLeast,
      atLeastOf: "unwanted",
      examples: {
        event: [exampleSeries(scope, metric, { [label]: ended[0] ?? "" })],
        unwanted: [exampleSeries(scope, metric, { [label]: refused[0] ?? "" })],
        isPart: true,
      },
    };
  },
};
