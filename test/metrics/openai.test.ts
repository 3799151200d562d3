import OpenAI7, { AzureOpenAI as Azure7 } from "openai";
import OpenAI6, { AzureOpenAI as Azure6 } from "openai-6";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { app, chat } from "./support/app.ts";
import { type FakeProvider, fakeProvider, type Json, type Scripted } from "./support/fake-provider.ts";
import {
  chunk,
  completion,
  embedding,
  failure,
  response,
  responseEvents,
  responseStream,
  streamed,
} from "./support/openai-answers.ts";
import { collectUntil, compare, outcome, readAll } from "./support/sdk-clients.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await fakeProvider();
});
beforeEach(() => provider.begin());
afterAll(() => provider.close());

const ask = { model: "gpt-5-mini", messages: [{ role: "user" as const, content: "6 times 7?" }] };
const askStream = { ...ask, stream: true as const };
const tokens = [
  'llm_tokens_total{feature="chat",model="gpt-5-mini",provider="openai",token_type="cache_read"} 200',
  'llm_tokens_total{feature="chat",model="gpt-5-mini",provider="openai",token_type="input"} 800',
  'llm_tokens_total{feature="chat",model="gpt-5-mini",provider="openai",token_type="output"} 60',
  'llm_tokens_total{feature="chat",model="gpt-5-mini",provider="openai",token_type="reasoning"} 40',
];

