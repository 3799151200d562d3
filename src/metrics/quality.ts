// Everything an app counts beside its requests: evaluations, feedback, validations, tasks, caches, retrieval, queues.
import {
  type CounterName,
  contract,
  type DroppedMetric,
  type HistogramName,
  type MetricDefinition,
  type MetricName,
} from "./contract.ts";
import type { DeclaredMetrics } from "./declare.ts";
import type { LabelValues } from "./label-values.ts";
import type { SeriesLabels, Store } from "./store.ts";

type Values<M extends CounterName, Label extends string> = (typeof contract)[M] extends {
  readonly values: { readonly [K in Label]: readonly (infer V)[] };
}
  ? V
  : never;

/** A verdict on one item: an answer that an evaluator judged. */
export interface Evaluation<F extends string = string, E extends string = string> {
  readonly feature: F;
  readonly evaluator: E;
  /** `error` is a judge that failed, never a bad answer. */
  readonly result: Values<"llm_eval_runs_total", "result">;
  /** From 0, the worst, to 1. Leave it out where the judge gives none. */
  readonly score?: number | undefined;
}

/** What an app records beside its requests. Nothing here throws; what can't be recorded is dropped and counted. */
export interface QualityRecorder<F extends string = string, E extends string = string, C extends string = string> {
  /**
   * Counts an item that was judged, and its score.
   * @example llm.recordEvaluation({ feature: "rag_pipeline", evaluator: "hallucination", result: "pass", score: 0.9 });
   */
  recordEvaluation(evaluation: Evaluation<F, E>): void;
  /** Counts a run of an evaluator, also one that found nothing to judge: its heartbeat. Without it, an evaluator that stopped looks like one without complaints. */
  recordEvaluationBatch(batch: {
    readonly feature: F;
    readonly evaluator: E;
    readonly result: Values<"llm_eval_batches_total", "result">;
  }): void;
  /**
   * Runs an evaluator and counts the run as completed, or as an error if it throws, which it does on.
   * @example await llm.evaluationBatch({ feature: "rag_pipeline", evaluator: "hallucination" }, () => judgeAll(samples));
   */
  evaluationBatch<T>(batch: { readonly feature: F; readonly evaluator: E }, fn: () => T | Promise<T>): Promise<T>;
  /** Counts a rating that a user gave. @example llm.recordFeedback({ feature: "rag_pipeline", rating: "up" }) */
  recordFeedback(feedback: { readonly feature: F; readonly rating: Values<"llm_user_feedback_total", "rating"> }): void;
  /**
   * Counts a check of an answer's format or content.
   * @example llm.recordValidation({ feature: "rag_pipeline", check: "json_schema", result: "fail" });
   */
  recordValidation(validation: {
    readonly feature: F;
    readonly check: C;
    readonly result: Values<"llm_output_validations_total", "result">;
  }): void;
  /** Counts a task that a user set out to do, when it ends. @example llm.recordTask({ feature: "rag_pipeline", outcome: "completed" }) */
  recordTask(task: { readonly feature: F; readonly outcome: Values<"llm_tasks_total", "outcome"> }): void;
  /** Counts a look-up in the app's own cache of answers. @example llm.recordCache({ feature: "rag_pipeline", result: "hit" }) */
  recordCache(lookup: { readonly feature: F; readonly result: Values<"llm_cache_requests_total", "result"> }): void;
  /**
   * Records the relevance, 0 to 1, of what retrieval found for one request: of its best document, or of each.
   * @example llm.recordRetrieval({ feature: "rag_pipeline", relevance: documents.map(({ score }) => score) });
   */
  recordRetrieval(retrieval: { readonly feature: F; readonly relevance: number | readonly number[] }): void;
  /** Says how many requests wait for their turn now. @example llm.setQueueDepth({ feature: "rag_pipeline", depth: queue.size }) */
  setQueueDepth(queue: { readonly feature: F; readonly depth: number }): void;
}

export interface QualityOptions {
  readonly declared: DeclaredMetrics;
  readonly store: Store;
  readonly values: LabelValues;
  readonly onDropped: (metric: DroppedMetric) => void;
  readonly onError: (error: unknown) => void;
}

