// The indicators that count what an evaluator found: hallucination rate, faithfulness, pass rate of any evaluator.
import { z } from "zod";
import type { Evaluation, Events } from "../events.ts";
import type { Percent } from "../percent.ts";
import { checkObjective, goodPercent, percentField } from "./boundary.ts";
import { type Cadence, cadenceField, cadenceSeconds, checkCadence } from "./cadence.ts";
import type { Indicator, SpecProblem } from "./indicator.ts";
import { checkNamed } from "./named.ts";
import { eventRate, featureSeries, inScope, type Scope, statusValues } from "./scope.ts";

/** What every evaluated SLI says: who judges, and how often. */
export interface EvaluatedSpec {
  /** How often the evaluator judges a batch of sampled answers, 5m to 6h. Windows follow it. @example "15m" */
  readonly evaluatedEvery: Cadence;
}

export const evaluatedFields = { evaluatedEvery: cadenceField, evaluator: z.string() };

export function checkEvaluated(
  { evaluatedEvery, evaluator }: EvaluatedSpec & { readonly evaluator: string },
  source: Parameters<typeof checkNamed>[2],
): readonly SpecProblem[] {
  return [...checkCadence(evaluatedEvery), ...checkNamed("evaluator", evaluator, source)];
}

/** The heartbeat of an evaluator, and the requests it could judge. */
export function evaluationOf(scope: Scope, evaluator: string, evaluatedEvery: Cadence): Evaluation {
  const { evaluations, requests } = scope.source.signals;
  if (!evaluations) throw new Error("this indicator needs the signal evaluations");
  const { batches, nameLabel } = evaluations;
  const batch = (result: string) => ({ [nameLabel]: evaluator, [batches.label]: result });
  const [success] = requests ? statusValues(requests, ["success"]) : [];
  const request =
    requests && success !== undefined
      ? {
          selector: inScope(scope, requests.metric, { [requests.label]: statusValues(requests, ["success"]) }),
          example: featureSeries(scope, requests.metric, { [requests.label]: success }),
        }
      : undefined;
  return {
    evaluator,
    cadenceSeconds: cadenceSeconds(evaluatedEvery),
    completed: inScope(scope, batches.metric, batch(batches.completed)),
    ...(request ? { requests: request.selector } : {}),
    examples: {
      completedBatch: featureSeries(scope, batches.metric, batch(batches.completed)),
      failedBatch: featureSeries(scope, batches.metric, batch(batches.failed)),
      ...(request ? { request: request.example } : {}),
    },
  };
}

/** Total: items that passed or failed. Bad: those that failed. Items the judge itself stumbled over are on neither side. */
function judgedEvents(scope: Scope, evaluator: string, evaluatedEvery: Cadence): Events {
  const { evaluations } = scope.source.signals;
  if (!evaluations) throw new Error("this indicator needs the signal evaluations");
  const { metric, label, good, bad, nameLabel } = evaluations;
  const of = <R extends string | readonly string[]>(result: R) => ({ [nameLabel]: evaluator, [label]: result });
  return {
    total: eventRate(scope, metric, of([good, bad])),
    bad: { kind: "counted", rate: eventRate(scope, metric, of(bad)) },
    examples: {
      good: [featureSeries(scope, metric, { [nameLabel]: evaluator, [label]: good })],
      bad: [featureSeries(scope, metric, { [nameLabel]: evaluator, [label]: bad })],
    },
    evaluation: evaluationOf(scope, evaluator, evaluatedEvery),
  };
}

export const judgeChecks = [
  "Did the judge change: its prompt, its model, its threshold? Judge a few old answers again: if they fail now, it is the judge.",
  "Read ten of the failed items. Do they fail for the same reason, in one language, one topic, one customer?",
];

export interface HallucinationRateSpec<P extends string = Percent> extends EvaluatedSpec {
  /** The highest share of judged answers that may be hallucinated. @example "5%" */
  readonly below: P;
}

