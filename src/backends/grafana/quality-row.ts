// How good answers are, as far as anybody judged them.
import type { ObservedHistogram, ObservedOutcomes } from "../../plan/observed-series.ts";
import { div, sub, sum } from "../../promql/build.ts";
import type { HeatmapPanel, Panel, TimeSeriesPanel } from "./dashboard.ts";
import { chosen, goodShareOf, growthOf, spread, type Watched } from "./observed-queries.ts";

/** Judges work in batches: an hour holds a few. */
const hourly = { intervalSeconds: 3_600, timeFrom: "24h", width: 12, height: 8 } as const;

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
    description: `${what}, of each hour, or each longer time where the graph is wide. A gap: there were none in it.`,
    queries: [
      {
        expr: goodShareOf(outcomes, watched, name === undefined ? [] : [name]),
        legend: name === undefined ? legend : `{{${name}}}`,
      },
    ],
    unit: "share",
    max: 1,
    ...hourly,
  };
}

function scores(title: string, what: string, histogram: ObservedHistogram, watched: Watched): HeatmapPanel {
  return {
    kind: "heatmap",
    title: `${title}, distribution`,
    description: `${what} Empty: nothing was scored.`,
    queries: [{ expr: spread(histogram, watched), legend: "{{le}}", exemplars: histogram.exemplars }],
    unit: "number",
    intervalSeconds: 1_800,
    timeFrom: "6h",
    width: 12,
    height: 8,
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
        "The share of judged items that failed, by evaluator: for `hallucination` the hallucination rate. Of each hour. A gap: nothing was judged in it.",
      queries: [{ expr: sub(1, goodShareOf(evaluations, watched, by)), legend }],
      unit: "share",
      min: 0,
      ...hourly,
    },
    ...coverage(evaluations, watched),
  ];
}

function coverage(evaluations: ObservedOutcomes, watched: Watched): readonly Panel[] {
  const { requests } = watched.observed;
  if (!requests) return [];
  const by = evaluations.name === undefined ? [] : [evaluations.name];
  const judged = sum(
    growthOf(chosen(evaluations, watched, { [evaluations.label]: [...evaluations.good, ...evaluations.bad] })),
    by,
  );
  const answered = sum(growthOf(chosen(requests, watched, { [requests.label]: requests.good })));
  return [
    {
      kind: "time-series",
      title: "Coverage of evaluation",
      description:
        "Judged items as a share of successful requests, by evaluator, of each hour. How much the other panels of this row can be trusted. A gap: nothing was judged, or there was nothing to judge.",
      queries: [
        { expr: { ...div(judged, answered, []), groupLeft: true }, legend: by.length > 0 ? `{{${by[0]}}}` : "judged" },
      ],
      unit: "share",
      min: 0,
      ...hourly,
    },
  ];
}
