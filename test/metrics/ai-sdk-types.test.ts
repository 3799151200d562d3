// Read by tsc: one middleware has to be of the type that each version of the AI SDK asks for.
import { createLlmMetrics, type LlmMetrics } from "@llm-slo/metrics";
import { declareMetrics } from "@llm-slo/metrics/contract";
import type * as ai5 from "ai-5";
import type * as ai6 from "ai-6";
import type * as ai7 from "ai-7";
import { Registry } from "prom-client";
import { expect, expectTypeOf, test } from "vitest";

type Middleware = ReturnType<LlmMetrics["aiSdk"]>;

test("one middleware is of the type that each version of the AI SDK asks for", () => {
  expectTypeOf<Middleware>().toExtend<ai5.LanguageModelMiddleware>();
  expectTypeOf<Middleware>().toExtend<ai6.LanguageModelMiddleware>();
  expectTypeOf<Middleware>().toExtend<ai7.LanguageModelMiddleware>();
  expectTypeOf<Middleware>().toExtend<ai6.EmbeddingModelMiddleware>();
  expectTypeOf<Middleware>().toExtend<ai7.EmbeddingModelMiddleware>();

  expectTypeOf<Middleware>().toExtend<Parameters<typeof ai5.wrapLanguageModel>[0]["middleware"]>();
  expectTypeOf<Middleware>().toExtend<Parameters<typeof ai6.wrapLanguageModel>[0]["middleware"]>();
  expectTypeOf<Middleware>().toExtend<Parameters<typeof ai7.wrapLanguageModel>[0]["middleware"]>();
});

test("it says so at run time too", () => {
  const metrics = declareMetrics({ features: ["chat"], models: { "gpt-5": "openai" } });
  const llm = createLlmMetrics({ metrics, registry: new Registry() });
  const middleware: ai6.LanguageModelMiddleware = llm.aiSdk({ feature: "chat" });
  expect(middleware).toMatchObject({ specificationVersion: "v3", middlewareVersion: "v2" });
});
