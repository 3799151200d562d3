import Anthropic1 from "@anthropic-ai/sdk";
import Anthropic0 from "anthropic-0";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { endEvents, failure, message, startEvent, streamed, textEvents } from "./support/anthropic-answers.ts";
import { app } from "./support/app.ts";
import { type FakeProvider, fakeProvider, type Json, type Scripted } from "./support/fake-provider.ts";
import { collectUntil, compare, outcome, readAll } from "./support/sdk-clients.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await fakeProvider();
});
beforeEach(() => provider.begin());
afterAll(() => provider.close());

const claude = { feature: "chat", model: "claude-sonnet-5", provider: "anthropic" } as const;
const ask = {
  model: "claude-sonnet-5",
  max_tokens: 100,
  messages: [{ role: "user" as const, content: "6 times 7?" }],
};
const askStream = { ...ask, stream: true as const };
const labels = 'feature="chat",model="claude-sonnet-5",provider="anthropic"';
const tokens = [
  `llm_tokens_total{${labels},token_type="cache_read"} 150`,
  `llm_tokens_total{${labels},token_type="cache_write"} 50`,
  `llm_tokens_total{${labels},token_type="input"} 800`,
  `llm_tokens_total{${labels},token_type="output"} 100`,
];

describe.each([
  ["anthropic 1", Anthropic1],
  ["anthropic 0", Anthropic0 as unknown as typeof Anthropic1],
])("%s", (major, Anthropic) => {
  const client = (options: object = {}) => new Anthropic({ apiKey: "key", baseURL: provider.url, ...options });
  const wrapped = (recorded = app()) => ({
    ...recorded,
    anthropic: recorded.llm.anthropic(client(), { feature: "chat" }),
  });
  const same = <T>(script: readonly Scripted[], use: (anthropic: Anthropic1) => T | Promise<T>, options: object = {}) =>
    compare(
      { provider, client: () => client(options), wrap: ({ llm }, bare) => llm.anthropic(bare, { feature: "chat" }) },
      script,
      use,
    );
  const tokensOf = async (recorded: ReturnType<typeof app>) =>
    (await recorded.nonZero()).filter((line) => line.startsWith("llm_tokens_total")).sort();
  const status = async (recorded: ReturnType<typeof app>, name: string, errorType?: string) => {
    expect(await recorded.value("llm_requests_total", { ...claude, status: name })).toBe(1);
    if (errorType) expect(await recorded.value("llm_errors_total", { ...claude, error_type: errorType })).toBe(1);
    const all = (await recorded.nonZero()).filter((line) => line.startsWith("llm_requests_total"));
    expect(all).toHaveLength(1);
    expect(await recorded.value("llm_inflight_requests", claude)).toBe(0);
  };

  describe("the client", () => {
    it("is the same object, of the same class, and patched once", () => {
      const { llm } = app();
      const bare = client();
      const anthropic = llm.anthropic(bare, { feature: "chat" });
      expect(anthropic).toBe(bare);
      expect(anthropic).toBeInstanceOf(Anthropic);
      const { create } = anthropic.messages;
      expect(create).not.toBe(Object.getPrototypeOf(anthropic.messages).create);
      expect(llm.anthropic(anthropic, { feature: "chat" }).messages.create).toBe(create);
    });

    it("passes its recording on to the clones of withOptions", async () => {
      const { anthropic, ...recorded } = wrapped();
      provider.script(failure(429, "rate_limit_error"), message());
      const clone = anthropic.withOptions({ maxRetries: 1 });
      expect(clone).toBeInstanceOf(Anthropic);
      await clone.messages.create(ask);
      await status(recorded, "success");
      expect(await recorded.value("llm_retries_total", claude)).toBe(1);
    });

    it("is told apart from an OpenAI client", () => {
      const { llm, errors } = app();
      const bare = client();
      const { create } = bare.messages;
      llm.openai(bare, { feature: "chat" });
      expect(bare.messages.create).toBe(create);
      expect(errors).toHaveLength(1);
    });

    it.each([
      ["AnthropicBedrock", "http://localhost", "aws.bedrock"],
      ["a", "https://bedrock-runtime.eu-west-1.amazonaws.com", "aws.bedrock"],
      ["Anthropic", "https://api.anthropic.com", "anthropic"],
    ])("tells its provider: %s at %s is %s", async (name, baseURL, expected) => {
      const { llm, value } = app();
      const Named = { [name]: class {} }[name] as new () => object;
      const bare = Object.assign(new Named(), { baseURL, messages: { create: async () => message().json } });
      const result = await (llm.anthropic(bare, { feature: "chat" }) as Json).messages.create(ask);
      expect(result).toEqual(message().json);
      expect(await value("llm_requests_total", { ...claude, provider: expected, status: "success" })).toBe(1);
      expect(await value("llm_tokens_total", { ...claude, provider: expected, token_type: "output" })).toBe(100);
    });
  });

  describe("a message", () => {
    it("is recorded with its tokens, and returned as it was", async () => {
      const recorded = await same([message()], async (anthropic) => {
        const promise = anthropic.messages.create(ask);
        const answer = await promise;
        return [promise.constructor.name, Object.keys(promise).sort(), answer, (answer as Json)._request_id];
      });
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
      expect(recorded.result[3]).toBe("req_1");
      expect(recorded.sent).toEqual([ask]);
    });

    it("keeps withResponse, asResponse and the helpers", async () => {
      const recorded = await same([message(), message(), message(), message()], async (anthropic) => {
        const { data, response, request_id } = await anthropic.messages.create(ask).withResponse();
        const raw = await anthropic.messages.create(ask).asResponse();
        const beta = await anthropic.beta.messages.create(ask);
        const parsed = await anthropic.messages.parse(ask);
        return [data, response.status, request_id, await raw.json(), beta, parsed];
      });
      expect(await recorded.value("llm_requests_total", { ...claude, status: "success" })).toBe(4);
      expect(await recorded.value("llm_usage_missing_total", claude)).toBe(1);
      expect(await recorded.value("llm_tokens_total", { ...claude, token_type: "output" })).toBe(300);
    });

    it.each([
      ["max_tokens", "success", undefined],
      ["tool_use", "success", undefined],
      ["refusal", "content_filtered", "refusal"],
    ])("ends by %s, whole or streamed", async (stop_reason, name, errorType) => {
      const whole = await same([message({ stop_reason })], (anthropic) => anthropic.messages.create(ask));
      await status(whole, name, errorType);
      const parts = await same([streamed(stop_reason)], async (anthropic) =>
        readAll(await anthropic.messages.create(askStream)),
      );
      await status(parts, name, errorType);
      expect(await tokensOf(parts)).toEqual(tokens);
    });

    it("survives usage that is null", async () => {
      const recorded = await same([message({ usage: null })], (anthropic) => anthropic.messages.create(ask));
      await status(recorded, "success");
      expect(await recorded.value("llm_usage_missing_total", claude)).toBe(1);
    });

    it.each([
      [400, "invalid_request_error", "error", "invalid_request"],
      [402, "billing_error", "rate_limited", "quota"],
      [429, "rate_limit_error", "rate_limited", "rate_limited"],
      [529, "overloaded_error", "error", "overloaded"],
    ])("fails by %i %s", async (code, type, name, errorType) => {
      const script = [failure(code, type), failure(code, type), failure(code, type)];
      const recorded = await same(script, (anthropic) => anthropic.messages.create(ask));
      expect(recorded.result).toHaveProperty("status", code);
      await status(recorded, name, errorType);
      expect(await recorded.value("llm_retries_total", claude)).toBe(code === 429 || code === 529 ? 2 : 0);
    });

    it("fails by the SDK's timeout", async () => {
      const recorded = await same([{ ...message(), delay: 400 }], (anthropic) =>
        anthropic.messages.create(ask, { timeout: 40, maxRetries: 0 }),
      );
      expect(recorded.result).toBeInstanceOf(Anthropic.APIConnectionTimeoutError);
      await status(recorded, "timeout", "timeout");
    });

    it("fails for want of a connection", async () => {
      const recorded = await same([], (anthropic) => anthropic.messages.create(ask), {
        baseURL: "http://127.0.0.1:9",
        maxRetries: 0,
      });
      expect(recorded.result).toBeInstanceOf(Anthropic.APIConnectionError);
      await status(recorded, "error", "connection");
    });

    it("is cancelled by the app", async () => {
      const recorded = await same([{ ...message(), delay: 400 }], (anthropic) => {
        const controller = new AbortController();
        setTimeout(() => controller.abort(), 30);
        return anthropic.messages.create(ask, { signal: controller.signal });
      });
      expect(recorded.result).toBeInstanceOf(Anthropic.APIUserAbortError);
      await status(recorded, "cancelled", "cancelled");
    });

    it("passes on what create throws before it asks", async () => {
      const recorded = await same([], (anthropic) => anthropic.messages.create({ ...ask, max_tokens: 10_000_000 }));
      expect(recorded.result).toBeInstanceOf(Anthropic.AnthropicError);
      await status(recorded, "error", "other");
    });
  });

  describe("a streamed message", () => {
    it("is recorded with its last totals and its first token", async () => {
      const recorded = await same([{ ...streamed(), gap: 25 }], async (anthropic) =>
        readAll(await anthropic.messages.create(Object.freeze({ ...askStream }))),
      );
      expect(recorded.sent).toEqual([askStream]);
      await status(recorded, "success");
      expect(await tokensOf(recorded)).toEqual(tokens);
      const first = Number(await recorded.value("llm_time_to_first_token_seconds_sum", claude));
      // After message_start, content_block_start and a ping.
      expect(first).toBeGreaterThan(0.09);
      expect(first).toBeLessThan(Number(await recorded.value("llm_request_duration_seconds_sum", claude)) - 0.05);
    });

    it("keeps tee, toReadableStream, withResponse and the helpers", async () => {
      const script = Array.from({ length: 5 }, () => streamed());
      const recorded = await same(script, async (anthropic) => {
        const [left, right] = (await anthropic.messages.create(askStream)).tee();
        const web = (await anthropic.messages.create(askStream)).toReadableStream();
        const { data, response } = await anthropic.messages.create(askStream).withResponse();
        return [
          await readAll(left),
          await readAll(right),
          await new Response(web as ReadableStream).text(),
          response.status,
          await readAll(data),
          await anthropic.messages.stream(ask).finalMessage(),
          await readAll(anthropic.beta.messages.stream(ask)),
        ];
      });
      expect(await recorded.value("llm_requests_total", { ...claude, status: "success" })).toBe(5);
      expect(await recorded.value("llm_tokens_total", { ...claude, token_type: "output" })).toBe(500);
    });

    it("that is broken off tells its input, and no more", async () => {
      const recorded = await same([{ ...streamed(), gap: 5, finish: "hang" }], async (anthropic) => {
        for await (const event of await anthropic.messages.create(askStream)) {
          if (event.type === "content_block_delta") break;
        }
      });
      await status(recorded, "cancelled", "cancelled");
      expect(await tokensOf(recorded)).toEqual(tokens.slice(0, 3));
      expect(await recorded.value("llm_usage_missing_total", claude)).toBe(1);
    });

    it.each(["controller", "signal", "helper"])("is cancelled by an abort: %s", async (way) => {
      const recorded = await same([{ ...streamed(), gap: 50, finish: "hang" }], async (anthropic) => {
        const own = new AbortController();
        if (way === "helper") {
          const helper = anthropic.messages.stream(ask);
          setTimeout(() => helper.abort(), 120);
          await helper.done();
        }
        const stream = await anthropic.messages.create(askStream, { signal: own.signal });
        setTimeout(() => (way === "controller" ? stream.controller : own).abort(), 120);
        return (await readAll(stream)).length < 8;
      });
      await status(recorded, "cancelled", "cancelled");
    });

    it("fails when the connection breaks", async () => {
      const recorded = await same([{ events: [startEvent, ...textEvents("4")], finish: "cut" }], async (anthropic) =>
        readAll(await anthropic.messages.create(askStream)),
      );
      await status(recorded, "error", "connection");
      expect(await tokensOf(recorded)).toEqual(tokens.slice(0, 3));
    });

    it("fails when the provider reports an error in its midst", async () => {
      const error = { type: "error", error: { type: "overloaded_error", message: "no" } };
      const recorded = await same([{ events: [startEvent, error] }], async (anthropic) =>
        readAll(await anthropic.messages.create(askStream)),
      );
      expect(recorded.result).toBeInstanceOf(Anthropic.APIError);
      await status(recorded, "error", "overloaded");
    });

    it("is abandoned when nobody reads it", async () => {
      const { anthropic, ...recorded } = wrapped();
      const leave = async () => {
        provider.script(streamed(), message());
        await anthropic.messages.create(askStream);
        anthropic.messages.create(ask);
      };
      await leave();
      expect(await collectUntil(async () => (await recorded.value("llm_inflight_requests", claude)) === 0)).toBe(true);
      expect(await recorded.value("llm_errors_total", { ...claude, error_type: "abandoned" })).toBe(2);
    });
  });

  it.runIf(major === "anthropic 1")("records the turns of a thread", async () => {
    const recorded = await same([message(), streamed()], async (anthropic) => {
      const thread = (anthropic.beta.messages as Json).thread({ model: ask.model, max_tokens: 100 });
      const first = await thread.send(ask.messages[0]);
      return [first, await thread.stream(ask.messages[0]).finalText()];
    });
    expect(await recorded.value("llm_requests_total", { ...claude, status: "success" })).toBe(2);
    expect(await recorded.value("llm_tokens_total", { ...claude, token_type: "output" })).toBe(100);
  });

  it("hands prompts and answers to a tracer that wants them", async () => {
    const ends: Json[] = [];
    const tracing = (content: boolean) => ({
      exemplars: false,
      content,
      start: () => ({ exemplar: undefined, run: <T>(fn: () => T) => fn(), end: (end: unknown) => ends.push(end) }),
    });
    const system = "Be brief.";
    for (const content of [true, false]) {
      provider.script(message(), { events: [startEvent, ...textEvents("4", "2"), ...endEvents()] });
      const { anthropic } = wrapped(app({ tracing: tracing(content) }));
      await anthropic.messages.create({ ...ask, system });
      await readAll(await anthropic.messages.create({ ...askStream, system }));
    }
    const input = [{ role: "system", content: system }, ...ask.messages];
    expect(ends.map((end) => [end.input, end.output])).toEqual([
      [input, "42"],
      [input, "42"],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(ends[0]).toMatchObject({ responseModel: "claude-sonnet-5-20260101", finishReason: "end_turn" });
  });

  it("reports a kind of promise that it doesn't know once, and leaves it alone", async () => {
    const { llm, errors, value } = app();
    // biome-ignore lint/suspicious/noThenProperty: such a promise is what this is about.
    const thenable = { then: (resolve: (data: unknown) => void) => resolve(message().json) };
    const stranger = { messages: { create: () => thenable } };
    const anthropic = llm.anthropic(stranger, { feature: "chat" }) as Json;
    expect(anthropic.messages.create(ask)).toBe(thenable);
    await outcome(() => anthropic.messages.create(ask));
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors).toHaveLength(1);
    expect(await value("llm_requests_total", { ...claude, status: "success" })).toBe(2);
  });
});
