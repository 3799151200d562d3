// What a real provider can't be made to do on demand: models that follow a script.
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Tracing } from "@llm-slo/metrics";
import { describe, expect, test, vi } from "vitest";
import { aiApp, only } from "./support/ai-app.ts";
import { type Major, majors, type StreamPart } from "./support/ai-majors.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const params = { prompt: [{ role: "user", content: [{ type: "text", text: "What is the answer?" }] }] };
const text = (delta: string): StreamPart => ({ type: "text-delta", id: "1", delta });

/** A stream that makes one part each time it is asked for more. */
function scriptOf(parts: readonly StreamPart[], then: "close" | "hang" | Error = "close") {
  const pulls = { count: 0, cancelledBy: undefined as unknown };
  const stream = new ReadableStream<StreamPart>({
    pull(controller) {
      const part = parts[pulls.count++];
      if (part !== undefined) controller.enqueue(part);
      else if (then === "close") controller.close();
      else if (then !== "hang") controller.error(then);
    },
    cancel(reason) {
      pulls.cancelledBy = reason;
    },
  });
  return { stream, pulls };
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const caught = (promise: PromiseLike<unknown>): Promise<unknown> =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

function tracer(content: boolean, end: (end: unknown) => void, onRun = () => {}): Tracing {
  const run = <T>(fn: () => T): T => {
    onRun();
    return fn();
  };
  return { exemplars: false, content, start: () => ({ exemplar: undefined, run, end }) };
}

describe.each(majors)("ai $version", ({ ai, MockModel, ending }: Major) => {
  const known = { input: 10, cached: 4, output: 5, reasoning: 2 };
  const tokens = { input: 6, cache_read: 4, output: 3, reasoning: 2 };
  const finish = (word: string): StreamPart => ({ type: "finish", ...ending(word, known) });
  const plain = (methods: object) => new MockModel({ provider: "openai.chat", modelId: "gpt-5", ...methods });
  const wrapped = (methods: object, options: Parameters<typeof aiApp>[0] = {}) => {
    const app = aiApp(options);
    const middleware = app.llm.aiSdk({ feature: "chat" });
    return { ...app, middleware, model: ai.wrapLanguageModel({ model: plain(methods), middleware }) };
  };
  const streaming = (
    parts: readonly StreamPart[],
    then?: "close" | "hang" | Error,
    options?: Parameters<typeof aiApp>[0],
  ) => {
    const { stream, pulls } = scriptOf(parts, then);
    return { ...wrapped({ doStream: async () => ({ stream, request: { body: "b" }, extra: 1 }) }, options), pulls };
  };
  const generating = (
    word: string,
    usage: Parameters<typeof ending>[1] = known,
    options?: Parameters<typeof aiApp>[0],
  ) =>
    wrapped(
      {
        doGenerate: async () => ({
          content: [
            { type: "reasoning", text: "hm" },
            { type: "text", text: "4" },
            { type: "text", text: "2" },
          ],
          ...ending(word, usage),
          response: { modelId: "gpt-5-2026" },
          warnings: [],
        }),
      },
      options,
    );

  test.each([
    ["text-delta", text("4"), 1],
    ["reasoning-delta", { type: "reasoning-delta", id: "1", delta: "hm" }, 1],
    ["tool-input-delta", { type: "tool-input-delta", id: "1", delta: "{" }, 1],
    ["tool-call", { type: "tool-call", toolCallId: "1", toolName: "weather", input: "{}" }, 1],
    ["an empty delta", text(""), 0],
    ["text-start", { type: "text-start", id: "1" }, 0],
  ])("a first token: %s", async (_, part, firstTokens) => {
    const { model, seen } = streaming([{ type: "stream-start", warnings: [] }, part, finish("stop")]);
    await all((await model.doStream(params)).stream);
    expect(await seen()).toEqual(only({ requests: { success: 1 }, tokens, firstTokens }));
  });

  test("the time to the first token ends with it", async () => {
    const { model, read } = streaming([text("4"), text("2"), finish("stop")]);
    const { stream } = await model.doStream(params);
    await sleep(50);
    for await (const part of stream) if (part.type !== "finish") await sleep(100);
    const first = (await read("llm_time_to_first_token_seconds_sum"))[""] ?? 0;
    const whole = (await read("llm_request_duration_seconds_sum"))[""] ?? 0;
    expect(first).toBeGreaterThan(0.04);
    // Both pauses of the reader come after it.
    expect(whole - first).toBeGreaterThan(0.19);
  });

  test.each([
    ["stop", "success", undefined],
    ["length", "success", undefined],
    ["other", "success", undefined],
    ["content-filter", "content_filtered", "content_filter"],
    ["error", "error", "other"],
    ["interrupted", "error", "other"],
  ])("finish reason %s, whole and streamed", async (word, status, error) => {
    const whole = generating(word);
    await whole.model.doGenerate(params);
    const { model, seen } = streaming([text("4"), finish(word)]);
    await all((await model.doStream(params)).stream);
    const expected = { requests: { [status]: 1 }, errors: error === undefined ? {} : { [error]: 1 }, tokens };
    expect(await whole.seen()).toEqual(only(expected));
    expect(await seen()).toEqual(only({ ...expected, firstTokens: 1 }));
  });

  test.each([
    ["none", {}],
    ["NaN", { input: Number.NaN, output: Number.NaN }],
    ["no output", { input: 10 }],
  ])("usage that is missing: %s", async (_, usage) => {
    const { model, seen } = generating("stop", usage);
    await model.doGenerate(params);
    const counted = "output" in usage || !("input" in usage) ? {} : { input: 10 };
    expect(await seen()).toEqual(only({ requests: { success: 1 }, tokens: counted, usageMissing: 1 }));
  });

  test("a model that returns nothing it should", async () => {
    for (const result of [{}, { content: null, usage: null, finishReason: null, response: null }]) {
      const { model, seen } = wrapped({ doGenerate: async () => result }, { tracing: tracer(true, () => {}) });
      expect(await model.doGenerate(params)).toBe(result);
      expect(await seen()).toEqual(only({ requests: { success: 1 }, usageMissing: 1 }));
    }
  });

  test("what was thrown is thrown on, the very same", async () => {
    const thrown = new Error("boom");
    const { model, seen } = wrapped({
      doGenerate: () => Promise.reject(thrown),
      doStream: () => Promise.reject(thrown),
    });
    expect(await caught(model.doGenerate(params))).toBe(thrown);
    expect(await caught(model.doStream(params))).toBe(thrown);
    expect(await seen()).toEqual(only({ requests: { error: 2 }, errors: { other: 2 }, firstTokensMissing: 1 }));
  });

  test("a stream that throws throws the same, after what it gave", async () => {
    const thrown = Object.assign(new Error("boom"), { statusCode: 529 });
    const { model, seen } = streaming([text("4")], thrown);
    const { stream } = await model.doStream(params);
    const reader = stream.getReader();
    expect((await reader.read()).value).toEqual(text("4"));
    expect(await caught(reader.read())).toBe(thrown);
    expect(await caught(reader.closed)).toBe(thrown);
    expect(await seen()).toEqual(
      only({ requests: { error: 1 }, errors: { overloaded: 1 }, firstTokens: 1, usageMissing: 1 }),
    );
  });

  test("an error among the parts fails the request, whatever follows", async () => {
    const parts = [text("4"), { type: "error", error: { statusCode: 500 } }, finish("stop")];
    const { model, seen } = streaming(parts);
    const { stream, ...rest } = await model.doStream(params);
    expect(await all(stream)).toEqual(parts);
    expect(rest).toEqual({ request: { body: "b" }, extra: 1 });
    expect(await seen()).toMatchObject({ requests: { error: 1 }, errors: { server: 1 }, firstTokens: 1 });
  });

  test("a stream that ends without a finish has ended", async () => {
    const { model, seen } = streaming([text("4")]);
    await all((await model.doStream(params)).stream);
    expect(await seen()).toEqual(only({ requests: { success: 1 }, firstTokens: 1, usageMissing: 1 }));
  });

  test("a slow reader holds the model back", async () => {
    const { model, pulls } = streaming([...Array.from({ length: 50 }, () => text("4")), finish("stop")]);
    const { stream } = await model.doStream(params);
    const reader = stream.getReader();
    await sleep(20);
    // One part is the model's own to keep ready.
    expect(pulls.count).toBe(1);
    await reader.read();
    await reader.read();
    await sleep(20);
    expect(pulls.count).toBe(3);
    await reader.cancel();
  });

  test("who cancels is told to the model, even while it waits", async () => {
    const { model, pulls, seen } = streaming([text("4")], "hang");
    const reader = (await model.doStream(params)).stream.getReader();
    await reader.read();
    const pending = reader.read();
    await reader.cancel("enough");
    expect(await pending).toEqual({ done: true, value: undefined });
    expect(pulls.cancelledBy).toBe("enough");
    expect(await seen()).toEqual(
      only({ requests: { cancelled: 1 }, errors: { cancelled: 1 }, firstTokens: 1, usageMissing: 1 }),
    );
  });

  test("an abort ends a request whose model doesn't listen", async () => {
    for (const when of ["before", "after"]) {
      const { model, seen } = streaming([text("4")], "hang");
      const abort = new AbortController();
      if (when === "before") abort.abort();
      const { stream } = await model.doStream({ ...params, abortSignal: abort.signal });
      await stream.getReader().read();
      abort.abort();
      expect(await seen()).toMatchObject({ requests: { cancelled: 1 }, inFlight: 0 });
    }
  });

  test("an abort after the end changes nothing, and no listener stays", async () => {
    const { model, seen } = streaming([text("4"), finish("stop")]);
    const abort = new AbortController();
    const [added, removed] = [
      vi.spyOn(abort.signal, "addEventListener"),
      vi.spyOn(abort.signal, "removeEventListener"),
    ];
    await all((await model.doStream({ ...params, abortSignal: abort.signal })).stream);
    abort.abort();
    expect(await seen()).toEqual(only({ requests: { success: 1 }, tokens, firstTokens: 1 }));
    expect(added).toHaveBeenCalledOnce();
    expect(removed).toHaveBeenCalledWith("abort", added.mock.calls[0]?.[1]);
  });

  test("a stream nobody reads is abandoned when it is collected", async () => {
    const { model, seen } = wrapped({ doStream: async () => ({ stream: scriptOf([text("4")], "hang").stream }) });
    await (async () => {
      for (let i = 0; i < 5; i++) await model.doStream({ ...params, abortSignal: new AbortController().signal });
    })();
    expect((await seen()).inFlight).toBe(5);
    await vi.waitFor(async () => {
      collect();
      await sleep(5);
      expect(await seen()).toEqual(only({ requests: { cancelled: 5 }, errors: { abandoned: 5 } }));
    });
  });

  test("a client inside of a model is part of its request, even when it asks only once it is read", async () => {
    const { llm, seen, total } = aiApp();
    const inner = () =>
      llm.observe({ feature: "chat", model: "gpt-5" }, (call) => {
        call.firstToken();
        call.cost(9);
        call.usage({ input: 6, cacheRead: 4, output: 3, reasoning: 2 });
      });
    async function* lazily() {
      await inner();
      yield finish("stop");
    }
    const home = plain({
      doGenerate: async () => {
        await inner();
        return { content: [], ...ending("stop", known), warnings: [] };
      },
      doStream: async () => ({ stream: ReadableStream.from(lazily()) }),
    });
    const once = ai.wrapLanguageModel({ model: home, middleware: llm.aiSdk({ feature: "chat" }) });
    const twice = ai.wrapLanguageModel({ model: once, middleware: llm.aiSdk({ feature: "chat" }) });
    await once.doGenerate(params);
    expect(await seen()).toEqual(only({ requests: { success: 1 }, tokens }));
    await twice.doGenerate(params);
    await all((await twice.doStream(params)).stream);
    expect(await seen()).toMatchObject({
      requests: { success: 3 },
      tokens: { input: 18, reasoning: 6 },
      firstTokens: 0,
    });
    expect(await total("llm_cost_usd_total")).toBeLessThan(9);
  });

  test("what a model goes on to do after its answer is no part of the request", async () => {
    let later = Promise.resolve();
    const app = aiApp();
    const doGenerate = async () => {
      later = sleep(10).then(() => app.llm.observe({ feature: "chat", model: "gpt-5" }, () => {}));
      return { content: [], ...ending("stop", known), warnings: [] };
    };
    const middleware = app.llm.aiSdk({ feature: "chat" });
    await ai.wrapLanguageModel({ model: plain({ doGenerate }), middleware }).doGenerate(params);
    await later;
    expect(await app.seen()).toEqual(only({ requests: { success: 2 }, tokens, usageMissing: 1 }));
  });

  test("a model inside of an observed request adds its tokens to that, once", async () => {
    const { llm, model, seen } = generating("stop");
    const wrappedTwice = ai.wrapLanguageModel({ model, middleware: llm.aiSdk({ feature: "chat" }) });
    await llm.observe({ feature: "chat", model: "gpt-5" }, async () => wrappedTwice.doGenerate(params));
    expect(await seen()).toEqual(only({ requests: { success: 1 }, tokens }));
  });

  test("the model runs inside of its span", async () => {
    const order: string[] = [];
    const tracing = tracer(
      false,
      () => {},
      () => order.push("span"),
    );
    const doGenerate = async () => {
      order.push("model");
      return { content: [], ...ending("stop", known), warnings: [] };
    };
    await wrapped({ doGenerate }, { tracing }).model.doGenerate(params);
    expect(order).toEqual(["span", "model"]);
  });

  test("a stream that can't be looked at is passed on", async () => {
    const { stream } = scriptOf([]);
    stream.getReader();
    const told: unknown[] = [];
    const { model, seen } = wrapped({ doStream: async () => ({ stream }) }, { onError: (error) => told.push(error) });
    expect((await model.doStream(params)).stream).toBe(stream);
    expect(told).toEqual([expect.any(TypeError)]);
    expect(await seen()).toMatchObject({ requests: { success: 1 }, inFlight: 0 });
  });

  test.each([
    ["openai.responses", "openai"],
    ["azure.chat", "azure.ai.openai"],
    ["anthropic.messages", "anthropic"],
    ["google.generative-ai", "gcp.gemini"],
    ["google.vertex.chat", "gcp.vertex_ai"],
    ["vertex.anthropic.messages", "gcp.vertex_ai"],
    ["amazon-bedrock", "aws.bedrock"],
    ["mistral.chat", "mistral_ai"],
    ["xai.chat", "x_ai"],
    ["groq.chat", "groq"],
    [undefined, "openai"],
  ])("the provider of %s is %s", async (provider, expected) => {
    const { llm, read } = aiApp();
    const model = {
      ...plain({}),
      provider,
      doGenerate: async () => ({ content: [], ...ending("stop"), warnings: [] }),
    };
    await llm.aiSdk({ feature: "chat" }).wrapGenerate({ doGenerate: model.doGenerate, params, model: model as never });
    expect(await read("llm_requests_total", "provider")).toEqual({ [expected]: 1 });
  });

  test("a tracer gets content only if it asks for it, and the provider's words", async () => {
    for (const content of [true, false]) {
      const ends: unknown[] = [];
      const tracing = tracer(content, (end) => ends.push(end));
      await generating("length", known, { tracing }).model.doGenerate(params);
      const metadata = { type: "response-metadata", modelId: "gpt-5-2026" };
      const { model } = streaming(
        [metadata, text("4"), { ...text("hm"), type: "reasoning-delta" }, text("2"), finish("length")],
        "close",
        { tracing },
      );
      await all((await model.doStream(params)).stream);
      const finishReason = ai === majors[0]?.ai ? "length" : "raw length";
      const words = content ? { input: params.prompt, output: "42" } : { input: undefined, output: undefined };
      const expected = { errorType: undefined, finishReason, responseModel: "gpt-5-2026", ...words };
      expect(ends).toEqual([expect.objectContaining(expected), expect.objectContaining(expected)]);
    }
  });
});
