// Whatever an app hands over, nothing is thrown into it and no series but the ones it named is touched.
import { type Call, type Contract, contract, type MetricDefinition } from "@llm-slo/metrics";
import fc from "fast-check";
import { expect, it } from "vitest";
import { app, chat, declared } from "./support/app.ts";

const circular: Record<string, unknown> = { feature: "chat" };
circular.self = circular;
const hostile = new Proxy(
  {},
  {
    get() {
      throw new Error("hostile");
    },
    ownKeys() {
      throw new Error("hostile");
    },
  },
);

/** What nobody should hand over. */
const junk = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true, withSparseArray: true }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      Number.NaN,
      -1,
      -0,
      1e308,
      Number.POSITIVE_INFINITY,
      "",
      "a,b:c",
      '\n"\\',
      null,
      undefined,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      circular,
      hostile,
      "x".repeat(100_000),
      Symbol("s"),
      9n,
      () => 1,
      "__proto__",
      "constructor",
    ),
  },
);
/** Fields with names the methods read, and junk in them. */
const named = fc.record(
  Object.fromEntries(
    "feature model provider operation stream labels evaluator result score rating check outcome relevance depth input output cacheRead cacheWrite reasoning"
      .split(" ")
      .map((field) => [field, fc.oneof(junk, fc.constantFrom("chat", "gpt-5-mini", "hallucination", "pass", 0.5, 3))]),
  ),
  { requiredKeys: [] },
);
const argument = fc.oneof(junk, named, named);

const recorders = [
  "recordEvaluation",
  "recordEvaluationBatch",
  "recordFeedback",
  "recordValidation",
  "recordTask",
  "recordCache",
  "recordRetrieval",
  "setQueueDepth",
  "budget",
  "start",
] as const;
const callMethods = [
  "firstToken",
  "retry",
  "usage",
  "cost",
  "answeredBy",
  "content",
  "end",
  "fail",
  "cancel",
  "refuse",
] as const;

const steps = fc.array(
  fc.oneof(
    fc.tuple(fc.constantFrom(...recorders), argument),
    fc.tuple(fc.constantFrom(...callMethods), argument),
    fc.tuple(fc.constantFrom("observe", "evaluationBatch"), argument),
  ),
  { minLength: 10, maxLength: 10 },
);

const runs = 1000;

it(`${(runs * 10).toLocaleString("en")} random calls throw nothing, and leave every other series as it was`, {
  timeout: 120_000,
}, async () => {
  const { llm } = app({ budgets: { search: { usd: 1 } } });
  const witness = { feature: "search", model: "claude-sonnet-5", provider: "anthropic" } as const;
  let witnessed = 0;
  let observed = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      let call: Call = llm.start(chat);
      for (const [method, value] of sequence) {
        if (method === "observe" || method === "evaluationBatch") {
          await expect(llm[method](value as never, () => "kept")).resolves.toBe("kept");
          observed++;
        } else if (method === "start") call = llm.start(value as never);
        else if ((recorders as readonly string[]).includes(method))
          (llm as never as Record<string, (v: unknown) => void>)[method]?.(value);
        else (call as never as Record<string, (v: unknown) => void>)[method]?.(value);
      }
      call.end();
      call.end();
      await llm.observe(witness, (inner) => inner.usage({ input: 10, output: 1 }));
      witnessed++;
    }),
    { numRuns: runs },
  );
  expect(observed).toBeGreaterThan(100);

  const known = new Set([
    "other",
    ...declared.features,
    ...declared.models,
    ...declared.evaluators,
    ...declared.checks,
  ]);
  for (const providers of Object.values(declared.providers)) for (const provider of providers) known.add(provider);
  for (const metric of await llm.registry.getMetricsAsJSON()) {
    const { labels: names, values: closed } = contract[metric.name as keyof Contract] as MetricDefinition;
    for (const { labels, value } of metric.values as { labels: Record<string, string>; value: number }[]) {
      expect(Number.isFinite(value) && value >= 0, `${metric.name} ${JSON.stringify(labels)} ${value}`).toBe(true);
      expect(
        Object.keys(labels)
          .filter((label) => label !== "le")
          .toSorted(),
      ).toEqual([...names].toSorted());
      if (metric.name.startsWith("llm_metrics") || metric.name === "llm_contract_info") continue;
      for (const [label, found] of Object.entries(labels)) {
        if (label !== "le") expect([...known, ...(closed?.[label] ?? [])]).toContain(found);
      }
    }
  }
  const one = async (name: string, labels: object) => {
    const metric = (await llm.registry.getSingleMetric(name)?.get()) as unknown as {
      values: { labels: object; value: number }[];
    };
    return metric.values.find((sample) => JSON.stringify(sample.labels) === JSON.stringify(labels))?.value;
  };
  expect(await one("llm_requests_total", { ...witness, status: "success" })).toBe(witnessed);
  expect(await one("llm_tokens_total", { ...witness, token_type: "input" })).toBe(witnessed * 10);
  expect(await one("llm_inflight_requests", witness)).toBe(0);
  expect(await one("llm_usage_missing_total", witness)).toBe(0);
  const dropped = (await llm.registry.getSingleMetric("llm_metrics_dropped_total")?.get()) as unknown as {
    values: { value: number }[];
  };
  expect(dropped.values.some(({ value }) => value > 0)).toBe(true);
});