const recorded = [
  "llm_cache_requests_total",
  "llm_eval_batches_total",
  "llm_eval_runs_total",
  "llm_eval_score",
  "llm_output_validations_total",
  "llm_retrieval_relevance_score",
  "llm_tasks_total",
  "llm_user_feedback_total",
] as const satisfies readonly MetricName[];

type Given = Readonly<Record<string, unknown>>;

/** The values that the contract itself gives a label of a metric. */
function closedValues(metric: MetricName, label: string): readonly string[] | undefined {
  return (contract[metric] as MetricDefinition).values?.[label];
}

/** Starts every series of these metrics that the declaration foresees. */
function startDeclared({ declared, store }: QualityOptions): void {
  const declaredValues: Readonly<Record<string, readonly string[]>> = {
    feature: declared.features,
    evaluator: declared.evaluators,
    check: declared.checks,
  };
  for (const metric of recorded) {
    const sets = contract[metric].labels.reduce<readonly SeriesLabels[]>(
      (all, label) =>
        (closedValues(metric, label) ?? declaredValues[label] ?? []).flatMap((value) =>
          all.map((labels) => ({ ...labels, [label]: value })),
        ),
      [{}],
    );
    for (const labels of sets) store.start(metric, Object.freeze(labels));
  }
}

/** Makes the recorder, with all declared series at 0. */
export function qualityRecorder(options: QualityOptions): QualityRecorder {
  const { store, values, onDropped, onError } = options;
  /** The labels of a series, with declared values or `other`; undefined where a value isn't one of the contract's. */
  const labelsOf = (metric: MetricName, given: Given): SeriesLabels | undefined => {
    const labels: Record<string, string> = {};
    for (const label of contract[metric].labels) {
      const closed = closedValues(metric, label);
      const value = given[label];
      if (closed === undefined) labels[label] = values.admit(label, value);
      else if (closed.includes(value as string)) labels[label] = value as string;
      else return undefined;
    }
    return Object.freeze(labels);
  };
  const safely = (change: () => void): void => {
    try {
      change();
    } catch (error) {
      onError(error);
    }
  };
  const write = (
    metric: DroppedMetric,
    given: Given,
    value: unknown,
    max: number,
    change: (labels: SeriesLabels, value: number) => void,
  ): void => {
    const labels = labelsOf(metric, given);
    if (labels === undefined || typeof value !== "number" || !(value >= 0 && value <= max)) {
      onDropped(metric);
      return;
    }
    store.start(metric, labels);
    change(labels, value);
  };
  const add = (metric: DroppedMetric & CounterName, given: object) =>
    write(metric, given as Given, 1, 1, (labels) => store.add[metric](labels, 1));
  const score = (metric: DroppedMetric & HistogramName, given: object, value: unknown) =>
    write(metric, given as Given, value, 1, (labels, sound) => store.observe[metric](labels, sound));
  const counter = (metric: DroppedMetric & CounterName) => (event: object) => safely(() => add(metric, event));

  safely(() => startDeclared(options));

  return {
    recordEvaluation: (evaluation) =>
      safely(() => {
        add("llm_eval_runs_total", evaluation);
        if (evaluation.score !== undefined) score("llm_eval_score", evaluation, evaluation.score);
      }),
    recordEvaluationBatch: counter("llm_eval_batches_total"),
    async evaluationBatch(batch, fn) {
      const record = (result: "completed" | "error") =>
        safely(() => add("llm_eval_batches_total", { ...batch, result }));
      let judged: Awaited<ReturnType<typeof fn>>;
      try {
        judged = await fn();
      } catch (error) {
        record("error");
        throw error;
      }
      record("completed");
      return judged;
    },
    recordFeedback: counter("llm_user_feedback_total"),
    recordValidation: counter("llm_output_validations_total"),
    recordTask: counter("llm_tasks_total"),
    recordCache: counter("llm_cache_requests_total"),
    recordRetrieval: (retrieval) =>
      safely(() => {
        const { relevance } = retrieval;
        for (const value of Array.isArray(relevance) ? relevance : [relevance]) {
          score("llm_retrieval_relevance_score", retrieval, value);
        }
      }),
    setQueueDepth: (queue) =>
      safely(() => {
        write("llm_queue_depth", queue, queue.depth, Number.MAX_SAFE_INTEGER, store.set.llm_queue_depth);
      }),
  };
}
