import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { aiApp, only } from "./support/ai-app.ts";
import { majors } from "./support/ai-majors.ts";
import {
  type AiProvider,
  chunks,
  completion,
  delta,
  failing,
  json,
  startAiProvider,
  streamedText,
  usageChunk,
} from "./support/ai-provider.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

let provider: AiProvider;
beforeAll(async () => {
  provider = await startAiProvider();
});
afterAll(() => provider.close());

/** What `usage` of the support file is as a partition. */
const tokens = { input: 70, cache_read: 30, output: 30, reasoning: 20 };
const prompt = "What is the answer?";
const params = { prompt: [{ role: "user", content: [{ type: "text", text: prompt }] }] };
const answered = only({ requests: { success: 1 }, tokens });
const streamed = only({ requests: { success: 1 }, tokens, firstTokens: 1 });
const schema = { type: "object", properties: { answer: { type: "number" } }, required: ["answer"] };
const toolCall = { id: "call-1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } };

const caught = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe.each(majors)("ai $version", ({ ai, createProvider }) => {
  const plainModel = (settings: object = {}) =>
    createProvider({
      name: "openai",
      baseURL: provider.baseURL,
      apiKey: "none",
      includeUsage: true,
      ...settings,
    }).chatModel("gpt-5");
  const wrapped = (settings: object = {}) => {
    const app = aiApp();
    const middleware = app.llm.aiSdk({ feature: "chat" });
    return { ...app, model: ai.wrapLanguageModel({ model: plainModel(settings), middleware }) };
  };

  test("generateText gives what it gives without, and counts tokens as a partition", async () => {
    provider.answer(completion({ content: "42", reasoning_content: "6 times 7" }));
    const { model, seen, read } = wrapped();
    const [plain, ours] = [
      await ai.generateText({ model: plainModel(), prompt }),
      await ai.generateText({ model, prompt }),
    ];
    expect(ours.text).toBe("42");
    for (const field of ["text", "reasoningText", "usage", "finishReason", "content"])
      expect(ours[field]).toEqual(plain[field]);
    expect(provider.asked[1]).toEqual(provider.asked[0]);
    expect(await seen()).toEqual(answered);
    expect(await read("llm_requests_total", "provider")).toEqual({ openai: 1 });
    expect(await read("llm_request_duration_seconds_count", "model")).toEqual({ "gpt-5": 1 });
  });

  test("streamText gives what it gives without, and measures the time to the first token", async () => {
    provider.answer(streamedText("4", "2"));
    const { model, seen } = wrapped();
    const plain = ai.streamText({ model: plainModel(), prompt });
    const ours = ai.streamText({ model, prompt });
    expect(await all(ours.textStream)).toEqual(await all(plain.textStream));
    expect(await ours.text).toBe("42");
    expect(await ours.usage).toEqual(await plain.usage);
    expect(await ours.finishReason).toBe(await plain.finishReason);
    expect(await seen()).toEqual(streamed);
  });

  test("the model's own results are deep-equal, and so is each part of a stream", async () => {
    const { model } = wrapped();
    provider.answer(completion({ content: "42", tool_calls: [toolCall] }, "tool_calls"));
    expect(await model.doGenerate(params)).toEqual(await plainModel().doGenerate(params));
    provider.answer(streamedText("4", "2"));
    const [{ stream, ...rest }, { stream: plainStream, ...plainRest }] = [
      await model.doStream({ ...params, includeRawChunks: true }),
      await plainModel().doStream({ ...params, includeRawChunks: true }),
    ];
    expect(rest).toEqual(plainRest);
    expect(await all(stream)).toEqual(await all(plainStream));
  });

  test("objects, whole and streamed", async () => {
    const { model, seen } = wrapped();
    provider.answer(completion({ content: '{"answer":42}' }), streamedText('{"answer"', ":42}"));
    const generated = await ai.generateObject({ model, prompt, schema: ai.jsonSchema(schema) });
    expect(generated.object).toEqual({ answer: 42 });
    const result = ai.streamObject({ model, prompt, schema: ai.jsonSchema(schema) });
    await all(result.partialObjectStream);
    expect(await result.object).toEqual({ answer: 42 });
    const twice = Object.fromEntries(Object.entries(tokens).map(([type, count]) => [type, count * 2]));
    expect(await seen()).toEqual(only({ requests: { success: 2 }, tokens: twice, firstTokens: 1 }));
  });

  test("each step of a tool loop is a request, whole and streamed", async () => {
    const { model, seen, total } = wrapped();
    const execute = vi.fn(async () => "sunny");
    const options = {
      model,
      prompt,
      tools: { weather: ai.tool({ description: "Weather", inputSchema: ai.jsonSchema({ type: "object" }), execute }) },
      stopWhen: ai.stepCountIs(3),
    };
    provider.answer(completion({ tool_calls: [toolCall] }, "tool_calls"), completion({ content: "It is sunny." }));
    expect((await ai.generateText(options)).text).toBe("It is sunny.");
    expect(await total("llm_requests_total")).toBe(2);

    provider.answer(
      chunks([delta({ tool_calls: [{ index: 0, ...toolCall }] }), delta({}, "tool_calls"), usageChunk()]),
      streamedText("It is sunny."),
    );
    expect(await all(ai.streamText(options).textStream)).toEqual(["It is sunny."]);
    expect(await seen()).toMatchObject({ requests: { success: 4 }, tokens: { input: 280 }, firstTokens: 2 });
    expect(execute).toHaveBeenCalledTimes(2);
  });

  test("an attempt that the SDK repeats is a request, and no retry", async () => {
    const counting = aiApp();
    const middleware = counting.llm.aiSdk({ feature: "chat" });
    const model = ai.wrapLanguageModel({ model: plainModel({ fetch: counting.llm.fetch() }), middleware });
    provider.answer(failing(503), failing(429), completion({ content: "42" }));
    expect((await ai.generateText({ model, prompt, maxRetries: 2 })).text).toBe("42");
    expect(await counting.seen()).toEqual(
      only({ requests: { error: 1, rate_limited: 1, success: 1 }, errors: { overloaded: 1, rate_limited: 1 }, tokens }),
    );
  });

  test("errors are the SDK's own", async () => {
    const { model, seen } = wrapped();
    provider.answer(failing(400));
    const [plain, ours] = [
      await caught(ai.generateText({ model: plainModel(), prompt })),
      await caught(ai.generateText({ model, prompt })),
    ];
    expect(ai.APICallError.isInstance(ours)).toBe(true);
    expect(Object.getPrototypeOf(ours)).toBe(Object.getPrototypeOf(plain));
    provider.answer(failing(500));
    expect(ai.RetryError.isInstance(await caught(ai.generateText({ model, prompt, maxRetries: 1 })))).toBe(true);
    expect(await caught(Promise.resolve(model.doStream(params)))).toMatchObject({ statusCode: 500 });
    expect(await seen()).toEqual(
      only({ requests: { error: 4 }, errors: { invalid_request: 1, server: 3 }, firstTokensMissing: 1 }),
    );
  });

  test.each([
    ["as fetch does", undefined, { cancelled: 1 }],
    ["for a reason of its own", new Error("The user left."), { cancelled: 1 }],
    ["because of a time limit", new DOMException("Too slow.", "TimeoutError"), { timeout: 1 }],
  ])("an app that aborts a stream %s", async (_, reason, requests) => {
    const { model, seen } = wrapped();
    provider.answer(chunks([delta({ content: "4" })], "hang"));
    const abort = new AbortController();
    const result = ai.streamText({ model, prompt, abortSignal: abort.signal, onError: () => {} });
    const reading = async () => {
      for await (const part of result.fullStream) if (part.type === "text-delta") abort.abort(reason);
    };
    // Versions 5 and 6 throw what isn't an AbortError.
    await caught(reading());
    await vi.waitFor(async () =>
      expect(await seen()).toEqual(only({ requests, errors: requests, firstTokens: 1, usageMissing: 1 })),
    );
    await vi.waitFor(() => expect(provider.brokenOff()).toBe(1));
  });

  test("an app that aborts before the answer", async () => {
    const { model, seen } = wrapped();
    provider.answer(() => {});
    const abortSignal = () => AbortSignal.timeout(30);
    expect(await caught(ai.generateText({ model, prompt, abortSignal: abortSignal() }))).toMatchObject({
      name: "TimeoutError",
    });
    expect(await caught(model.doStream({ ...params, abortSignal: abortSignal() }))).toMatchObject({
      name: "TimeoutError",
    });
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 30);
    expect(await caught(ai.generateText({ model, prompt, abortSignal: abort.signal }))).toMatchObject({
      name: "AbortError",
    });
    const counts = { timeout: 2, cancelled: 1 };
    expect(await seen()).toEqual(only({ requests: counts, errors: counts, firstTokensMissing: 1 }));
  });

  test("a reader that goes away early cancels the request, and the provider's stream", async () => {
    const { model, seen } = wrapped();
    provider.answer(chunks([delta({ content: "4" })], "hang"));
    const { stream } = await model.doStream(params);
    for await (const part of stream) if (part.type === "text-delta") break;
    await vi.waitFor(() => expect(provider.brokenOff()).toBe(1));
    expect(await seen()).toEqual(
      only({ requests: { cancelled: 1 }, errors: { cancelled: 1 }, firstTokens: 1, usageMissing: 1 }),
    );
  });

  test("an app that breaks off reading streamText leaves nothing in flight", async () => {
    const { model, total } = wrapped();
    provider.answer(streamedText("4", "2", "!"));
    for await (const _ of ai.streamText({ model, prompt }).textStream) break;
    await vi.waitFor(async () => expect(await total("llm_requests_total")).toBe(1));
  });

  test("an app that never reads streamText leaves nothing in flight", async () => {
    const { model, total } = wrapped();
    provider.answer(streamedText("4", "2", "!"));
    (() => void ai.streamText({ model, prompt }))();
    await vi.waitFor(async () => {
      collect();
      await sleep(5);
      expect(await total("llm_requests_total")).toBe(1);
    });
  });

  test("a provider that fails amid a stream", async () => {
    const { model, seen } = wrapped();
    provider.answer(chunks([delta({ content: "4" }), { error: { message: "full", code: "rate_limit_exceeded" } }]));
    const parts = await all((await model.doStream(params)).stream);
    expect(parts).toContainEqual(expect.objectContaining({ type: "error" }));
    expect(await seen()).toEqual(
      only({ requests: { rate_limited: 1 }, errors: { rate_limited: 1 }, firstTokens: 1, usageMissing: 1 }),
    );
  });

  test("a connection that breaks amid a stream", async () => {
    const { model, seen } = wrapped();
    provider.answer(chunks([delta({ content: "4" })], "reset"));
    const error = await caught(all((await model.doStream(params)).stream));
    expect(error).toBeInstanceOf(Error);
    expect(await seen()).toMatchObject({ requests: { error: 1 }, errors: { connection: 1 }, firstTokens: 1 });
  });

  test("an answer that the provider held back, and one that was cut at its limit", async () => {
    const { model, seen } = wrapped();
    provider.answer(
      completion({ content: "" }, "content_filter"),
      chunks([delta({ content: "4" }), delta({}, "content_filter"), usageChunk()]),
      completion({ content: "4" }, "length"),
    );
    await model.doGenerate(params);
    await all((await model.doStream(params)).stream);
    await model.doGenerate(params);
    expect(await seen()).toMatchObject({
      requests: { content_filtered: 2, success: 1 },
      errors: { content_filter: 2 },
      tokens: { output: 90 },
      usageMissing: 0,
    });
  });

  test("an answer without usage is counted, not guessed", async () => {
    const { model, seen } = wrapped();
    provider.answer(completion({ content: "42" }, "stop", null), chunks([delta({ content: "42" }), delta({}, "stop")]));
    await ai.generateText({ model, prompt });
    await all(ai.streamText({ model, prompt }).textStream);
    expect(await seen()).toEqual(only({ requests: { success: 2 }, firstTokens: 1, usageMissing: 2 }));
  });

  test.runIf(ai.wrapEmbeddingModel)("embeddings are recorded by the same middleware", async () => {
    const { llm, seen, read } = aiApp();
    const make = () =>
      createProvider({ name: "openai", baseURL: provider.baseURL, apiKey: "none" }).textEmbeddingModel("embedder");
    const model = ai.wrapEmbeddingModel?.({ model: make(), middleware: llm.aiSdk({ feature: "chat" }) });
    provider.answer(json(200, { data: [{ index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 7 } }));
    const [plain, ours] = [
      await ai.embedMany({ model: make(), values: ["a"] }),
      await ai.embedMany({ model, values: ["a"] }),
    ];
    expect(ours.embeddings).toEqual(plain.embeddings);
    expect(ours.usage).toEqual(plain.usage);
    expect(await seen()).toEqual(only({ requests: { success: 1 }, tokens: { input: 7 } }));
    expect(await read("llm_requests_total", "model")).toEqual({ embedder: 1 });
    provider.answer(failing(500));
    await caught(ai.embedMany({ model, values: ["a"], maxRetries: 0 }));
    expect(await seen()).toMatchObject({ requests: { success: 1, error: 1 } });
  });

  test("requests that run at once are told apart", async () => {
    const { model, seen } = wrapped();
    provider.answer(async (response) => {
      await sleep(Math.random() * 20);
      await streamedText("4", "2")(response);
    });
    const texts = await Promise.all(Array.from({ length: 20 }, () => ai.streamText({ model, prompt }).text));
    expect(new Set(texts)).toEqual(new Set(["42"]));
    expect(await seen()).toMatchObject({ requests: { success: 20 }, tokens: { input: 1400 }, firstTokens: 20 });
  });
});
