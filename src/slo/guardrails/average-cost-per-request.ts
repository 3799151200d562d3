import { z } from "zod";
import { exampleSeries } from "../indicators/scope.ts";
import { ratesByFeature } from "./features.ts";
import { count, positive } from "./fields.ts";
import type { GuardrailKind, GuardrailOptions } from "./guardrail.ts";

export interface AverageCostPerRequestSpec extends GuardrailOptions {
  /** US dollars that a priced request may cost on average, over an hour. @example 0.05 */
  readonly aboveUsd: number;
  /** Priced requests that the hour must hold. Default 20. */
  readonly atLeast?: number;
}

const windowSeconds = 3_600;
const requestsNeeded = 20;
/** Not humanized: that would write 0.06 as 60m. */
const average = '{{ $value | printf "%.4f" }}';

/** Requests have become dearer on average: a mean has no error budget, so it is watched and no SLO. */
export const averageCostPerRequest: GuardrailKind<AverageCostPerRequestSpec> = {
  kind: "average-cost-per-request",
  alertName: "LlmAverageRequestCostHigh",
  category: "cost",
  fields: z.strictObject({ aboveUsd: positive, atLeast: z.exactOptional(count) }),
  needs: ["costPerRequest"],
  runbook: {
    meaning: "A feature's priced requests cost more on average than they may, over the last hour.",
    impact: "Money: the budget is gone sooner, at the same traffic.",
    checks: [
      "Did the prompt, the retrieved context or the answers grow? Look at tokens per request, by token_type.",
      "Did traffic move to a dearer model? Compare models on the service's dashboard.",
      "Did prompt caching stop working? Look at cache-read tokens.",
      "Is it all requests or a few? Compare the average with the 95th percentile on the dashboard.",
    ],
    causes: [
      "Release: a longer prompt, more retrieved context, longer answers.",
      "Model change: a dearer model, or a router that prefers it.",
      "Provider: prompt caching was lost, or a price was raised.",
    ],
    mitigation: [
      "Roll back the prompt, the retrieval or the model.",
      "Limit the length of answers, and of what is retrieved.",
      "If it is meant, raise the limit in slos/ and run synth.",
    ],
  },
  words: ({ aboveUsd, atLeast = requestsNeeded }, subject) => ({
    title: `requests cost more than $${aboveUsd} on average`,
    conditions: [
      `a feature's priced requests cost more than $${aboveUsd} each on average, over 1h`,
      `there are at least ${atLeast} of them`,
    ],
    summary: `requests of ${subject} cost ${average} USD on average`,
    description: `Priced requests of ${subject} cost ${average} USD each on average over 1h, and ${aboveUsd} USD is the limit.`,
  }),
  watch: ({ aboveUsd, atLeast = requestsNeeded }, scope) => {
    const { costPerRequest } = scope.source.signals;
    if (!costPerRequest) throw new Error("this guardrail needs the signal costPerRequest");
    const [sum, counted] = [`${costPerRequest.metric}_sum`, `${costPerRequest.metric}_count`];
    return {
      kind: "share",
      windowSeconds,
      unwanted: ratesByFeature(scope, sum, windowSeconds),
      total: ratesByFeature(scope, counted, windowSeconds),
      above: aboveUsd,
      atLeast,
      atLeastOf: "total",
      examples: { event: [exampleSeries(scope, counted)], unwanted: [exampleSeries(scope, sum)], isPart: false },
    };
  },
};
