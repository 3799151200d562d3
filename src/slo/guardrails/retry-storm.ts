import { statuses } from "@llm-slo/metrics/contract";
import { z } from "zod";
import { exampleSeries, statusValues } from "../indicators/scope.ts";
import { ratesByFeature } from "./features.ts";
import { count, positive } from "./fields.ts";
import type { GuardrailKind, GuardrailOptions } from "./guardrail.ts";

export interface RetryStormSpec extends GuardrailOptions {
  /** Retries for each ended request, over 10 minutes. @example 1 */
  readonly above: number;
  /** Retries that those 10 minutes must hold. Default 20. */
  readonly atLeast?: number;
}

const windowSeconds = 600;
const retriesNeeded = 20;

/** Retries outnumber requests: the app multiplies the load on a provider that is in trouble, and pays for it. */
export const retryStorm: GuardrailKind<RetryStormSpec> = {
  kind: "retry-storm",
  alertName: "LlmRetryStorm",
  category: "slo",
  fields: z.strictObject({ above: positive, atLeast: z.exactOptional(count) }),
  needs: ["requests", "retries"],
  runbook: {
    meaning: "A feature's requests are retried so often that retries are a large part of its traffic.",
    impact: "Answers are late. Retries keep a troubled provider down and use up the quota.",
    checks: [
      "What is being retried? See the failures below, by kind of error, model and provider.",
      "Do several layers retry: the SDK, the app, a queue, a gateway? Their retries multiply.",
      "Is there a backoff with jitter, and a limit to the attempts?",
    ],
    causes: [
      "Provider incident: errors and timeouts of one model, on all features that use it.",
      "Retries in several layers multiply.",
      "A request that can never succeed, such as one too long, is tried again and again.",
    ],
    mitigation: [
      "Lower the number of attempts, or turn retries off in all layers but one.",
      "Fail over to another provider or model.",
    ],
  },
  words: ({ above, atLeast = retriesNeeded }, subject) => ({
    title: `more than ${above} retries for each request`,
    conditions: [
      `a feature makes more than ${above} retries for each request that ended, over 10m`,
      `it makes at least ${atLeast}`,
    ],
    summary: `{{ $value | humanize }} retries for each request of ${subject}`,
    description:
      `${subject} makes {{ $value | humanize }} retries for each request that ends, over 10m, and more than ${above} is a storm: ` +
      "it multiplies the load on a provider that is in trouble.",
  }),
  watch: ({ above, atLeast = retriesNeeded }, scope) => {
    const { requests, retries } = scope.source.signals;
    if (!requests || !retries) throw new Error("this guardrail needs the signals requests and retries");
    const ended = statusValues(requests, statuses);
    return {
      kind: "share",
      windowSeconds,
      unwanted: ratesByFeature(scope, retries.metric, windowSeconds),
      total: ratesByFeature(scope, requests.metric, windowSeconds, { [requests.label]: ended }),
      above,
      atLeast,
      atLeastOf: "unwanted",
      examples: {
        event: [exampleSeries(scope, requests.metric, { [requests.label]: ended[0] ?? "" })],
        unwanted: [exampleSeries(scope, retries.metric)],
        isPart: false,
      },
    };
  },
};
