import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createLlmMetrics, declareMetrics, geminiUsage } from "@llm-slo/metrics";
import { Registry } from "prom-client";
import { describe, expect, it, vi } from "vitest";
import { app, chat, declared, raise } from "./support/app.ts";

const request = { feature: "chat", model: "gpt-5-mini" } as const;
const known = { input: 1000, output: 100 };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

describe("observe", () => {
  it("records a success: status, duration, tokens, cost, context", async () => {
    const { llm, value } = app();
    const answer = await llm.observe(request, async (call) => {
      call.usage(geminiUsage({ promptTokenCount: 1000, candidatesTokenCount: 60, thoughtsTokenCount: 40 }));
      await sleep(20);
      return "42";
    });
    expect(answer).toBe("42");
    expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
    expect(await value("llm_request_duration_seconds_count", chat)).toBe(1);
    expect(await value("llm_request_duration_seconds_sum", chat)).toBeGreaterThan(0.015);
    expect(await value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(1000);
    expect(await value("llm_tokens_total", { ...chat, token_type: "output" })).toBe(60);
    expect(await value("llm_tokens_total", { ...chat, token_type: "reasoning" })).toBe(40);
    expect(await value("llm_cost_usd_total", chat)).toBeCloseTo(0.00045, 9);
    expect(await value("llm_cost_per_request_usd_count", chat)).toBe(1);
    expect(await value("llm_context_utilisation_ratio_sum", { feature: "chat", model: "gpt-5-mini" })).toBeCloseTo(
      1100 / 400_000,
      9,
    );
    expect(await value("llm_output_tokens_per_second_count", chat)).toBe(1);
    expect(await value("llm_inflight_requests", chat)).toBe(0);
    expect(await value("llm_time_to_first_token_seconds_count", chat)).toBe(0);
    expect(await value("llm_usage_missing_total", chat)).toBe(0);
    expect(await value("llm_unpriced_requests_total", chat)).toBe(0);
  });

  it("throws on what was thrown, and keeps failures out of the duration", async () => {
    const { llm, value } = app();
    const error = Object.assign(new Error("slow down"), { status: 429 });
    await expect(llm.observe(request, () => Promise.reject(error))).rejects.toBe(error);
    await expect(
      llm.observe(request, () => {
        throw error;
      }),
    ).rejects.toBe(error);
    expect(await value("llm_requests_total", { ...chat, status: "rate_limited" })).toBe(2);
    expect(await value("llm_errors_total", { ...chat, error_type: "rate_limited" })).toBe(2);
    expect(await value("llm_request_duration_seconds_count", chat)).toBe(0);
    expect(await value("llm_unpriced_requests_total", chat)).toBe(0);
    expect(await value("llm_usage_missing_total", chat)).toBe(0);
    expect(await value("llm_inflight_requests", chat)).toBe(0);
  });

  it("counts requests inside of it as one request, with the sum of their tokens", async () => {
    const { llm, value } = app();
    await llm.observe(request, async () => {
      await sleep(1);
      const inner = llm.start({ feature: "search", model: "claude-sonnet-5", stream: true });
      inner.retry();
      inner.usage(known);
      inner.end();
      await llm.observe({ feature: "search", model: "claude-sonnet-5" }, (call) => call.usage(known));
    });
    expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
    expect(await value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(2000);
    expect(await value("llm_retries_total", chat)).toBe(1);
    const other = { feature: "search", model: "claude-sonnet-5", provider: "anthropic" };
    expect(await value("llm_requests_total", { ...other, status: "success" })).toBe(0);
    expect(await value("llm_inflight_requests", other)).toBe(0);
  });

  it("doesn't count work that outlives it as its own", async () => {
    const { llm, value } = app();
    let later: Promise<void> | undefined;
    await llm.observe(request, (call) => {
      call.usage(known);
      later = sleep(5).then(() => llm.observe(request, (inner) => inner.usage(known)));
    });
    await later;
    expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
  });

  it("counts once what two parts of an app, or two copies of this package, see of one request", async () => {
    vi.resetModules();
    const copy = await import("@llm-slo/metrics");
    expect(copy.createLlmMetrics).not.toBe(createLlmMetrics);
    const { llm, value } = app();
    const inner = copy.createLlmMetrics({ metrics: declared, registry: llm.registry });
    await llm.observe(request, () => inner.observe(request, (call) => call.usage(known)));
    expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
    expect(await value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(known.input);
    const client = { chat: { completions: { create: async (_: object) => ({}) } } };
    const defaults = { feature: "search" } as const;
    expect(inner.openai(llm.openai(client, defaults), defaults)).toBe(client);
    await client.chat.completions.create({ model: "any" });
    const counted = { feature: "search", model: "other", provider: "other", status: "success" };
    expect(await value("llm_requests_total", counted)).toBe(1);
  });

  it("keeps the metrics of two apps in one process apart", async () => {
    const [one, two] = [app(), app()];
    await one.llm.observe(request, () => two.llm.observe(request, () => {}));
    for (const { value } of [one, two])
      expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
  });
});

it("a tracer that fails costs a request its span, not its place in the counts", async () => {
  const start = () => {
    throw new Error("no tracer");
  };
  const { llm, value, errors } = app({ tracing: { exemplars: false, content: false, start } });
  await llm.observe(request, () => {});
  expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
  expect(errors.map(String)).toEqual(["Error: no tracer"]);
  expect(await value("llm_metrics_errors_total", {})).toBe(1);
});

it("errors of the package are counted even where onError fails", async () => {
  const { llm, value } = app({ onError: raise, prices: { "own-model": {} as never } });
  await llm.observe(request, () => {});
  expect(await value("llm_metrics_errors_total", {})).toBe(1);
});

describe("a started request", () => {
  it("measures the time to its first token, and only the first", async () => {
    const { llm, value } = app();
    const call = llm.start({ ...request, stream: true });
    await sleep(20);
    call.firstToken();
    await sleep(100);
    call.firstToken();
    call.end();
    const first = (await value("llm_time_to_first_token_seconds_sum", chat)) ?? 0;
    const whole = (await value("llm_request_duration_seconds_sum", chat)) ?? 0;
    expect(first).toBeGreaterThan(0.015);
    expect(whole - first).toBeGreaterThan(0.09);
    expect(await value("llm_first_token_missing_total", chat)).toBe(0);
  });

  it.each(["error", "timeout", "rate_limited", "cancelled", "content_filtered", "success"])(
    "a stream without a first token that ends with %s counts as missing where it failed",
    async (status) => {
      const { llm, value } = app();
      const call = llm.start({ ...request, stream: true });
      if (status === "success") call.end();
      else if (status === "cancelled") call.cancel();
      else if (status === "content_filtered") call.refuse();
      else call.fail({ status: { error: 500, timeout: 504, rate_limited: 429 }[status as "error"] });
      expect(await value("llm_requests_total", { ...chat, status })).toBe(1);
      const failed = ["error", "timeout", "rate_limited"].includes(status);
      expect(await value("llm_first_token_missing_total", chat)).toBe(failed ? 1 : 0);
    },
  );

  it("is in flight until it ends, and ends once", async () => {
    const { llm, value } = app();
    const call = llm.start(request);
    expect(await value("llm_inflight_requests", chat)).toBe(1);
    call.end();
    call.end();
    call.fail(new Error("late"));
    call.cancel();
    call.usage(known);
    call.retry();
    call.firstToken();
    expect(await value("llm_inflight_requests", chat)).toBe(0);
    expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
    expect(await value("llm_requests_total", { ...chat, status: "error" })).toBe(0);
    expect(await value("llm_tokens_total", { ...chat, token_type: "input" })).toBe(0);
    expect(await value("llm_retries_total", chat)).toBe(0);
  });

  it("is abandoned when it is disposed of without an end", async () => {
    const { llm, value } = app();
    llm.start(request)[Symbol.dispose]();
    expect(await value("llm_requests_total", { ...chat, status: "cancelled" })).toBe(1);
    expect(await value("llm_errors_total", { ...chat, error_type: "abandoned" })).toBe(1);
  });

  it("is abandoned by the first scrape after it has been open for too long", async () => {
    const { llm, value } = app({ maxRequestSeconds: 0.05 });
    const old = llm.start(request);
    await sleep(70);
    const young = llm.start(request);
    expect(await value("llm_inflight_requests", chat)).toBe(1);
    expect(await value("llm_errors_total", { ...chat, error_type: "abandoned" })).toBe(1);
    old.end();
    young.end();
    expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
  });

  it("is never overdue where the limit is no number", async () => {
    const { llm, value } = app({ maxRequestSeconds: Number.NaN });
    const call = llm.start(request);
    expect(await value("llm_inflight_requests", chat)).toBe(1);
    call.end();
  });

  it("that nobody holds any more is let go after its time", async () => {
    const { llm, value } = app({ maxRequestSeconds: 0.01 });
    for (let i = 0; i < 10; i++) llm.start(request);
    collect();
    await sleep(20);
    expect(await value("llm_inflight_requests", chat)).toBe(0);
  });

  it("measures by a clock that never jumps", async () => {
    const { llm, value } = app();
    const call = llm.start(request);
    const spy = vi.spyOn(Date, "now").mockReturnValue(0);
    call.end();
    spy.mockRestore();
    expect(await value("llm_request_duration_seconds_sum", chat)).toBeGreaterThanOrEqual(0);
    expect(await value("llm_request_duration_seconds_sum", chat)).toBeLessThan(5);
  });
});

describe("cost", () => {
  it("that nobody knows is counted and never charged as 0", async () => {
    const { llm, value, nonZero } = app();
    const own = { feature: "chat", model: "own-model", provider: "vllm" };
    await llm.observe({ feature: "chat", model: "own-model" }, (call) => call.usage(known));
    expect(await value("llm_unpriced_requests_total", own)).toBe(1);
    expect((await nonZero()).filter((line) => line.includes("cost"))).toEqual([]);
    expect(await value("llm_tokens_total", { ...own, token_type: "output" })).toBe(100);
  });

  it("without token counts is unknown too", async () => {
    const { llm, value } = app();
    await llm.observe(request, () => {});
    expect(await value("llm_usage_missing_total", chat)).toBe(1);
    expect(await value("llm_unpriced_requests_total", chat)).toBe(1);
    expect(await value("llm_cost_per_request_usd_count", chat)).toBe(0);
  });

  it("comes from the app's own prices where it has some", async () => {
    const { llm, value } = app({ prices: { "own-model": { input: 1, output: 10, contextWindow: 2200 } } });
    const own = { feature: "chat", model: "own-model", provider: "vllm" };
    await llm.observe({ feature: "chat", model: "own-model" }, (call) => call.usage(known));
    expect(await value("llm_cost_usd_total", own)).toBeCloseTo(0.002, 9);
    expect(await value("llm_context_utilisation_ratio_sum", { feature: "chat", model: "own-model" })).toBe(0.5);
  });

  it("is never spoilt by a price of the app's own that makes no sense: the request is unpriced", async () => {
    const { llm, value, errors } = app({ prices: { "own-model": { input: 1 } as never } });
    const own = { feature: "chat", model: "own-model", provider: "vllm" };
    expect(errors.map(String)).toEqual([expect.stringContaining("own-model › output")]);
    await llm.observe({ feature: "chat", model: "own-model" }, (call) => call.usage(known));
    expect(await value("llm_cost_usd_total", own)).toBe(0);
    expect(await value("llm_unpriced_requests_total", own)).toBe(1);
  });

  it("of a fine-tuned model is never that of the model it was made of", async () => {
    const { llm, value } = app({ prices: { "ft:gpt-5-mini:acme::2": { input: 1, output: 10 } } });
    await llm.observe({ feature: "chat", model: "ft:gpt-5-mini:acme::1" }, (call) => call.usage(known));
    expect(await value("llm_cost_usd_total", chat)).toBe(0);
    expect(await value("llm_unpriced_requests_total", chat)).toBe(1);
    await llm.observe({ feature: "chat", model: "ft:gpt-5-mini:acme::2" }, (call) => call.usage(known));
    expect(await value("llm_cost_usd_total", chat)).toBeCloseTo(0.002, 9);
  });

  it("is the provider's own word where it gives one, also without tokens", async () => {
    const { llm, value } = app();
    await llm.observe(request, (call) => call.cost(0.25));
    await llm.observe(request, (call) => {
      call.cost(0.5);
      call.usage(known);
    });
    expect(await value("llm_cost_usd_total", chat)).toBe(0.75);
    expect(await value("llm_unpriced_requests_total", chat)).toBe(0);
  });

  it("of an answer that broke off is charged as far as it is known, and counted as unpriced", async () => {
    const { llm, value } = app();
    const call = llm.start({ ...request, stream: true });
    call.usage({ input: 1000 });
    call.firstToken();
    call.cancel();
    expect(await value("llm_cost_usd_total", chat)).toBeCloseTo(0.00025, 9);
    expect(await value("llm_unpriced_requests_total", chat)).toBe(1);
    expect(await value("llm_usage_missing_total", chat)).toBe(1);
    expect(await value("llm_cost_per_request_usd_count", chat)).toBe(0);
  });

  it("of an answer that was held back is missed, of a prompt that was refused outright it isn't", async () => {
    const { llm, value } = app();
    llm.start(request).refuse("content_filter");
    expect(await value("llm_usage_missing_total", chat)).toBe(1);
    llm.start(request).fail({ status: 400, code: "content_filter" });
    expect(await value("llm_requests_total", { ...chat, status: "content_filtered" })).toBe(2);
    expect(await value("llm_usage_missing_total", chat)).toBe(1);
  });

  it("of an embedding needs no output tokens", async () => {
    const { llm, value } = app();
    await llm.observe({ ...request, operation: "embeddings" }, (call) => call.usage({ input: 10 }));
    expect(await value("llm_usage_missing_total", chat)).toBe(0);
    expect(await value("llm_cost_per_request_usd_count", chat)).toBe(1);
  });

  it("of a model nobody declared is charged all the same, under other", async () => {
    const { llm, value } = app();
    await llm.observe({ feature: "chat", model: "gpt-5", provider: "openai" }, (call) => call.usage(known));
    const other = { feature: "chat", model: "other", provider: "other" };
    expect(await value("llm_cost_usd_total", other)).toBeCloseTo(0.00225, 9);
    expect(await value("llm_unpriced_requests_total", other)).toBe(0);
  });

  it("of a deployment is that of the model behind it, or else of the model that answered", async () => {
    const { llm, value } = app({ modelAliases: { "chat-prod": "gpt-5-mini" } });
    await llm.observe({ feature: "chat", model: "chat-prod" }, (call) => call.usage(known));
    expect(await value("llm_cost_usd_total", chat)).toBeCloseTo(0.00045, 9);
    await llm.observe({ feature: "chat", model: "chat-test", provider: "azure.ai.openai" }, (call) => {
      call.answeredBy("gpt-4o");
      call.usage(known);
    });
    const other = { feature: "chat", model: "other", provider: "other" };
    expect(await value("llm_cost_usd_total", other)).toBeCloseTo(0.0035, 9);
  });
});

describe("label values", () => {
  const asked = async (model: unknown, rest: object = {}, options: Parameters<typeof app>[0] = {}) => {
    const { llm, nonZero } = app(options);
    await llm.observe({ feature: "chat", model: model as "gpt-5-mini", ...rest }, () => {});
    return (await nonZero()).filter((line) => /^llm_(requests|metrics)/.test(line));
  };
  const one = (model: string, provider: string) =>
    `llm_requests_total{feature="chat",model="${model}",provider="${provider}",status="success"} 1`;

  it.each([
    ["gpt-5-mini", "gpt-5-mini", "openai"],
    ["gpt-5-mini-2025-08-07", "gpt-5-mini", "openai"],
    ["openai/gpt-5-mini", "gpt-5-mini", "openai"],
    ["ft:gpt-5-mini-2025-08-07:acme::abc123", "gpt-5-mini", "openai"],
    ["claude-sonnet-5-20260801", "claude-sonnet-5", "anthropic"],
    ["claude-sonnet-5-latest", "claude-sonnet-5", "anthropic"],
    ["claude-sonnet-5@20260801", "claude-sonnet-5", "anthropic"],
  ])("the model %s is recorded as %s", async (model, label, provider) => {
    expect(await asked(model)).toEqual([one(label, provider)]);
  });

  it.each(["gpt-9", "", "constructor", "gpt-5-minister", undefined, 7])(
    "the model %j is recorded as other, and counted",
    async (model) => {
      expect(await asked(model)).toEqual([one("other", "other"), 'llm_metrics_capped_total{label="model"} 1']);
    },
  );

  it("a deployment is recorded as the model behind it", async () => {
    expect(await asked("prod-7", {}, { modelAliases: { "prod-7": "gpt-5-mini" } })).toEqual([
      one("gpt-5-mini", "openai"),
    ]);
  });

  it("a provider is one of those declared for the model, or other", async () => {
    expect(await asked("claude-sonnet-5", { provider: "aws.bedrock" })).toEqual([
      one("claude-sonnet-5", "aws.bedrock"),
    ]);
    expect(await asked("claude-sonnet-5", { provider: "elsewhere" })).toEqual([
      one("claude-sonnet-5", "other"),
      'llm_metrics_capped_total{label="provider"} 1',
    ]);
  });

  it("a flood of values makes one series more, not thousands", async () => {
    const { llm } = app();
    const lines = async () => (await llm.expose()).body.split("\n").length;
    const before = await lines();
    for (let n = 0; n < 3000; n++) llm.start({ feature: `f${n}` as "chat", model: `m${n}`, provider: `p${n}` }).end();
    expect((await lines()) - before).toBeLessThan(200);
  });

  it("labels of the organisation's own are on every series of a request, and start at 0 for all of their values", async () => {
    const registry = new Registry();
    const llm = createLlmMetrics({
      metrics: declareMetrics({
        features: ["chat"],
        models: { m: "p" },
        labels: { tenant: ["free", "paid"], region: ["eu", "us"] },
      }),
      registry,
    });
    llm.start({ feature: "chat", model: "m", labels: { tenant: "paid", region: "eu" } }).end();
    // @ts-expect-error: not a value of tenant
    llm.start({ feature: "chat", model: "m", labels: { tenant: "gold", region: "eu" } }).end();
    // @ts-expect-error: labels that were declared must be given
    llm.start({ feature: "chat", model: "m" }).end();
    const lines = (await llm.expose()).body.split("\n").filter((line) => /^llm_requests_total.*success/.test(line));
    expect(lines.toSorted()).toEqual(
      [
        ["eu", "free", 0],
        ["us", "free", 0],
        ["eu", "paid", 1],
        ["us", "paid", 0],
        ["eu", "other", 1],
        ["other", "other", 1],
      ]
        .map(
          ([region, tenant, count]) =>
            `llm_requests_total{feature="chat",model="m",provider="p",tenant="${tenant}",region="${region}",status="success"} ${count}`,
        )
        .toSorted(),
    );
  });
});

describe("the clean start", () => {
  it("has every declared series of a request at 0, and only those of what the app serves", async () => {
    const { llm } = app({ features: ["search"], models: ["claude-sonnet-5"] });
    const lines = (await llm.expose()).body.split("\n").filter((line) => line.startsWith("llm_requests_total"));
    expect(lines.toSorted()).toEqual(
      ["anthropic", "aws.bedrock"]
        .flatMap((provider) =>
          ["success", "error", "timeout", "rate_limited", "cancelled", "content_filtered"].map(
            (status) =>
              `llm_requests_total{feature="search",model="claude-sonnet-5",provider="${provider}",status="${status}"} 0`,
          ),
        )
        .toSorted(),
    );
  });

  it("tells onError of a feature or model that nobody declared, and records it as other", async () => {
    const { llm, errors, value } = app({ features: ["chat", "chatt" as "chat"], models: ["gpt-9" as "own-model"] });
    expect(errors.map(String)).toEqual([
      expect.stringContaining("features › chatt: not in slos/metrics.ts"),
      expect.stringContaining("models › gpt-9: not in slos/metrics.ts"),
    ]);
    llm.start({ feature: "chatt" as "chat", model: "gpt-9" }).end();
    const other = { feature: "other", model: "other", provider: "other", status: "success" };
    expect(await value("llm_requests_total", other)).toBe(1);
    expect((await llm.expose()).body).not.toMatch(/chatt|gpt-9/);
  });

  it("needs a declaration, and says so", () => {
    expect(() => createLlmMetrics(undefined as never)).toThrow(/needs \{ metrics \}/);
    expect(() => createLlmMetrics({} as never)).toThrow(TypeError);
  });

  it.each([
    ["a label that Prometheus doesn't take", { labels: { "tenant-id": ["a"] } }, /Invalid label name/],
    ["labels without a list of values", { labels: { tenant: "free" } }, /map is not a function/],
  ])("refuses a declaration with %s, and says who checks it", (_, wrong, why) => {
    const metrics = declareMetrics({ features: ["chat"], models: { m: "p" }, ...(wrong as object) });
    const create = () => createLlmMetrics({ metrics, registry: new Registry() });
    expect(create).toThrow(TypeError);
    expect(create).toThrow(why);
    expect(create).toThrow(/npx llm-slo synth/);
  });
});

it("what is declared types what can be recorded", () => {
  const { llm } = app();
  expect(declared.features).toEqual(["chat", "search"]);
  // @ts-expect-error: not a feature
  llm.start({ feature: "chatt", model: "gpt-5-mini" }).end();
  // @ts-expect-error: nobody declared this label
  llm.start({ feature: "chat", model: "gpt-5-mini", labels: { tenant: "paid" } }).end();
  // @ts-expect-error: not an evaluator
  llm.recordEvaluation({ feature: "chat", evaluator: "vibes", result: "pass" });
  // @ts-expect-error: not a result
  llm.recordEvaluation({ feature: "chat", evaluator: "hallucination", result: "maybe" });
  // @ts-expect-error: not a check
  llm.recordValidation({ feature: "chat", check: "spelling", result: "pass" });
});
