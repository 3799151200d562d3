import { z } from "zod";
import { bucket, sub } from "../../promql/build.ts";
import { checkBoundary } from "../indicators/boundary.ts";
import { exampleSeries } from "../indicators/scope.ts";
import type { Percent } from "../percent.ts";
import { ratesByFeature } from "./features.ts";
import { count, share, shareNumber } from "./fields.ts";
import type { GuardrailKind, GuardrailOptions } from "./guardrail.ts";

export interface ContextNearEndSpec<B extends number | string> extends GuardrailOptions {
  /** How full a context window may be: a bucket boundary of the histogram. @example 0.9 */
  readonly above: B;
  /** The share of requests that may be fuller than that, over 10 minutes. @example "5%" */
  readonly share: Percent;
  /** Such requests that those 10 minutes must hold. Default 20. */
  readonly atLeast?: number;
}

const windowSeconds = 600;
const requestsNeeded = 20;
const percent = (ratio: number) => `${Number((ratio * 100).toPrecision(6))}%`;

/** Requests fill the model's context window: the next ones are cut off or refused. */
export const contextNearEnd: GuardrailKind<ContextNearEndSpec<number>> = {
  kind: "context-near-end",
  alertName: "LlmContextNearEnd",
  category: "slo",
  fields: z.strictObject({ above: z.number(), share, atLeast: z.exactOptional(count) }),
  needs: ["contextUtilisation"],
  runbook: {
    meaning: "A large share of a feature's requests nearly fills the context window of its model.",
    impact: "Prompts are about to be cut off or refused, and every request costs what a full window costs.",
    checks: [
      "What grew: the conversation history, the retrieved documents, the system prompt, tool results?",
      "Did the model change to one with a smaller window?",
      "Are there failures of the kind context_length already? See below.",
    ],
    causes: [
      "Long conversations: nobody shortens the history.",
      "Retrieval: more or longer passages, or tool results that are passed on whole.",
      "Prompt change: instructions or examples grew with a release.",
      "Model change: the new one has a smaller window.",
    ],
    mitigation: [
      "Shorten or summarise the history, and retrieve fewer or shorter documents.",
      "Move the feature to a model with a larger window.",
    ],
  },
  check: ({ above }, { signals: { contextUtilisation } }) =>
    contextUtilisation
      ? checkBoundary(String(above), contextUtilisation, String).map((problem) => ({ ...problem, field: "above" }))
      : [],
  words: ({ above, share: part, atLeast = requestsNeeded }, subject) => ({
    title: `context window fuller than ${percent(above)} in more than ${part} of requests`,
    conditions: [
      `more than ${part} of a feature's requests fill over ${percent(above)} of the context window, over 10m`,
      `at least ${atLeast} do`,
    ],
    summary: `{{ $value | humanizePercentage }} of the requests of ${subject} nearly fill the context window`,
    description:
      `{{ $value | humanizePercentage }} of the requests of ${subject} used more than ${percent(above)} of the model's context window over 10m. ` +
      "The next longer ones are cut off or refused.",
  }),
  watch: ({ above, share: part, atLeast = requestsNeeded }, scope) => {
    const { contextUtilisation } = scope.source.signals;
    if (!contextUtilisation) throw new Error("this guardrail needs the signal contextUtilisation");
    const counted = `${contextUtilisation.metric}_count`;
    const buckets = `${contextUtilisation.metric}_bucket`;
    const total = ratesByFeature(scope, counted, windowSeconds);
    const one = exampleSeries(scope, counted);
    return {
      kind: "share",
      windowSeconds,
      unwanted: sub(total, ratesByFeature(scope, buckets, windowSeconds, { le: bucket(above) })),
      total,
      above: shareNumber(part),
      atLeast,
      atLeastOf: "unwanted",
      examples: {
        event: [one, exampleSeries(scope, buckets, { le: String(above) })],
        unwanted: [one],
        isPart: true,
      },
    };
  },
};
