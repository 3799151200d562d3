// The guardrails that compare an hour with the same hour of earlier days: tokens and money.
import { z } from "zod";
import { exampleSeries, type Scope } from "../indicators/scope.ts";
import { growth } from "./features.ts";
import { positive } from "./fields.ts";
import type { AnomalyWatch, GuardrailKind, GuardrailOptions } from "./guardrail.ts";

const factor = z.exactOptional(z.number().gt(1));

export interface TokenAnomalySpec extends GuardrailOptions {
  /** How many times the usual amount is too much. Default 2. */
  readonly factor?: number;
  /** Tokens an hour that are usual for any feature, also for one without a history. @example 100_000 */
  readonly floorPerHour: number;
}

export interface SpendAnomalySpec extends GuardrailOptions {
  /** How many times the usual amount is too much. Default 3. */
  readonly factor?: number;
  /** US dollars an hour that are usual for any feature and model, also for one without a history. @example 2 */
  readonly floorUsdPerHour: number;
}

const hour = 3_600;

interface Amount {
  readonly metric: string;
  /** The sets of labels it is told apart by, each with its name in recorded series. */
  readonly levels: Readonly<Record<string, readonly string[]>>;
  readonly factor: number;
  readonly floor: number;
}

function anomalyOf(scope: Scope, { metric, levels, factor: times, floor }: Amount): AnomalyWatch {
  return {
    kind: "anomaly",
    amount: metric.replace(/_total$/, ""),
    hourly: Object.entries(levels).map(([level, labels]) => ({
      level,
      labels,
      expr: growth(scope, metric, hour, labels),
    })),
    factor: times,
    floor,
    example: exampleSeries(scope, metric),
  };
}

const conditions = (what: string, times: number, floor: number, write: (amount: number) => string) => [
  `the last hour's ${what} are more than ${times} times those of the same hour yesterday and a week ago, whichever were more`,
  `${write(floor)} an hour are usual for anyone, also without a history: nothing below ${write(times * floor)} fires`,
  "an hour that was out of the ordinary itself is no measure; what was usual then is",
];
const tokens = (amount: number) => amount.toLocaleString("en-US");
const dollars = (amount: number) => `$${Number(amount.toPrecision(6))}`;

const money = '{{ $value | printf "%.2f" }}';

const mitigation = [
  "Stop what runs away: the loop, the batch, the key.",
  "Roll back the prompt, the retrieval or the model.",
  "If it is wanted, do nothing: by the day after tomorrow it is usual.",
];

/** A feature uses many times the tokens it used at this time of day. */
export const tokenAnomaly: GuardrailKind<TokenAnomalySpec> = {
  kind: "token-anomaly",
  alertName: "LlmTokenAnomaly",
  category: "cost",
  fields: z.strictObject({ factor, floorPerHour: positive }),
  needs: ["tokens"],
  runbook: {
    meaning: "A feature used many times the tokens of the same hour yesterday and a week ago.",
    impact: "It costs accordingly, and brings the provider's limits nearer.",
    checks: [
      "More requests, or more tokens in each? Compare both below with yesterday: add an offset of 1d.",
      "Which token_type grew: input (prompt, history, documents), output, reasoning?",
      "Is an agent or a retry in a loop? Look at the traces of the longest conversations.",
    ],
    causes: [
      "Runaway loop: an agent, a retry or a job calls again and again.",
      "Prompt or retrieval change: each request carries more.",
      "A batch, a backfill or a new customer.",
    ],
    mitigation,
  },
  words: ({ factor: times = 2, floorPerHour }, subject) => ({
    title: `more than ${times} times the usual tokens`,
    conditions: conditions("tokens", times, floorPerHour, tokens),
    summary: `${subject} used {{ $value | humanize }} tokens within an hour, far more than usual`,
    description:
      `${subject} used {{ $value | humanize }} tokens in the last hour: more than ${times} times those of the same hour yesterday and a week ago, ` +
      `where up to ${tokens(floorPerHour)} are always usual.`,
  }),
  watch: ({ factor: times = 2, floorPerHour }, scope) => {
    const { tokens: signal } = scope.source.signals;
    if (!signal) throw new Error("this guardrail needs the signal tokens");
    const { feature } = scope.source.labelNames;
    return anomalyOf(scope, {
      metric: signal.metric,
      levels: { feature: [feature] },
      factor: times,
      floor: floorPerHour,
    });
  },
};

/** A feature, or one model of it, costs many times what it cost at this time of day. */
export const spendAnomaly: GuardrailKind<SpendAnomalySpec> = {
  kind: "spend-anomaly",
  alertName: "LlmSpendAnomaly",
  category: "cost",
  fields: z.strictObject({ factor, floorUsdPerHour: positive }),
  needs: ["cost"],
  runbook: {
    meaning: "A feature, or one of its models, cost many times what it did in the same hour yesterday and a week ago.",
    impact: "Money is spent that nobody planned for.",
    checks: [
      "Does the alert name a model? Then that model is it; otherwise look which of them grew.",
      "Was a feature moved to a dearer model, or a cheaper one lost as a fallback?",
      "More requests, or dearer ones? Compare requests and cost per request with yesterday.",
    ],
    causes: [
      "Runaway loop: an agent, a retry or a job calls again and again.",
      "Model change: a dearer model, or a fallback that took over.",
      "Caching: cached prompts are no longer recognised, so that every token is paid in full.",
      "A batch, a backfill or a new customer.",
    ],
    mitigation,
  },
  words: ({ factor: times = 3, floorUsdPerHour }, subject) => ({
    title: `more than ${times} times the usual cost`,
    conditions: conditions("costs", times, floorUsdPerHour, dollars),
    summary: `${subject} cost $${money} within an hour, far more than usual`,
    description:
      `${subject} cost $${money} in the last hour: ` +
      `more than ${times} times that of the same hour yesterday and a week ago, where up to ${dollars(floorUsdPerHour)} is always usual.`,
  }),
  watch: ({ factor: times = 3, floorUsdPerHour }, scope) => {
    const { cost } = scope.source.signals;
    if (!cost) throw new Error("this guardrail needs the signal cost");
    const { feature, model } = scope.source.labelNames;
    return anomalyOf(scope, {
      metric: cost.metric,
      levels: { feature: [feature], feature_model: [feature, model] },
      factor: times,
      floor: floorUsdPerHour,
    });
  },
};
