import { z } from "zod";
import { sum } from "../../promql/build.ts";
import { featureSeries, inScope } from "./features.ts";
import { minutes, positive, secondsOf } from "./fields.ts";
import type { GuardrailKind, GuardrailOptions, Minutes } from "./guardrail.ts";

export interface QueueDepthSpec extends GuardrailOptions {
  /** Requests that may wait, in all pods of a feature together. @example 100 */
  readonly above: number;
  /** How long more may wait. Default 10m. */
  readonly for?: Minutes;
}

/** Requests queue up faster than they are worked off. Each pod reports its own queue; a feature's is their sum. */
export const queueDepth: GuardrailKind<QueueDepthSpec> = {
  kind: "queue-depth",
  alertName: "LlmQueueDepth",
  category: "slo",
  fields: z.strictObject({ above: positive, for: z.exactOptional(minutes) }),
  needs: ["queueDepth"],
  runbook: {
    meaning: "More requests of a feature wait for their turn than should, and have for minutes.",
    impact:
      "Whoever waits in the queue waits longer. Latency is measured from the call on, so no latency alert sees it.",
    checks: [
      "Did work arrive faster, or is it worked off more slowly? Compare ended requests with an hour ago.",
      "Is the provider slow or limiting? Look at the latency and rate limits of the service.",
      "Do all workers run? Look at their pods.",
    ],
    causes: [
      "The provider got slower or limits: each request holds its worker longer.",
      "A batch or a backfill was put in front of everything else.",
      "Workers crash, or fewer of them run.",
    ],
    mitigation: ["Add workers, as far as the provider's limits allow.", "Delay or drop what can wait."],
  },
  words: ({ above, for: time = "10m" }, subject) => ({
    title: `more than ${above} requests queued`,
    conditions: [`more than ${above} requests of a feature wait, in all pods together, for ${time}`],
    summary: `{{ $value | humanize }} requests of ${subject} wait in the queue`,
    description: `{{ $value | humanize }} requests of ${subject} wait for their turn; for ${time} it was more than ${above}.`,
  }),
  watch: ({ above, for: time = "10m" }, scope) => {
    const { queueDepth: signal } = scope.source.signals;
    if (!signal) throw new Error("this guardrail needs the signal queueDepth");
    const pod = (instance: string) => ({ series: featureSeries(scope, signal.metric, { instance }), share: 0.5 });
    return {
      kind: "level",
      value: sum(inScope(scope, signal.metric), [scope.source.labelNames.feature]),
      above,
      forSeconds: secondsOf(time),
      examples: [pod("a"), pod("b")],
    };
  },
};
