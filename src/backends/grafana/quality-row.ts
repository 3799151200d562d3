// How good answers are, as far as anybody judged them.
import type { ObservedHistogram, ObservedOutcomes } from "../../plan/observed-series.ts";
import { div, sub, sum } from "../../promql/build.ts";
import type { HeatmapPanel, Panel, TimeSeriesPanel } from "./dashboard.ts";
import { chosen, goodShareOf, growthOver, spread, type Watched } from "./observed-queries.ts";

const hour = 3_600;
/** Judges work in batches: an hour holds a few. */
const over = { intervalSeconds: 600, width: 12, height: 8 } as const;

export function qualityRow(watched: Watched): readonly Panel[] {
  const { evaluations, evaluationScore, retrievalRelevance, validations, tasks, feedback } = watched.observed;
  return [
    ...(evaluations ? evaluated(evaluations, watched) : []),
    ...(evaluationScore
      ? [
          scores(
            "Evaluation scores",
            "The scores that evaluators gave, 0 to 1, all evaluators together.",
            evaluationScore,
            watched,
          ),
        ]
      : []),
    ...(retrievalRelevance
      ? [
          scores(
            "Retrieval relevance",
            "How relevant what retrieval found was, 0 to 1. Low scores: documents are missing, or the search is off.",
            retrievalRelevance,
            watched,
          ),
        ]
      : []),
    ...(feedback ? [shares("User feedback", "The share of ratings that were good", feedback, watched, "liked")] : []),
    ...(validations
      ? [
          shares(
            "Validations",
            "The share of answers that passed each check of format or content",
            validations,
            watched,
            "passed",
          ),
        ]
      : []),
    ...(tasks
      ? [
          shares(
            "Tasks completed",
            "The share of tasks that users finished, neither failed nor given up",
            tasks,
            watched,
            "completed",
          ),
        ]
      : []),
  ];
}

function shares(
  title: string,
  what: string,
  outcomes: ObservedOutcomes,
  watched: Watched,
  legend: string,
): TimeSeriesPanel {
  const { name } = outcomes;
  return {
    kind: "time-series",
    title,
    description: `${what}, over the hour before. A gap: there were none in that hour.`,
    queries: [
      {
        expr: goodShareOf(outcomes, watched, hour, name === undefined ? [] : [name]),
        legend: name === undefined ? legend : `{{${name}}}`,
      },
    ],
    unit: "share",
    max: 1,
    ...over,
  };
}

function scores(title: string, what: string, histogram: ObservedHistogram, watched: Watched): HeatmapPanel {
  return {
    kind: "heatmap",
    title: `${title}, distribution`,
    description: `${what} Empty: nothing was scored.`,
    queries: [{ expr: spread(histogram, watched), legend: "{{le}}", exemplars: histogram.exemplars }],
    unit: "number",
    ...over,
    intervalSeconds: 900,
  };
}

function evaluated(evaluations: ObservedOutcomes, watched: Watched): readonly Panel[] {
  const by = evaluations.name === undefined ? [] : [evaluations.name];
  const legend = evaluations.name === undefined ? "share" : `{{${evaluations.name}}}`;
  return [
    shares("Evaluation pass rate", "The share of judged items that passed", evaluations, watched, legend),
    {
      kind: "time-series",
      title: "Failed evaluations",
      description:
        "The share of judged items that failed, by evaluator: for `hallucination` the hallucination rate. Over the hour before. A gap: nothing was judged in that hour.",
      queries: [{ expr: sub(1, goodShareOf(evaluations, watched, hour, by)), legend }],
      unit: "share",
      min: 0,
      ...over,
    },
    ...coverage(evaluations, watched),
  ];
}

function coverage(evaluations: ObservedOutcomes, watched: Watched): readonly Panel[] {
  const { requests } = watched.observed;
  if (!requests) return [];
  const by = evaluations.name === undefined ? [] : [evaluations.name];
  const judged = sum(
    growthOver(chosen(evaluations, watched, { [evaluations.label]: [...evaluations.good, ...evaluations.bad] }), hour),
    by,
  );
  const answered = sum(growthOver(chosen(requests, watched, { [requests.label]: requests.good }), hour));
  return [
    {
      kind: "time-series",
      title: "Coverage of evaluation",
      description:
        "Judged items as a share of successful requests, by evaluator, over the hour before. How much the other panels of this row can be trusted. A gap: nothing was judged, or there was nothing to judge.",
      queries: [
        { expr: { ...div(judged, answered, []), groupLeft: true }, legend: by.length > 0 ? `{{${by[0]}}}` : "judged" },
      ],
      unit: "share",
      min: 0,
      ...over,
    },
  ];
}
