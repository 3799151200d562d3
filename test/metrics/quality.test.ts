import { describe, expect, it } from "vitest";
import { app } from "./support/app.ts";

describe("recordEvaluation", () => {
  it("counts the item and its score", async () => {
    const { llm, value } = app();
    llm.recordEvaluation({ feature: "chat", evaluator: "hallucination", result: "fail", score: 0.3 });
    llm.recordEvaluation({ feature: "chat", evaluator: "hallucination", result: "pass", score: 0.9 });
    llm.recordEvaluation({ feature: "chat", evaluator: "hallucination", result: "error" });
    const labels = { feature: "chat", evaluator: "hallucination" };
    for (const result of ["pass", "fail", "error"])
      expect(await value("llm_eval_runs_total", { ...labels, result })).toBe(1);
    expect(await value("llm_eval_score_count", labels)).toBe(2);
    expect(await value("llm_eval_score_sum", labels)).toBeCloseTo(1.2, 9);
  });

  it.each([Number.NaN, -0.1, 1.1, Number.POSITIVE_INFINITY, "0.5", null])(
    "drops the score %j and counts it",
    async (score) => {
      const { llm, value } = app();
      llm.recordEvaluation({ feature: "chat", evaluator: "hallucination", result: "pass", score: score as number });
      expect(await value("llm_eval_score_count", { feature: "chat", evaluator: "hallucination" })).toBe(0);
      expect(await value("llm_metrics_dropped_total", { metric: "llm_eval_score" })).toBe(1);
      expect(await value("llm_eval_runs_total", { feature: "chat", evaluator: "hallucination", result: "pass" })).toBe(
        1,
      );
    },
  );

  it("records an evaluator nobody declared as other, and drops a result the contract doesn't know", async () => {
    const { llm, nonZero } = app();
    llm.recordEvaluation({ feature: "chat", evaluator: "vibes" as "hallucination", result: "pass" });
    llm.recordEvaluation({ feature: "chat", evaluator: "hallucination", result: "maybe" as "pass" });
    expect(await nonZero()).toEqual([
      'llm_eval_runs_total{feature="chat",evaluator="other",result="pass"} 1',
      'llm_metrics_capped_total{label="evaluator"} 1',
      'llm_metrics_dropped_total{metric="llm_eval_runs_total"} 1',
    ]);
  });
});

describe("the heartbeat of an evaluator", () => {
  const batch = { feature: "chat", evaluator: "hallucination" } as const;

  it("counts runs, empty ones too, and hands on what they return", async () => {
    const { llm, value } = app();
    expect(await llm.evaluationBatch(batch, async () => 7)).toBe(7);
    expect(await llm.evaluationBatch(batch, () => undefined)).toBeUndefined();
    expect(await value("llm_eval_batches_total", { ...batch, result: "completed" })).toBe(2);
  });

  it("counts a batch that names nothing as other, and hands on what it returns", async () => {
    const { llm, value } = app();
    expect(await llm.evaluationBatch(null as never, () => 7)).toBe(7);
    expect(await value("llm_eval_batches_total", { feature: "other", evaluator: "other", result: "completed" })).toBe(
      1,
    );
  });

  it("counts a run that failed as an error, and throws on", async () => {
    const { llm, value } = app();
    const error = new Error("judge down");
    await expect(llm.evaluationBatch(batch, () => Promise.reject(error))).rejects.toBe(error);
    expect(await value("llm_eval_batches_total", { ...batch, result: "error" })).toBe(1);
    expect(await value("llm_eval_batches_total", { ...batch, result: "completed" })).toBe(0);
  });
});

describe("the other counters", () => {
  it("count feedback, validations, tasks, cache, retrieval and the queue", async () => {
    const { llm, nonZero } = app();
    llm.recordFeedback({ feature: "chat", rating: "down" });
    llm.recordValidation({ feature: "chat", check: "json_schema", result: "fail" });
    llm.recordTask({ feature: "chat", outcome: "abandoned" });
    llm.recordCache({ feature: "chat", result: "hit" });
    llm.recordRetrieval({ feature: "chat", relevance: [0.8, 0.4, 2] });
    llm.recordRetrieval({ feature: "search", relevance: 1 });
    llm.setQueueDepth({ feature: "chat", depth: 3 });
    llm.setQueueDepth({ feature: "search", depth: -1 });
    expect((await nonZero()).toSorted()).toEqual([
      'llm_cache_requests_total{feature="chat",result="hit"} 1',
      'llm_metrics_dropped_total{metric="llm_queue_depth"} 1',
      'llm_metrics_dropped_total{metric="llm_retrieval_relevance_score"} 1',
      'llm_output_validations_total{feature="chat",check="json_schema",result="fail"} 1',
      'llm_queue_depth{feature="chat"} 3',
      'llm_retrieval_relevance_score_count{feature="chat"} 2',
      'llm_retrieval_relevance_score_count{feature="search"} 1',
      'llm_retrieval_relevance_score_sum{feature="chat"} 1.2000000000000002',
      'llm_retrieval_relevance_score_sum{feature="search"} 1',
      'llm_tasks_total{feature="chat",outcome="abandoned"} 1',
      'llm_user_feedback_total{feature="chat",rating="down"} 1',
    ]);
  });

  it("start at 0 for everything declared, so that the first event is seen", async () => {
    const { value } = app();
    expect(await value("llm_eval_runs_total", { feature: "search", evaluator: "hallucination", result: "fail" })).toBe(
      0,
    );
    expect(
      await value("llm_eval_batches_total", { feature: "search", evaluator: "hallucination", result: "error" }),
    ).toBe(0);
    expect(await value("llm_eval_score_count", { feature: "search", evaluator: "hallucination" })).toBe(0);
    expect(await value("llm_user_feedback_total", { feature: "chat", rating: "up" })).toBe(0);
    expect(await value("llm_output_validations_total", { feature: "chat", check: "json_schema", result: "pass" })).toBe(
      0,
    );
    expect(await value("llm_tasks_total", { feature: "chat", outcome: "completed" })).toBe(0);
    expect(await value("llm_cache_requests_total", { feature: "chat", result: "miss" })).toBe(0);
    expect(await value("llm_retrieval_relevance_score_count", { feature: "chat" })).toBe(0);
    expect(await value("llm_metrics_capped_total", { label: "feature" })).toBe(0);
    expect(await value("llm_metrics_dropped_total", { metric: "llm_eval_score" })).toBe(0);
  });
});
