// The indicators that count requests by how they ended: error rate, availability, rate-limit rate.
import { type Status, statuses } from "@llm-slo/metrics/contract";
import { z } from "zod";
import type { Source } from "../../sources/source.ts";
import type { Events } from "../events.ts";
import type { Percent } from "../percent.ts";
import { checkObjective, goodPercent, percentField as percent } from "./boundary.ts";
import type { Indicator, SpecProblem } from "./indicator.ts";
import { eventRate, exampleSeries, type Scope, statusValues } from "./scope.ts";

/** Statuses a request can count as bad by. `success` is always good; `cancelled` leaves both sides. */
export const badStatuses = [
  "error",
  "timeout",
  "rate_limited",
  "content_filtered",
] as const satisfies readonly Status[];
export type BadStatus = (typeof badStatuses)[number];
const failures = ["error", "timeout", "rate_limited"] as const;

const badList = z.array(z.enum(badStatuses)).nonempty();

/** Refuses statuses that the source can't tell apart: they would count as neither good nor bad. */
function checkStatuses(
  field: string,
  wanted: readonly BadStatus[],
  { name, signals: { requests } }: Source,
): readonly SpecProblem[] {
  const published = badStatuses.filter((status) => requests?.statuses[status] !== undefined);
  const unknown = requests === undefined ? [] : wanted.filter((status) => !published.includes(status));
  return unknown.map((status) => ({
    id: "signal-not-published",
    field,
    problem: `the ${name} source doesn't tell ${status} requests apart`,
    instead: `Use ${published.join(", ")}.`,
  }));
}

function requestEvents(scope: Scope, bad: readonly BadStatus[]): Events {
  const { requests } = scope.source.signals;
  if (!requests) throw new Error("this indicator needs the signal requests");
  const { metric, label } = requests;
  const answered = statusValues(
    requests,
    statuses.filter((status) => status !== "cancelled"),
  );
  const failed = statusValues(requests, bad);
  return {
    total: eventRate(scope, metric, { [label]: answered }),
    bad: { kind: "counted", rate: eventRate(scope, metric, { [label]: failed }) },
    examples: {
      good: [exampleSeries(scope, metric, { [label]: answered[0] ?? "" })],
      bad: [exampleSeries(scope, metric, { [label]: failed[0] ?? "" })],
    },
  };
}

const list = (bad: readonly string[]) => bad.join(", ").replaceAll("_", " ");

const failureChecks = [
  "Which kind of error, of which model and provider? See the bad share and the failures below.",
  "Is one provider or model failing? Look at its status page, and at the fallback if there is one.",
  "Was something deployed: a prompt, a model, a key, a limit?",
];

export interface ErrorRateSpec {
  /** The highest share of requests that may fail. @example "1%" */
  readonly below: Percent;
  /** How a failed request may have ended. Default: error, timeout, rate_limited. */
  readonly bad?: readonly BadStatus[];
}

/** Share of ended requests that failed; cancelled ones leave both sides. */
export const errorRateIndicator: Indicator<ErrorRateSpec> = {
  kind: "error-rate",
  alertName: "LlmErrorBudgetBurn",
  category: "slo",
  fields: z.strictObject({ below: percent, bad: z.exactOptional(badList) }),
  needs: ["requests"],
  check: ({ below, bad = failures }, source) => [
    ...checkObjective("below", below, goodPercent(below), '"1%"'),
    ...checkStatuses("bad", bad, source),
  ],
  objective: ({ below }) => goodPercent(below),
  words: ({ below, bad = failures }) => ({
    title: `error rate below ${below}`,
    measures: `the share of requests that ended without failing (${list(bad)})`,
    badEvents: `failed requests (${list(bad)})`,
    checks: failureChecks,
  }),
  events: ({ bad = failures }, scope) => requestEvents(scope, bad),
};

export interface AvailabilitySpec {
  /** The share of requests that must be answered. @example "99.9%" */
  readonly atLeast: Percent;
  /** How an unanswered request may have ended. Default: error, timeout, rate_limited. */
  readonly bad?: readonly BadStatus[];
}

/** Share of ended requests that were answered: the error rate, said the other way round. */
export const availabilityIndicator: Indicator<AvailabilitySpec> = {
  kind: "availability",
  alertName: "LlmAvailabilityBudgetBurn",
  category: "slo",
  fields: z.strictObject({ atLeast: percent, bad: z.exactOptional(badList) }),
  needs: ["requests"],
  check: ({ atLeast, bad = failures }, source) => [
    ...checkObjective("atLeast", atLeast, atLeast.slice(0, -1), '"99.9%"'),
    ...checkStatuses("bad", bad, source),
  ],
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ atLeast, bad = failures }) => ({
    title: `availability of at least ${atLeast}`,
    measures: `the share of requests that were answered (not ${list(bad)})`,
    badEvents: `unanswered requests (${list(bad)})`,
    checks: failureChecks,
  }),
  events: ({ bad = failures }, scope) => requestEvents(scope, bad),
};

export interface RateLimitRateSpec {
  /** The highest share of requests that a provider may refuse with a rate limit. @example "0.1%" */
  readonly below: Percent;
}

/** Share of ended requests that were refused by a rate limit. */
export const rateLimitRateIndicator: Indicator<RateLimitRateSpec> = {
  kind: "rate-limit-rate",
  alertName: "LlmRateLimitBudgetBurn",
  category: "slo",
  fields: z.strictObject({ below: percent }),
  needs: ["requests"],
  check: ({ below }, source) => [
    ...checkObjective("below", below, goodPercent(below), '"0.1%"'),
    ...checkStatuses("below", ["rate_limited"], source),
  ],
  objective: ({ below }) => goodPercent(below),
  words: ({ below }) => ({
    title: `rate-limited requests below ${below}`,
    measures: "the share of requests that were not refused by a rate limit",
    badEvents: "rate-limited requests",
    checks: [
      "Which model and key hit the limit? Compare requests and tokens per minute with the provider's quota.",
      "Is one feature or tenant using the quota of all others? Look for a runaway loop.",
      "Are retries making it worse? See the retries below.",
    ],
  }),
  events: (_, scope) => requestEvents(scope, ["rate_limited"]),
};