describe.each([
  ["openai 7", OpenAI7, Azure7],
  ["openai 6", OpenAI6 as unknown as typeof OpenAI7, Azure6 as unknown as typeof Azure7],
])("%s", (_, OpenAI, AzureOpenAI) => {
  const client = (options: object = {}) =>
    new OpenAI({ apiKey: "key", baseURL: `${provider.url}/v1`, maxRetries: 2, ...options });
  const wrapped = (recorded = app(), options: object = {}) => ({
    ...recorded,
    openai: recorded.llm.openai(client(options), { feature: "chat" }),
  });
  const same = <T>(script: readonly Scripted[], use: (openai: OpenAI7) => T | Promise<T>, options: object = {}) =>
    compare(
      { provider, client: () => client(options), wrap: ({ llm }, bare) => llm.openai(bare, { feature: "chat" }) },
      script,
      use,
    );
  const tokensOf = async (recorded: ReturnType<typeof app>) =>
    (await recorded.nonZero()).filter((line) => line.startsWith("llm_tokens_total")).sort();
  const status = async (recorded: ReturnType<typeof app>, name: string, errorType?: string) => {
    expect(await recorded.value("llm_requests_total", { ...chat, status: name })).toBe(1);
    if (errorType) expect(await recorded.value("llm_errors_total", { ...chat, error_type: errorType })).toBe(1);
    const all = (await recorded.nonZero()).filter((line) => line.startsWith("llm_requests_total"));
    expect(all).toHaveLength(1);
    expect(await recorded.value("llm_inflight_requests", chat)).toBe(0);
  };

  describe("the client", () => {
    it("is the same object, of the same class, and patched once", async () => {
      const { llm, value } = app();
      const bare = client();
      const { create } = bare.chat.completions;
      const openai = llm.openai(bare, { feature: "chat" });
      expect(openai).toBe(bare);
      expect(openai).toBeInstanceOf(OpenAI);
      expect(openai.chat.completions.create).not.toBe(create);
      const patched = openai.chat.completions.create;
      expect(llm.openai(openai, { feature: "chat" }).chat.completions.create).toBe(patched);
      provider.script(completion());
      await openai.chat.completions.create(ask);
      expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
    });

    it("passes its recording on to the clones of withOptions", async () => {
      const { openai, value } = wrapped();
      provider.script(completion(), completion());
      const clone = openai.withOptions({ maxRetries: 0 });
      expect(clone).toBeInstanceOf(OpenAI);
      expect(clone).not.toBe(openai);
      await clone.chat.completions.create(ask);
      await clone.withOptions({ fetch: globalThis.fetch }).chat.completions.create(ask);
      expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
    });

    it("is left as it is where it can't be patched", async () => {
      const { llm, errors } = app();
      const frozen = client();
      Object.freeze(frozen.embeddings);
      const before = frozen.chat.completions.create;
      expect(llm.openai(frozen, { feature: "chat" })).toBe(frozen);
      expect(frozen.chat.completions.create).toBe(before);
      const stranger = { chat: {} };
      expect(llm.openai(stranger, { feature: "chat" })).toBe(stranger);
      expect(llm.openai(null as unknown as object, { feature: "chat" })).toBe(null);
      expect(errors).toHaveLength(3);
    });

    it("asks a function for the feature of each request", async () => {
      const { llm, value } = app();
      let feature: "chat" | "search" = "chat";
      const openai = llm.openai(client(), () => ({ feature }));
      provider.script(completion(), completion());
      await openai.chat.completions.create(ask);
      feature = "search";
      await openai.chat.completions.create(ask);
      expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
      expect(await value("llm_requests_total", { ...chat, feature: "search", status: "success" })).toBe(1);
    });

    it("adds to a request that is observed already, and isn't counted again", async () => {
      const { llm, openai, value, nonZero } = wrapped();
      provider.script(streamed(), completion());
      await llm.observe({ feature: "search", model: "gpt-5-mini" }, async () => {
        const stream = await openai.chat.completions.create(askStream);
        const iterator = stream[Symbol.asyncIterator]();
        while ((await iterator.next()).done !== true);
        await iterator.next();
        await openai.chat.completions.create(ask).withResponse();
      });
      expect(await value("llm_tokens_total", { ...chat, feature: "search", token_type: "input" })).toBe(1600);
      expect((await nonZero()).filter((line) => line.startsWith("llm_requests_total"))).toHaveLength(1);
    });
  });

  describe("a chat completion", () => {
    it("is recorded with its tokens, and returned as it was", async () => {
      const recorded = await same([completion()], async (openai) => {
        const promise = openai.chat.completions.create(ask);
        return [promise.constructor.name, Object.keys(promise).sort(), await promise];
      });
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
      expect(await recorded.value("llm_request_duration_seconds_count", chat)).toBe(1);
      expect(await recorded.value("llm_cost_per_request_usd_count", chat)).toBe(1);
      expect(await recorded.value("llm_time_to_first_token_seconds_count", chat)).toBe(0);
      expect(recorded.sent).toEqual([ask]);
    });

    it("keeps withResponse, asResponse, parse, finally, _request_id and _thenUnwrap", async () => {
      const recorded = await same(
        [completion(), completion(), completion(), completion(), completion()],
        async (openai) => {
          const { data, response, request_id } = await openai.chat.completions.create(ask).withResponse();
          const promise = openai.chat.completions.create(ask);
          const both = [await promise, await promise];
          const raw = await openai.chat.completions.create(ask).asResponse();
          const unwrapped = (openai.chat.completions.create(ask) as Json)._thenUnwrap((answer: Json) => answer.choices);
          let done = false;
          const last = await openai.chat.completions.create(ask).finally(() => {
            done = true;
          });
          return [
            data,
            (data as Json)._request_id,
            response.status,
            request_id,
            both[0] === both[1],
            await raw.json(),
            unwrapped instanceof Promise,
            await unwrapped,
            done,
            last,
          ];
        },
      );
      expect(recorded.result[1]).toBe("req_1");
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(5);
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
      expect(await recorded.value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(4 * 800);
    });

    it("counts a raw response as a success whose tokens are missing", async () => {
      const recorded = await same([completion()], async (openai) => {
        const raw = await openai.chat.completions.create(ask).asResponse();
        return [raw.status, raw.bodyUsed, await raw.text()];
      });
      await status(recorded, "success");
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
      expect(await tokensOf(recorded)).toEqual([]);
    });

    it("keeps the helper that parses", async () => {
      const response_format = { type: "json_schema" as const, json_schema: { name: "n", schema: {}, strict: true } };
      const recorded = await same(
        [completion({ content: "[42]" }), completion({ content: "[42]" })],
        async (openai) => [
          await openai.chat.completions.parse({ ...ask, response_format }),
          (await openai.chat.completions.parse({ ...ask, response_format }).withResponse()).data.choices[0]?.message
            .parsed,
        ],
      );
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
      expect(await recorded.value("llm_tokens_total", { ...chat, token_type: "output" })).toBe(120);
    });

    it("records what the helper that parses rejects, by what the model answered", async () => {
      const response_format = { type: "json_schema" as const, json_schema: { name: "n", schema: {}, strict: true } };
      const recorded = await same([completion({ content: "[4" }, {}, "length")], (openai) =>
        openai.chat.completions.parse({ ...ask, response_format }),
      );
      expect(recorded.result).toBeInstanceOf(Error);
      await status(recorded, "success");
    });

    it("records every step of runTools", async () => {
      const call = { id: "c", type: "function", function: { name: "multiply", arguments: "{}" } };
      const recorded = await same([completion({ tool_calls: [call] }, {}, "tool_calls"), completion()], (openai) =>
        openai.chat.completions
          .runTools({
            ...ask,
            tools: [
              {
                type: "function",
                function: { name: "multiply", description: "", parameters: {}, function: () => "42" },
              },
            ],
          })
          .finalContent(),
      );
      expect(recorded.result).toBe("42");
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
    });

    it.each([
      ["length", completion({}, {}, "length"), "success", undefined],
      ["content_filter", completion({ content: null }, {}, "content_filter"), "content_filtered", "content_filter"],
      ["a refusal", completion({ content: null, refusal: "No." }), "content_filtered", "refusal"],
    ])("ends by %s", async (_name, script, name, errorType) => {
      const recorded = await same([script], (openai) => openai.chat.completions.create(ask));
      await status(recorded, name, errorType);
      expect(await tokensOf(recorded)).toEqual(tokens);
    });

    it.each([
      ["null", null],
      ["no numbers", { prompt_tokens: null, completion_tokens: "7" }],
    ])("survives usage that is %s", async (_name, usage) => {
      const recorded = await same([completion({}, { usage })], (openai) => openai.chat.completions.create(ask));
      await status(recorded, "success");
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
      expect(await recorded.value("llm_unpriced_requests_total", chat)).toBe(1);
      expect(await recorded.nonZero()).not.toContain("Nan");
    });

    it("survives an answer that is none", async () => {
      const recorded = await same([{ text: "hello" }, { json: [] }], async (openai) => [
        await openai.chat.completions.create(ask),
        await openai.chat.completions.create(ask),
      ]);
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
    });

    it("counts an unknown model as other, unpriced", async () => {
      const other = { feature: "chat", model: "other", provider: "other" };
      const body = { ...ask, model: "ft:own:acme::1" };
      const recorded = await same([completion({}, { model: "own" })], (openai) => openai.chat.completions.create(body));
      expect(await recorded.value("llm_requests_total", { ...other, status: "success" })).toBe(1);
      expect(await recorded.value("llm_unpriced_requests_total", other)).toBe(1);
    });

    it("leaves a body that isn't one to the SDK", async () => {
      const { openai, nonZero } = wrapped();
      const error = await outcome(() => openai.chat.completions.create(undefined as unknown as typeof ask));
      expect(error).toBeInstanceOf(TypeError);
      expect((await nonZero()).filter((line) => line.startsWith("llm_requests_total"))).toEqual([]);
    });
  });

  describe("a request that fails", () => {
    it.each([
      [400, {}, "error", "invalid_request"],
      [400, { code: "context_length_exceeded" }, "error", "context_length"],
      [400, { code: "content_filter" }, "content_filtered", "content_filter"],
      [401, {}, "error", "authentication"],
      [429, { code: "insufficient_quota" }, "rate_limited", "quota"],
      [429, {}, "rate_limited", "rate_limited"],
      [500, {}, "error", "server"],
      [503, {}, "error", "overloaded"],
    ])("by status %i %o", async (code, error, name, errorType) => {
      const script = [failure(code, error), failure(code, error), failure(code, error)];
      const recorded = await same(script, (openai) => openai.chat.completions.create(ask));
      expect(recorded.result).toHaveProperty("status", code);
      await status(recorded, name, errorType);
      expect(await tokensOf(recorded)).toEqual([]);
    });

    it("and succeeds when it is tried again", async () => {
      const recorded = await same([failure(429), failure(500), completion()], (openai) =>
        openai.chat.completions.create(ask),
      );
      await status(recorded, "success");
      expect(await recorded.value("llm_retries_total", chat)).toBe(2);
    });

    it("counts its retries also where it fails to the end", async () => {
      const recorded = await same([failure(429), failure(429), failure(429)], (openai) =>
        openai.chat.completions.create(ask),
      );
      await status(recorded, "rate_limited", "rate_limited");
      expect(await recorded.value("llm_retries_total", chat)).toBe(2);
    });

    it("by the SDK's timeout", async () => {
      const recorded = await same([{ ...completion(), delay: 400 }], (openai) =>
        openai.chat.completions.create(ask, { timeout: 40, maxRetries: 0 }),
      );
      expect(recorded.result).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
      await status(recorded, "timeout", "timeout");
    });

    it("by the SDK's timeout, where a bundler has renamed its classes", async () => {
      const names = [OpenAI.APIConnectionTimeoutError, OpenAI.APIConnectionError, OpenAI.APIError];
      const before = names.map(({ name }) => name);
      const rename = (to: readonly string[]) => {
        for (const [index, each] of names.entries())
          Object.defineProperty(each, "name", { value: to[index], configurable: true });
      };
      rename(["a", "b", "c"]);
      try {
        const { openai, ...recorded } = wrapped();
        provider.script({ ...completion(), delay: 400 });
        const error = await outcome(() => openai.chat.completions.create(ask, { timeout: 40, maxRetries: 0 }));
        expect(error).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
        await status(recorded, "timeout", "timeout");
      } finally {
        rename(before);
      }
    });

    it("for want of a connection", async () => {
      const recorded = await same([], (openai) => openai.chat.completions.create(ask), {
        baseURL: "http://127.0.0.1:9/v1",
        maxRetries: 0,
      });
      expect(recorded.result).toBeInstanceOf(OpenAI.APIConnectionError);
      await status(recorded, "error", "connection");
    });

    it("since the app aborted it", async () => {
      const recorded = await same([{ ...completion(), delay: 400 }], (openai) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 30);
        return openai.chat.completions.create(ask, { signal: controller.signal });
      });
      expect(recorded.result).toBeInstanceOf(OpenAI.APIUserAbortError);
      await status(recorded, "cancelled", "cancelled");
    });

    it("since the app's deadline passed", async () => {
      const recorded = await same([{ ...completion(), delay: 400 }], (openai) =>
        openai.chat.completions.create(ask, { signal: AbortSignal.timeout(30) }),
      );
      expect(recorded.result).toBeInstanceOf(OpenAI.APIUserAbortError);
      await status(recorded, "timeout", "timeout");
    });

    it("when its body is no JSON", async () => {
      const recorded = await same([{ text: "{", headers: { "content-type": "application/json" } }], (openai) =>
        openai.chat.completions.create(ask),
      );
      expect(recorded.result).toBeInstanceOf(SyntaxError);
      await status(recorded, "error", "other");
    });
  });

  describe("a streamed chat completion", () => {
    it("is recorded with its tokens and its first token, and shows the chunks that it would have without", async () => {
      const recorded = await same([{ ...streamed(), gap: 50 }], async (openai) =>
        readAll(await openai.chat.completions.create(Object.freeze({ ...askStream }))),
      );
      expect(recorded.result).toHaveLength(4);
      expect(recorded.sent).toEqual([{ ...askStream, stream_options: { include_usage: true } }]);
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(0);
      expect(await recorded.value("llm_time_to_first_token_seconds_count", chat)).toBe(1);
      const first = Number(await recorded.value("llm_time_to_first_token_seconds_sum", chat));
      // The second chunk: the first one names the role alone.
      expect(first).toBeGreaterThan(0.09);
      expect(first).toBeLessThan(Number(await recorded.value("llm_request_duration_seconds_sum", chat)) - 0.05);
    });

    it("leaves the app its own stream_options", async () => {
      for (const stream_options of [{ include_usage: true }, { include_usage: false }]) {
        const recorded = await same([streamed()], async (openai) =>
          readAll(await openai.chat.completions.create({ ...askStream, stream_options })),
        );
        expect(recorded.sent).toEqual([{ ...askStream, stream_options }]);
        expect(recorded.result).toHaveLength(stream_options.include_usage ? 5 : 4);
        expect(await tokensOf(recorded)).toEqual(stream_options.include_usage ? tokens : []);
      }
      const { sent } = await same([streamed()], async (openai) => {
        const stream_options = { include_obfuscation: false };
        return readAll(await openai.chat.completions.create({ ...askStream, stream_options }));
      });
      expect(sent[0].stream_options).toEqual({ include_obfuscation: false, include_usage: true });
    });

    it("is sent as it is to a server that refuses stream_options, and misses its tokens", async () => {
      const { llm, value } = app();
      provider.script(streamed());
      const openai = llm.openai(client(), { feature: "chat" }, { streamUsage: false });
      await readAll(await openai.chat.completions.create(askStream));
      expect(provider.asked.map(({ body }) => body)).toEqual([askStream]);
      expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
      expect(await value("llm_usage_missing_total", chat)).toBe(1);
    });

    it("shows usage that comes with choices", async () => {
      const usage = { prompt_tokens: 10, completion_tokens: 5 };
      const recorded = await same(
        [{ events: [chunk({ content: "4" }), { ...chunk({}, "stop"), usage }] }],
        async (openai) => readAll(await openai.chat.completions.create(askStream)),
      );
      expect(recorded.result[1].usage).toEqual(usage);
      expect(await recorded.value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(10);
    });

    it.each([
      ["reasoning", { reasoning_content: "hm" }],
      ["a refusal", { refusal: "No." }],
      ["a tool call", { tool_calls: [{ index: 0, id: "c", function: { name: "f", arguments: "" } }] }],
    ])("has its first token with %s", async (_name, delta) => {
      const recorded = await same([{ ...streamed([delta]), gap: 5 }], async (openai) =>
        readAll(await openai.chat.completions.create(askStream)),
      );
      expect(await recorded.value("llm_time_to_first_token_seconds_count", chat)).toBe(1);
    });

    it("has no first token where nothing was said", async () => {
      const recorded = await same([streamed([])], async (openai) =>
        readAll(await openai.chat.completions.create(askStream)),
      );
      await status(recorded, "success");
      expect(await recorded.value("llm_time_to_first_token_seconds_count", chat)).toBe(0);
    });

    it("keeps tee, toReadableStream and withResponse", async () => {
      const recorded = await same([streamed(), streamed(), streamed()], async (openai) => {
        const [left, right] = (await openai.chat.completions.create(askStream)).tee();
        const teed = [await readAll(left), await readAll(right)];
        const web = (await openai.chat.completions.create(askStream)).toReadableStream();
        const { data, response } = await openai.chat.completions.create(askStream).withResponse();
        return [teed, await new Response(web as ReadableStream).text(), response.status, await readAll(data)];
      });
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(3);
      expect(await recorded.value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(3 * 800);
    });

    it("keeps the helper that gathers it", async () => {
      const recorded = await same([streamed()], async (openai) => {
        const stream = openai.chat.completions.stream(ask);
        const seen: unknown[] = [];
        stream.on("content", (delta) => seen.push(delta));
        return [await stream.finalChatCompletion(), await stream.totalUsage(), seen];
      });
      expect(recorded.result[0].choices[0].message.content).toBe("42");
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
    });

    it("is cancelled by a reader that breaks off", async () => {
      const recorded = await same([{ ...streamed(), finish: "hang", gap: 5 }], async (openai) => {
        const stream = await openai.chat.completions.create(askStream);
        const seen: unknown[] = [];
        for await (const each of stream) {
          seen.push(each);
          if (seen.length === 2) break;
        }
        return [seen, stream.controller.signal.aborted];
      });
      await status(recorded, "cancelled", "cancelled");
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
    });

    it("is a success for a reader that stops at the last word", async () => {
      const recorded = await same([streamed()], async (openai) => {
        for await (const each of await openai.chat.completions.create(askStream)) {
          if (each.choices[0]?.finish_reason) break;
        }
      });
      await status(recorded, "success");
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
    });

    it.each(["controller", "signal", "helper", "unread", "deadline"])("is cancelled by an abort: %s", async (way) => {
      const recorded = await same([{ ...streamed(), gap: 100, finish: "hang" }], async (openai) => {
        const own = new AbortController();
        const signal = way === "deadline" ? AbortSignal.timeout(300) : own.signal;
        if (way === "helper") {
          const helper = openai.chat.completions.stream(ask);
          setTimeout(() => helper.abort(), 150);
          await helper.done();
        }
        const stream = await openai.chat.completions.create(askStream, { signal });
        setTimeout(() => (way === "controller" ? stream.controller : own).abort(), 150);
        if (way === "unread") stream.controller.abort();
        else return (await readAll(stream)).length < 4;
      });
      if (way === "deadline") await status(recorded, "timeout", "timeout");
      else await status(recorded, "cancelled", "cancelled");
    });

    it("fails when the connection breaks", async () => {
      const recorded = await same([{ events: [chunk({ content: "4" })], finish: "cut" }], async (openai) =>
        readAll(await openai.chat.completions.create(askStream)),
      );
      expect(recorded.result).toBeInstanceOf(Error);
      await status(recorded, "error", "connection");
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
    });

    it("fails when the provider reports an error in its midst", async () => {
      const error = { message: "no", code: "server_error" };
      const recorded = await same([{ events: [chunk({ role: "assistant" }), { error }] }], async (openai) =>
        readAll(await openai.chat.completions.create(askStream)),
      );
      expect(recorded.result).toBeInstanceOf(OpenAI.APIError);
      await status(recorded, "error", "server");
      expect(await recorded.value("llm_first_token_missing_total", chat)).toBe(1);
    });

    it("fails before it has begun", async () => {
      const recorded = await same([failure(400)], (openai) => openai.chat.completions.create(askStream));
      await status(recorded, "error", "invalid_request");
      expect(await recorded.value("llm_first_token_missing_total", chat)).toBe(1);
    });

    it("is filtered", async () => {
      const recorded = await same([streamed([{ content: "4" }], "content_filter")], async (openai) =>
        readAll(await openai.chat.completions.create(askStream)),
      );
      await status(recorded, "content_filtered", "content_filter");
    });

    it("is one of many at a time", async () => {
      const scripts = Array.from({ length: 20 }, () => ({ ...streamed(), gap: 1 }));
      const { openai, value } = wrapped();
      provider.script(...scripts);
      const streams = scripts.map(async () => readAll(await openai.chat.completions.create(askStream)));
      expect((await Promise.all(streams)).map(({ length }) => length)).toEqual(scripts.map(() => 4));
      expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(20);
      expect(await value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(20 * 800);
      expect(await value("llm_inflight_requests", chat)).toBe(0);
    });

    it("is abandoned when nobody reads it, or reads it to its end", async () => {
      const { openai, ...recorded } = wrapped();
      const leave = async () => {
        provider.script(streamed(), streamed(), streamed(), completion());
        await openai.chat.completions.create(askStream);
        await (await openai.chat.completions.create(askStream))[Symbol.asyncIterator]().next();
        await (await openai.chat.completions.create(askStream)).tee()[0][Symbol.asyncIterator]().next();
        openai.chat.completions.create(ask);
      };
      await leave();
      expect(await collectUntil(async () => (await recorded.value("llm_inflight_requests", chat)) === 0)).toBe(true);
      expect(await recorded.value("llm_errors_total", { ...chat, error_type: "abandoned" })).toBe(4);
    });

    it("isn't abandoned while it is read", async () => {
      const { openai, ...recorded } = wrapped();
      provider.script({ ...streamed(), gap: 30 }, { ...streamed(), gap: 30 });
      const iterator = (await openai.chat.completions.create(askStream))[Symbol.asyncIterator]();
      const [left] = (await openai.chat.completions.create(askStream)).tee();
      await collectUntil(async () => false);
      while ((await iterator.next()).done !== true);
      expect(await readAll(left)).toHaveLength(4);
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
    });
  });

  describe("a response", () => {
    const body = { model: "gpt-5-mini", input: "6 times 7?" };

    it("is recorded with its tokens", async () => {
      const recorded = await same([{ json: response() }], (openai) => openai.responses.create(body));
      expect(recorded.result.output_text).toBe("42");
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
    });

    it.each([
      ["failed", { status: "failed", error: { code: "server_error", message: "no" } }, "error", "server"],
      [
        "failed for the rate",
        { status: "failed", error: { code: "rate_limit_exceeded" } },
        "rate_limited",
        "rate_limited",
      ],
      ["cancelled", { status: "cancelled" }, "cancelled", "cancelled"],
      ["cut", { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } }, "success", undefined],
      [
        "filtered",
        { status: "incomplete", incomplete_details: { reason: "content_filter" } },
        "content_filtered",
        "content_filter",
      ],
      [
        "refused",
        { output: [{ type: "message", content: [{ type: "refusal", refusal: "No." }] }] },
        "content_filtered",
        "refusal",
      ],
    ])("ends %s, whole or streamed", async (_name, rest, name, errorType) => {
      const whole = await same([{ json: response(rest) }], (openai) => openai.responses.create(body));
      await status(whole, name, errorType);
      const type = `response.${(rest as { status?: string }).status ?? "completed"}`;
      const parts = await same([responseStream(type, rest)], async (openai) =>
        readAll(await openai.responses.create({ ...body, stream: true })),
      );
      await status(parts, name, errorType);
      expect(await tokensOf(parts)).toEqual(tokens);
    });

    it("in the background counts once, without tokens, however often it is looked at", async () => {
      const queued = { json: response({ status: "queued", output: [], usage: null }) };
      const recorded = await same([queued, { json: response() }, { json: response() }], async (openai) => [
        await openai.responses.create({ ...body, background: true }),
        await openai.responses.retrieve("resp_1"),
        await openai.responses.retrieve("resp_1"),
      ]);
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual([]);
      expect(await recorded.value("llm_usage_missing_total", chat)).toBe(1);
    });

    it("is streamed, with its first token", async () => {
      const recorded = await same([{ ...responseStream(), gap: 40 }], async (openai) =>
        readAll(await openai.responses.create({ ...body, stream: true })),
      );
      expect(recorded.sent).toEqual([{ ...body, stream: true }]);
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
      const first = Number(await recorded.value("llm_time_to_first_token_seconds_sum", chat));
      expect(first).toBeGreaterThan(0.15);
      expect(first).toBeLessThan(Number(await recorded.value("llm_request_duration_seconds_sum", chat)) - 0.04);
    });

    it("fails by an event of its stream", async () => {
      const error = { type: "error", code: "server_error", message: "no", param: null, sequence_number: 9 };
      const recorded = await same([{ events: [...responseEvents, error] }], async (openai) =>
        readAll(await openai.responses.create({ ...body, stream: true })),
      );
      await status(recorded, "error", "server");
    });

    it("keeps the helpers that parse and gather it", async () => {
      const recorded = await same([{ json: response() }, responseStream()], async (openai) => [
        (await openai.responses.parse(body)).output_text,
        (await openai.responses.stream(body).finalResponse()).output_text,
      ]);
      expect(recorded.result).toEqual(["42", "42"]);
      expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
      expect(await recorded.value("llm_tokens_total", { ...chat, token_type: "output" })).toBe(120);
    });
  });

  it("hands prompts, answers and the likely provider to a tracer that wants them", async () => {
    const starts: Json[] = [];
    const ends: Json[] = [];
    const tracing = (content: boolean) => ({
      exemplars: false,
      content,
      start(start: unknown) {
        starts.push(start);
        return { exemplar: undefined, run: <T>(fn: () => T) => fn(), end: (end: unknown) => ends.push(end) };
      },
    });
    const instructions = "Be brief.";
    for (const content of [true, false]) {
      provider.script(completion(), streamed(), { json: response() }, responseStream(), completion());
      const { llm, openai } = wrapped(app({ tracing: tracing(content) }));
      await openai.chat.completions.create(ask);
      await readAll(await openai.chat.completions.create(askStream));
      await openai.responses.create({ model: "gpt-5-mini", input: "6 times 7?", instructions });
      await readAll(await openai.responses.create({ model: "gpt-5-mini", input: ask.messages, stream: true }));
      const azure = new AzureOpenAI({ apiKey: "key", apiVersion: "1", baseURL: provider.url, deployment: "prod" });
      await llm.openai(azure, { feature: "chat" }).chat.completions.create({ ...ask, model: "undeclared" });
    }
    const told = ends.map((end) => [end.input, end.output]);
    expect(told.slice(0, 5)).toEqual([
      [ask.messages, "42"],
      [ask.messages, "42"],
      [[{ role: "system", content: instructions }, ...ask.messages], "42"],
      [ask.messages, "42"],
      [ask.messages, "42"],
    ]);
    expect(told.slice(5)).toEqual(Array.from({ length: 5 }, () => [undefined, undefined]));
    expect(starts.slice(0, 5).map((start) => start.provider)).toEqual([...Array(4).fill("openai"), "azure.ai.openai"]);
    expect(ends[0]).toMatchObject({ responseModel: "gpt-5-mini-2025-08-07", finishReason: "stop" });
  });

  it("an embedding is recorded with its input tokens, and misses none", async () => {
    const recorded = await same([embedding, embedding], async (openai) => [
      await openai.embeddings.create({ model: "gpt-5-mini", input: "x" }),
      await openai.embeddings.create({ model: "gpt-5-mini", input: "x", encoding_format: "float" }),
    ]);
    expect(await recorded.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
    expect(await recorded.value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(16);
    expect(await recorded.value("llm_usage_missing_total", chat)).toBe(0);
  });
});
