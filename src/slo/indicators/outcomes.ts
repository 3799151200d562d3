// The indicators that count how something turned out: format checks, tasks, ratings of users.
import { z } from "zod";
import type { OutcomesSignal } from "../../sources/source.ts";
import type { Events } from "../events.ts";
import { checkObjective, percentField } from "./boundary.ts";
import type { AtLeastSpec } from "./evaluations.ts";
import type { Indicator } from "./indicator.ts";
import { checkNamed } from "./named.ts";
import { eventRate, featureSeries, type Scope } from "./scope.ts";

/** Total: good and bad outcomes. Bad: a counter of their own; `alsoBad` are further values of the label that count as bad. */
function outcomeEvents(
  scope: Scope,
  { metric, label, good, bad }: OutcomesSignal,
  fixed: Readonly<Record<string, string>> = {},
  alsoBad: readonly string[] = [],
): Events {
  const failed = [bad, ...alsoBad];
  return {
    total: eventRate(scope, metric, { ...fixed, [label]: [good, ...failed] }),
    bad: { kind: "counted", rate: eventRate(scope, metric, { ...fixed, [label]: failed }) },
    examples: {
      good: [featureSeries(scope, metric, { ...fixed, [label]: good })],
      bad: [featureSeries(scope, metric, { ...fixed, [label]: bad })],
    },
  };
}

const checkAtLeast = (atLeast: string, example: string) =>
  checkObjective("atLeast", atLeast, atLeast.slice(0, -1), example);

/** Share of answers that pass a check of their format. */
export const formatComplianceIndicator: Indicator<AtLeastSpec & { readonly check: string }> = {
  kind: "format-compliance",
  alertName: "LlmFormatComplianceBudgetBurn",
  category: "quality",
  fields: z.strictObject({ check: z.string(), atLeast: percentField }),
  needs: ["validations"],
  check: ({ check, atLeast }, source) => [...checkAtLeast(atLeast, '"99%"'), ...checkNamed("check", check, source)],
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ check, atLeast }) => ({
    title: `${check} passed by at least ${atLeast}`,
    measures: `the share of answers that passed ${check}`,
    badEvents: `answers that failed ${check}`,
    checks: [
      "Were answers cut off? Look at output tokens per request against the limit that the calls set.",
      "Did the schema, the prompt or the model change? Structured output that was asked for in words alone breaks with a new model.",
      "Does it fail for one kind of input? Read ten of the failed answers.",
    ],
  }),
  events: ({ check }, scope) => {
    const { validations } = scope.source.signals;
    if (!validations) throw new Error("format compliance needs the signal validations");
    return outcomeEvents(scope, validations, { [validations.nameLabel]: check });
  },
};

export interface TaskCompletionSpec<P extends string> extends AtLeastSpec<P> {
  /** What tasks count as that users gave up. `ignored` leaves them out of both sides. Default `bad`. */
  readonly abandoned?: "bad" | "ignored";
}

/** Share of tasks that users brought to their end. */
export const taskCompletionIndicator: Indicator<TaskCompletionSpec<string>> = {
  kind: "task-completion",
  alertName: "LlmTaskCompletionBudgetBurn",
  category: "quality",
  fields: z.strictObject({ atLeast: percentField, abandoned: z.exactOptional(z.enum(["bad", "ignored"])) }),
  needs: ["tasks"],
  check: ({ atLeast }) => checkAtLeast(atLeast, '"90%"'),
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ atLeast, abandoned = "bad" }) => ({
    title: `task completion of at least ${atLeast}`,
    measures: `the share of tasks that were completed${abandoned === "bad" ? "" : ", abandoned ones left out"}`,
    badEvents: abandoned === "bad" ? "tasks that failed or were abandoned" : "tasks that failed",
    checks: [
      "At which step do tasks end? Follow a few of them through their traces.",
      "Do they fail or are they given up? Split them by outcome: giving up often means slow or wrong answers.",
      "Did a tool, an agent's prompt or its step limit change?",
    ],
  }),
  events: ({ abandoned = "bad" }, scope) => {
    const { tasks } = scope.source.signals;
    if (!tasks) throw new Error("task completion needs the signal tasks");
    return outcomeEvents(scope, tasks, {}, abandoned === "bad" ? [tasks.abandoned] : []);
  },
};

/** Share of ratings that are up. */
export const userFeedbackIndicator: Indicator<AtLeastSpec> = {
  kind: "user-feedback",
  alertName: "LlmUserFeedbackBudgetBurn",
  category: "quality",
  fields: z.strictObject({ atLeast: percentField }),
  needs: ["feedback"],
  check: ({ atLeast }) => checkAtLeast(atLeast, '"80%"'),
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ atLeast }) => ({
    title: `positive feedback of at least ${atLeast}`,
    measures: "the share of ratings that were up",
    badEvents: "ratings that were down",
    checks: [
      "Read what was rated down, newest first: wrong, slow, refused, or badly formatted?",
      "Did the other SLOs of the service burn at the same time? Users rate latency too.",
      "Did the rating dialogue itself change? Fewer ratings with the same complaints look like more complaints.",
    ],
  }),
  events: (_, scope) => {
    const { feedback } = scope.source.signals;
    if (!feedback) throw new Error("user feedback needs the signal feedback");
    return outcomeEvents(scope, feedback);
  },
};