/** Share of judged answers that hold something their sources don't. */
export const hallucinationRateIndicator: Indicator<HallucinationRateSpec & { readonly evaluator?: string }> = {
  kind: "hallucination-rate",
  alertName: "LlmHallucinationBudgetBurn",
  category: "quality",
  fields: z.strictObject({ below: percentField, ...evaluatedFields, evaluator: z.exactOptional(z.string()) }),
  needs: ["evaluations"],
  check: ({ below, evaluatedEvery, evaluator = "hallucination" }, source) => [
    ...checkObjective("below", below, goodPercent(below), '"5%"'),
    ...checkEvaluated({ evaluatedEvery, evaluator }, source),
  ],
  objective: ({ below }) => goodPercent(below),
  words: ({ below, evaluator = "hallucination" }) => ({
    title: `hallucination rate below ${below}`,
    measures: `the share of answers judged by ${evaluator} that were not hallucinated`,
    badEvents: `answers that ${evaluator} judged hallucinated`,
    checks: [
      "Did retrieval stop finding the right documents? See its relevance below: without context, models make things up.",
      "Did the prompt, the model, its version or its temperature change?",
      ...judgeChecks,
    ],
  }),
  events: ({ evaluatedEvery, evaluator = "hallucination" }, scope) => judgedEvents(scope, evaluator, evaluatedEvery),
};

export interface AtLeastSpec<P extends string = Percent> {
  /** The share that must be good. @example "80%" */
  readonly atLeast: P;
}

/** Share of judged answers that their sources bear out. */
export const faithfulnessIndicator: Indicator<AtLeastSpec & EvaluatedSpec & { readonly evaluator?: string }> = {
  kind: "faithfulness",
  alertName: "LlmFaithfulnessBudgetBurn",
  category: "quality",
  fields: z.strictObject({ atLeast: percentField, ...evaluatedFields, evaluator: z.exactOptional(z.string()) }),
  needs: ["evaluations"],
  check: ({ atLeast, evaluatedEvery, evaluator = "faithfulness" }, source) => [
    ...checkObjective("atLeast", atLeast, atLeast.slice(0, -1), '"75%"'),
    ...checkEvaluated({ evaluatedEvery, evaluator }, source),
  ],
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ atLeast, evaluator = "faithfulness" }) => ({
    title: `faithfulness of at least ${atLeast}`,
    measures: `the share of answers judged by ${evaluator} that say what their sources say`,
    badEvents: `answers that ${evaluator} judged unfaithful to their sources`,
    checks: [
      "Does the retrieved context still reach the prompt? A template change or a cut-off at the context window drops it in silence.",
      "Was the index rebuilt, or did the documents change? See the relevance below.",
      "Did the prompt, the model or its version change?",
      ...judgeChecks,
    ],
  }),
  events: ({ evaluatedEvery, evaluator = "faithfulness" }, scope) => judgedEvents(scope, evaluator, evaluatedEvery),
};

/** Share of judged items that an evaluator let pass. */
export const evaluationPassRateIndicator: Indicator<AtLeastSpec & EvaluatedSpec & { readonly evaluator: string }> = {
  kind: "evaluation-pass-rate",
  alertName: "LlmEvaluationPassBudgetBurn",
  category: "quality",
  fields: z.strictObject({ atLeast: percentField, ...evaluatedFields }),
  needs: ["evaluations"],
  check: (spec, source) => [
    ...checkObjective("atLeast", spec.atLeast, spec.atLeast.slice(0, -1), '"80%"'),
    ...checkEvaluated(spec, source),
  ],
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ atLeast, evaluator }) => ({
    title: `${evaluator} pass rate of at least ${atLeast}`,
    measures: `the share of judged items that passed ${evaluator}`,
    badEvents: `items that failed ${evaluator}`,
    checks: ["Did the prompt, the model, its version or a tool change?", ...judgeChecks],
  }),
  events: ({ evaluator, evaluatedEvery }, scope) => judgedEvents(scope, evaluator, evaluatedEvery),
};
