import { calcPrice } from "@pydantic/genai-prices";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { costUsd, priceBook } from "../../src/metrics/prices.ts";
import { raise } from "./support/app.ts";

const catalogue = priceBook({}, raise);
const models: readonly (readonly [string, string, string])[] = [
  ["openai", "openai", "gpt-5"],
  ["openai", "openai", "gpt-5-mini-2025-08-07"],
  ["openai", "openai", "gpt-6-astra"],
  ["openai", "openai", "text-embedding-3-small"],
  ["azure.ai.openai", "azure", "gpt-4o"],
  ["anthropic", "anthropic", "claude-sonnet-5"],
  ["anthropic", "anthropic", "claude-sonnet-4-5"],
  ["gcp.gemini", "google", "gemini-2.5-pro"],
  ["gcp.vertex_ai", "google", "gemini-2.5-flash"],
  ["mistral_ai", "mistral", "mistral-large-latest"],
  ["deepseek", "deepseek", "deepseek-chat"],
  ["groq", "groq", "llama-3.3-70b-versatile"],
  ["perplexity", "perplexity", "sonar-pro"],
  ["cohere", "cohere", "command-r-plus"],
];

const tokens = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 400_000 }));
const usages = fc.record({ input: tokens, cacheRead: tokens, cacheWrite: tokens, output: tokens });

describe("a catalogue's price", () => {
  it.each(models)(
    "of %s is what @pydantic/genai-prices says of %s %s, for any tokens at any hour",
    (provider, id, model) => {
      fc.assert(
        fc.property(usages, fc.integer({ min: 0, max: 95 }), (usage, quarters) => {
          const now = Date.UTC(2026, 10, 21) + quarters * 15 * 60_000 + 60_000;
          const theirs = calcPrice(
            {
              input_tokens: usage.input + usage.cacheRead + usage.cacheWrite,
              cache_read_tokens: usage.cacheRead,
              cache_write_tokens: usage.cacheWrite,
              output_tokens: usage.output,
            },
            model,
            { providerId: id, timestamp: new Date(now) },
          );
          const rates = catalogue.of(model, provider, now);
          expect(theirs).not.toBeNull();
          expect(rates).toBeDefined();
          if (rates && theirs) expect(costUsd(rates, usage)).toBeCloseTo(theirs.total_price, 9);
        }),
        { numRuns: 100 },
      );
    },
  );

  it("is unknown for a model that the catalogue doesn't have, and not 0", () => {
    expect(catalogue.of("nonsense-9", "openai")).toBeUndefined();
    expect(catalogue.of("", "")).toBeUndefined();
    expect(catalogue.of("gpt-5-mini", "vllm")).toBeUndefined();
  });

  it("is looked up once, whatever the number of requests", () => {
    expect(catalogue.of("gpt-5", "openai")).toBe(catalogue.of("gpt-5", "openai"));
  });

  it("follows the hour where a provider is cheaper at night", () => {
    const at = (hour: number) => catalogue.of("deepseek-chat", "deepseek", Date.UTC(2026, 10, 21, hour));
    const usage = { input: 1e6, output: 0 };
    const [night, day] = [at(20), at(8)].map((rates) => rates && costUsd(rates, usage));
    expect(night).toBeLessThan(day as number);
  });

  it("charges the whole request at the rates of the tier that its input reaches", () => {
    const rates = catalogue.of("gemini-2.5-pro", "gcp.gemini");
    expect(rates && costUsd(rates, { input: 100_000 })).toBeCloseTo(0.125, 9);
    expect(rates && costUsd(rates, { input: 300_000 })).toBeCloseTo(0.75, 9);
  });

  it("has a rate of its own for a cache that keeps for an hour", () => {
    const rates = catalogue.of("claude-sonnet-5", "anthropic");
    expect(rates && costUsd(rates, { cacheWrite: 1e6 })).toBeCloseTo(2.5, 9);
    expect(rates && costUsd(rates, { cacheWrite: 1e6, cacheWrite1h: 1e6 })).toBeCloseTo(4, 9);
    expect(rates && costUsd(rates, { cacheWrite: 1e6, cacheWrite1h: 9e6 })).toBeCloseTo(4, 9);
  });
});

describe("a price of the app's own", () => {
  const own = priceBook(
    {
      "own-model": { input: 1, output: 2 },
      "gpt-5": { input: 1, cacheRead: 0.1, cacheWrite: 3, cacheWrite1h: 4, output: 2, reasoning: 5, perRequest: 0.5 },
    },
    raise,
  );

  it("comes before the catalogue's, whose context window it keeps", () => {
    const rates = own.of("gpt-5", "openai");
    const usage = { input: 1e6, cacheRead: 1e6, cacheWrite: 2e6, cacheWrite1h: 1e6, output: 1e6, reasoning: 1e6 };
    expect(rates && costUsd(rates, usage)).toBeCloseTo(0.5 + 1 + 0.1 + 3 + 4 + 2 + 5, 9);
    expect(rates?.contextWindow).toBe(400_000);
  });

  it("charges the cache like input and reasoning like output where it says nothing of them", () => {
    const rates = own.of("own-model", "vllm");
    expect(rates && costUsd(rates, { cacheRead: 1e6, cacheWrite: 1e6, reasoning: 1e6 })).toBeCloseTo(4, 9);
    expect(rates?.contextWindow).toBeUndefined();
  });

  it.each([
    ["input", { input: Number.NaN, output: 1 }],
    ["input", { output: 1 }],
    ["output", { input: 1 }],
    ["output", { input: 1, output: -2 }],
    ["cacheRead", { input: 1, output: 1, cacheRead: "0.1" }],
    ["perRequest", { input: 1, output: 1, perRequest: Number.POSITIVE_INFINITY }],
    ["input", null],
  ])("of which %s makes no sense is told, and prices nothing", (field, price) => {
    const errors: unknown[] = [];
    const book = priceBook({ "gpt-5": price as never }, (error) => errors.push(error));
    expect(errors.map(String)).toEqual([expect.stringContaining(`prices › gpt-5 › ${field} must be a number`)]);
    expect(book.of("gpt-5", "openai")).toBeUndefined();
    expect(book.of("gpt-5-mini", "openai")).toBeDefined();
  });

  it("isn't found under names that every object has", () => {
    expect(priceBook({}, raise).of("constructor", "openai")).toBeUndefined();
  });
});

it("a runaway of model ids doesn't fill the memory", () => {
  const book = priceBook({}, raise);
  const first = book.of("gpt-5", "openai");
  for (let id = 0; id < 1500; id++) book.of(`unknown-${id}`, "nobody");
  expect(book.of("gpt-5", "openai")).not.toBe(first);
});
