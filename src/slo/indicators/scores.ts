// The indicators of scores from 0 to 1: what evaluators gave, and how relevant retrieval was. Bad are scores of at most a bucket boundary.
import { z } from "zod";
import { bucket } from "../../promql/build.ts";
import type { ScoreSignal } from "../../sources/source.ts";
import type { Events } from "../events.ts";
import { checkBoundary, checkObjective, percentField } from "./boundary.ts";
import {
  type AtLeastSpec,
  checkEvaluated,
  type EvaluatedSpec,
  evaluatedFields,
  evaluationOf,
  judgeChecks,
} from "./evaluations.ts";
import type { Indicator, SpecProblem } from "./indicator.ts";
import { eventRate, featureSeries, type Scope } from "./scope.ts";

export interface AboveSpec<N> {
  /** Scores up to this bucket boundary are bad. @example 0.8 */
  readonly above: N;
}

function checkScore(above: number, signal: ScoreSignal | undefined): readonly SpecProblem[] {
  if (above >= 1) {
    const problem = `above ${above} no score is good`;
    return [{ id: "objective-out-of-range", field: "above", problem, instead: "Use a boundary below 1, such as 0.8." }];
  }
  return signal ? checkBoundary(String(above), signal, String, "above") : [];
}

/** The bucket counts bad events, and is there from the first score on: without it nothing is known. */
function scoreEvents(
  scope: Scope,
  signal: ScoreSignal,
  above: number,
  labels: Readonly<Record<string, string>>,
): Events {
  const [counts, buckets] = [`${signal.metric}_count`, `${signal.metric}_bucket`];
  const count = featureSeries(scope, counts, labels);
  return {
    total: eventRate(scope, counts, labels),
    bad: { kind: "required", rate: eventRate(scope, buckets, { ...labels, le: bucket(above) }) },
    examples: { good: [count], bad: [count, featureSeries(scope, buckets, { ...labels, le: String(above) })] },
  };
}

type QualityScoreSpec = AboveSpec<number> & AtLeastSpec & EvaluatedSpec & { readonly evaluator: string };

/** Share of judged items whose score is above a boundary. */
export const qualityScoreIndicator: Indicator<QualityScoreSpec> = {
  kind: "quality-score",
  alertName: "LlmQualityScoreBudgetBurn",
  category: "quality",
  fields: z.strictObject({ above: z.number(), atLeast: percentField, ...evaluatedFields }),
  needs: ["evaluations", "evaluationScore"],
  check: (spec, source) => [
    ...checkObjective("atLeast", spec.atLeast, spec.atLeast.slice(0, -1), '"80%"'),
    ...checkScore(spec.above, source.signals.evaluationScore),
    ...checkEvaluated(spec, source),
  ],
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ above, atLeast, evaluator }) => ({
    title: `${evaluator} score above ${above} for at least ${atLeast}`,
    measures: `the share of judged items to which ${evaluator} gave more than ${above}`,
    badEvents: `items to which ${evaluator} gave at most ${above}`,
    checks: [
      "Did all scores sink a little, or some a lot? Look at all buckets of the score.",
      "Did the prompt, the model, its version or a tool change?",
      ...judgeChecks,
    ],
  }),
  events: ({ above, evaluator, evaluatedEvery }, scope) => {
    const { evaluations, evaluationScore } = scope.source.signals;
    if (!evaluations || !evaluationScore) throw new Error("a quality score needs evaluations and their scores");
    return {
      ...scoreEvents(scope, evaluationScore, above, { [evaluations.nameLabel]: evaluator }),
      evaluation: evaluationOf(scope, evaluator, evaluatedEvery),
    };
  },
};

/** Share of retrievals that found something relevant enough. */
export const retrievalRelevanceIndicator: Indicator<AboveSpec<number> & AtLeastSpec> = {
  kind: "retrieval-relevance",
  alertName: "LlmRetrievalRelevanceBudgetBurn",
  category: "quality",
  fields: z.strictObject({ above: z.number(), atLeast: percentField }),
  needs: ["retrievalRelevance"],
  check: ({ above, atLeast }, { signals }) => [
    ...checkObjective("atLeast", atLeast, atLeast.slice(0, -1), '"90%"'),
    ...checkScore(above, signals.retrievalRelevance),
  ],
  objective: ({ atLeast }) => atLeast.slice(0, -1),
  words: ({ above, atLeast }) => ({
    title: `retrieval relevance above ${above} for at least ${atLeast}`,
    measures: `the share of retrievals whose relevance was above ${above}`,
    badEvents: `retrievals with a relevance of at most ${above}`,
    checks: [
      "Was the index rebuilt, emptied or left behind? Compare its document count and age with yesterday's.",
      "Did the embedding model change on one side only? Queries and documents must be embedded alike.",
      "Are people asking for something that isn't in the documents? Read some of the queries that found nothing.",
    ],
  }),
  events: ({ above }, scope) => {
    const { retrievalRelevance } = scope.source.signals;
    if (!retrievalRelevance) throw new Error("retrieval relevance needs the signal retrievalRelevance");
    return scoreEvents(scope, retrievalRelevance, above, {});
  },
};
