import { createLlmMetrics, declareMetrics, type LlmMetricsOptions } from "@llm-slo/metrics";
import { type OpenTelemetryOptions, openTelemetry } from "@llm-slo/metrics/otel";
import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { messagesJson } from "../../src/metrics/genai-messages.ts";

const metrics = declareMetrics({ features: ["chat"], models: { "gpt-5": "openai", embedder: "openai" } });
type Options = LlmMetricsOptions<"chat", "gpt-5" | "embedder", typeof metrics>;

const request = { feature: "chat", model: "gpt-5" } as const;
const usage = { input: 10, cacheRead: 4, cacheWrite: 2, output: 7, reasoning: 3 };
const secret = "my mother's maiden name is Rumpelstiltskin";

const exporter = new InMemorySpanExporter();
const processors = { spanProcessors: [new SimpleSpanProcessor(exporter)] };
const provider = new BasicTracerProvider(processors);
const unsampled = new BasicTracerProvider({ ...processors, sampler: new AlwaysOffSampler() });

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterEach(() => exporter.reset());
afterAll(() => {
  context.disable();
  trace.disable();
});

function app(tracing: OpenTelemetryOptions = {}, options: Partial<Options> = {}) {
  const errors: unknown[] = [];
  const llm = createLlmMetrics({
    metrics,
    registry: new Registry(),
    onError: (error) => errors.push(error),
    prices: { "gpt-5": { input: 1, output: 10, cacheRead: 0.1, cacheWrite: 2 } },
    tracing: openTelemetry({ tracerProvider: provider, ...tracing }),
    ...options,
  });
  const exemplars = async () => {
    const { body } = await llm.expose("application/openmetrics-text;version=1.0.0");
    return [...body.matchAll(/^(\w+)_bucket.* # \{trace_id="(\w+)",span_id="(\w+)"\}/gm)].map(
      ([, metric, traceId, spanId]) => ({ metric, traceId, spanId }),
    );
  };
  return { llm, errors, exemplars };
}

/** The one span that was finished. */
function finished(): ReadableSpan {
  const [span, ...others] = exporter.getFinishedSpans();
  expect(others).toEqual([]);
  return span as ReadableSpan;
}

describe("the span of a request", () => {
  it("says what the conventions ask for, with totals that include their details", async () => {
    const { llm } = app();
    await llm.observe({ ...request, stream: true }, async (call) => {
      call.firstToken();
      call.usage(usage);
      call.answeredBy("gpt-5-2026-01-01");
      call.end("stop");
    });
    const { name, kind, status, attributes, events } = finished();
    expect([name, kind, status.code, events]).toEqual(["chat gpt-5", SpanKind.CLIENT, SpanStatusCode.UNSET, []]);
    expect(attributes).toEqual({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-5",
      "gen_ai.request.stream": true,
      "gen_ai.response.model": "gpt-5-2026-01-01",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.response.time_to_first_chunk": expect.any(Number),
      "gen_ai.usage.input_tokens": 16,
      "gen_ai.usage.cache_read.input_tokens": 4,
      "gen_ai.usage.cache_write.input_tokens": 2,
      "gen_ai.usage.output_tokens": 10,
      "gen_ai.usage.reasoning.output_tokens": 3,
      "llm_slo.feature": "chat",
      "llm_slo.cost_usd": expect.closeTo((10 + 0.4 + 4 + 100) / 1e6, 12),
    });
  });

  it("leaves out what is not known", async () => {
    const { llm } = app({}, { prices: {} });
    await llm.observe(
      { feature: "chat", model: "embedder", operation: "embeddings", provider: "openai" },
      async (call) => call.usage({ cacheRead: 3 }),
    );
    expect(finished().name).toBe("embeddings embedder");
    expect(finished().attributes).toEqual({
      "gen_ai.operation.name": "embeddings",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "embedder",
      "gen_ai.usage.cache_read.input_tokens": 3,
      "llm_slo.feature": "chat",
    });
  });

  it("gives samplers what is known at the start", async () => {
    const seen: object[] = [];
    const sampler = {
      shouldSample: (...[, , , , attributes]: readonly unknown[]) => {
        seen.push({ ...(attributes as object) });
        return { decision: 0 };
      },
    };
    const { llm } = app({ tracerProvider: new BasicTracerProvider({ ...processors, sampler }) });
    await llm.observe(request, async () => {});
    expect(seen[0]).toMatchObject({ "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai" });
    expect(seen[0]).toMatchObject({ "gen_ai.request.model": "gpt-5", "llm_slo.feature": "chat" });
  });

  it("has the request's parent, and is the parent of what is made inside", async () => {
    const { llm } = app();
    const tracer = provider.getTracer("app");
    await tracer.startActiveSpan("handler", async (outer) => {
      await llm.observe(request, async () => {
        await Promise.resolve();
        tracer.startSpan("POST").end();
      });
      expect(trace.getActiveSpan()).toBe(outer);
      outer.end();
    });
    const [post, chat, handler] = exporter.getFinishedSpans();
    expect([post?.name, chat?.name, handler?.name]).toEqual(["POST", "chat gpt-5", "handler"]);
    expect(post?.parentSpanContext?.spanId).toBe(chat?.spanContext().spanId);
    expect(chat?.parentSpanContext?.spanId).toBe(handler?.spanContext().spanId);
  });

  it("keeps what else the context holds where the request runs", async () => {
    const { llm } = app();
    const key = Symbol("tenant");
    const call = llm.start(request);
    const seen = context.with(context.active().setValue(key, "acme"), () =>
      call.run(() => context.active().getValue(key)),
    );
    call.end();
    expect(seen).toBe("acme");
  });

  it("is made by the provider that the app registers later", async () => {
    const { llm } = app({}, { tracing: openTelemetry() });
    await llm.observe(request, async () => {});
    expect(exporter.getFinishedSpans()).toEqual([]);
    trace.setGlobalTracerProvider(provider);
    await llm.observe(request, async () => {});
    expect(finished().name).toBe("chat gpt-5");
  });

  it("is not made twice for nested requests, nor at all when turned off", async () => {
    const { llm } = app();
    await llm.observe(request, () => llm.observe(request, async () => {}));
    expect(finished().name).toBe("chat gpt-5");
    exporter.reset();
    await app({ spans: false }).llm.observe(request, async () => {});
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

describe("the span of a request that fails", () => {
  it("has the kind of error, and no words of it", async () => {
    const { llm } = app();
    const refused = Object.assign(new Error(`Bad request: ${secret}`), { status: 429 });
    await expect(llm.observe(request, () => Promise.reject(refused))).rejects.toBe(refused);
    const { attributes, status, events } = finished();
    expect(status).toEqual({ code: SpanStatusCode.ERROR });
    expect(events).toEqual([]);
    expect(attributes["error.type"]).toBe("rate_limited");
    expect(attributes).not.toHaveProperty("gen_ai.response.finish_reasons");
  });

  it("says of an answer that broke off that it ended in error", () => {
    const call = app().llm.start({ ...request, stream: true });
    call.firstToken();
    call.cancel();
    expect(finished().attributes).toMatchObject({
      "error.type": "cancelled",
      "gen_ai.response.finish_reasons": ["error"],
    });
  });

  it("names the reason of an answer that was held back", () => {
    app().llm.start(request).refuse("content_filter");
    expect(finished().attributes).toMatchObject({
      "error.type": "content_filter",
      "gen_ai.response.finish_reasons": ["content_filter"],
    });
  });
});

describe("exemplars", () => {
  it("point to the span of the request", async () => {
    const { llm, exemplars } = app();
    await llm.observe(request, async (call) => call.usage(usage));
    const { traceId, spanId } = finished().spanContext();
    const found = await exemplars();
    expect(found).toContainEqual({ metric: "llm_request_duration_seconds", traceId, spanId });
    expect(found).toContainEqual({ metric: "llm_cost_per_request_usd", traceId, spanId });
  });

  it("point to the span that the request was made in, when it has none of its own", async () => {
    const { llm, exemplars } = app({ spans: false });
    await provider.getTracer("app").startActiveSpan("handler", async (span) => {
      const call = llm.start(request);
      // By its end the request has lost the context that it started in.
      context.with(ROOT_CONTEXT, () => call.end());
      span.end();
    });
    const { traceId, spanId } = finished().spanContext();
    expect(await exemplars()).toContainEqual({ metric: "llm_request_duration_seconds", traceId, spanId });
  });

  it.each([
    ["a trace that is not sampled", { tracerProvider: unsampled }],
    ["a request outside of any trace", { spans: false }],
    ["a tracer told to make none", { exemplars: false }],
  ])("are not made for %s", async (_, options) => {
    const { llm, exemplars, errors } = app(options);
    await llm.observe(request, async () => {});
    expect(await exemplars()).toEqual([]);
    expect(errors).toEqual([]);
    expect((await llm.expose()).body).toContain('status="success"} 1\n');
  });
});

describe("prompts and answers", () => {
  /** A request that says its secret wherever it can. */
  const tell = async ({ llm }: ReturnType<typeof app>): Promise<string> => {
    await llm.observe(request, async (call) => {
      call.content({ input: [{ role: "user", content: secret }], output: `You said: ${secret}` });
    });
    const failing = llm.observe(request, async (call) => {
      call.content({ input: secret });
      throw new Error(`Invalid prompt: ${secret}`);
    });
    await failing.catch(() => {});
    const spans = exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({
      name,
      attributes,
      events,
      status,
    }));
    expect(spans).toHaveLength(2);
    return JSON.stringify(spans);
  };

  it("don't leave the app by default", async () => {
    expect(await tell(app())).not.toContain("Rumpelstiltskin");
    exporter.reset();
    // @ts-expect-error: content without redact records none
    expect(await tell(app({ content: {} }))).not.toContain("Rumpelstiltskin");
  });

  it("are recorded as the conventions' messages, each passed through redact", async () => {
    const redact = (text: string) => text.replaceAll("Rumpelstiltskin", "***");
    const all = await tell(app({ content: { redact } }));
    expect(all).not.toContain("Rumpelstiltskin");
    const [answered, refused] = exporter.getFinishedSpans();
    const of = (span: ReadableSpan | undefined, name: string) => JSON.parse(span?.attributes[name] as string);
    const said = "my mother's maiden name is ***";
    expect(of(answered, "gen_ai.input.messages")).toEqual([{ role: "user", parts: [{ type: "text", content: said }] }]);
    expect(of(answered, "gen_ai.output.messages")).toEqual([
      { role: "assistant", parts: [{ type: "text", content: `You said: ${said}` }] },
    ]);
    expect(refused?.status).toEqual({ code: SpanStatusCode.ERROR, message: `Invalid prompt: ${said}` });
    expect(refused?.attributes["error.type"]).toBe("other");
  });

  it.each<[string, (text: string) => string]>([
    [
      "throws",
      (text) => {
        throw new Error(text);
      },
    ],
    [
      "throws for answers alone",
      (text) => {
        if (!text.includes("user")) throw new Error(text);
        return text;
      },
    ],
    ["gives no text", () => undefined as never],
  ])("are not recorded, nor told to anybody, if redact %s", async (_, redact) => {
    const opened = app({ content: { redact } });
    const all = await tell(opened);
    expect(all).not.toContain("Rumpelstiltskin");
    expect(all).not.toContain("messages");
    expect(opened.errors.map(String)).toEqual(
      Array(2).fill("Error: Prompt and answer of a request were not recorded: they could not be redacted."),
    );
    expect(all).toContain('"llm_slo.feature":"chat"');
  });

  it("that can't be written as JSON are not recorded, and the span ends all the same", () => {
    const { llm, errors } = app({ content: { redact: (text) => text } });
    const call = llm.start(request);
    call.content({ input: [{ role: "user", content: [{ type: "number", value: 1n }] }] });
    call.end();
    expect(finished().attributes).not.toHaveProperty("gen_ai.input.messages");
    expect(errors).toHaveLength(1);
  });
});

describe("messages", () => {
  const read = (value: unknown) => JSON.parse(messagesJson(value, "user"));
  const said = (content: string, role = "user") => ({ role, parts: [{ type: "text", content }] });

  it.each<[string, unknown, unknown]>([
    ["a text", "hi", [said("hi")]],
    ["texts", ["a", "b"], [said("a"), said("b")]],
    ["messages", [{ role: "system", content: "be kind" }], [said("be kind", "system")]],
    ["choices", { choices: [{ message: { role: "assistant", content: "hi" } }] }, [said("hi", "assistant")]],
    ["parts", [{ role: "user", content: [{ type: "input_text", text: "hi" }] }], [said("hi")]],
    [
      "reasoning",
      { output: [{ role: "assistant", content: [{ type: "reasoning", text: "hm" }] }] },
      [{ role: "assistant", parts: [{ type: "reasoning", content: "hm" }] }],
    ],
    [
      "tool calls",
      [{ role: "assistant", content: null, tool_calls: [{ id: "1", function: { name: "f", arguments: "{}" } }] }],
      [{ role: "assistant", parts: [{ type: "tool_call", id: "1", name: "f", arguments: "{}" }] }],
    ],
    [
      "other parts",
      [{ type: "function_call", name: "f" }, { odd: true }],
      [
        { role: "user", parts: [{ type: "function_call", name: "f" }] },
        { role: "user", parts: [{ odd: true, type: "unknown" }] },
      ],
    ],
    [
      "bytes",
      [{ role: "user", content: [{ type: "file", data: new Uint8Array(9), more: Buffer.from("abc") }] }],
      [{ role: "user", parts: [{ type: "file", data: "9 bytes", more: "3 bytes" }] }],
    ],
    ["nothing", null, []],
  ])("are made of %s", (_, value, messages) => {
    expect(read(value)).toEqual(messages);
  });
});
