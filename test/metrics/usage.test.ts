import { aiSdkUsage, anthropicUsage, geminiUsage, openaiUsage, type TokenUsage } from "@llm-slo/metrics";
import { describe, expect, it } from "vitest";

const total = ({ cacheWrite1h: _, ...partition }: TokenUsage) =>
  Object.values(partition).reduce<number>((sum, tokens) => sum + (tokens ?? 0), 0);

const shapes: readonly (readonly [string, TokenUsage, number, TokenUsage])[] = [
  [
    "OpenAI's chat completions, where the prompt includes the cache and the completion includes reasoning",
    openaiUsage({
      prompt_tokens: 1000,
      completion_tokens: 300,
      total_tokens: 1300,
      prompt_tokens_details: { cached_tokens: 400, cache_write_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 200 },
    }),
    1300,
    { input: 500, cacheRead: 400, cacheWrite: 100, output: 100, reasoning: 200 },
  ],
  [
    "OpenAI's responses",
    openaiUsage({
      input_tokens: 1000,
      output_tokens: 300,
      total_tokens: 1300,
      input_tokens_details: { cached_tokens: 400 },
      output_tokens_details: { reasoning_tokens: 0 },
    }),
    1300,
    { input: 600, cacheRead: 400, output: 300, reasoning: 0 },
  ],
  ["OpenAI's embeddings, which have no output", openaiUsage({ prompt_tokens: 8, total_tokens: 8 }), 8, { input: 8 }],
  [
    "OpenAI's images, whose details are no parts of their own",
    openaiUsage({
      input_tokens: 50,
      output_tokens: 1000,
      total_tokens: 1050,
      input_tokens_details: { image_tokens: 40, text_tokens: 10 },
    }),
    1050,
    { input: 50, output: 1000 },
  ],
  [
    "Anthropic's messages, where input excludes the cache",
    anthropicUsage({
      input_tokens: 500,
      cache_read_input_tokens: 400,
      cache_creation_input_tokens: 100,
      cache_creation: { ephemeral_5m_input_tokens: 40, ephemeral_1h_input_tokens: 60 },
      output_tokens: 300,
    }),
    1300,
    { input: 500, cacheRead: 400, cacheWrite: 100, cacheWrite1h: 60, output: 300 },
  ],
  [
    "Gemini's, where candidates exclude thoughts and the prompt includes the cache",
    geminiUsage({
      promptTokenCount: 900,
      cachedContentTokenCount: 400,
      toolUsePromptTokenCount: 100,
      candidatesTokenCount: 100,
      thoughtsTokenCount: 200,
      totalTokenCount: 1300,
    }),
    1300,
    { input: 600, cacheRead: 400, output: 100, reasoning: 200 },
  ],
  [
    "Gemini's, of an answer that stopped while it was still thinking",
    geminiUsage({ promptTokenCount: 900, thoughtsTokenCount: 200, totalTokenCount: 1100 }),
    1100,
    { input: 900, output: 0, reasoning: 200 },
  ],
  [
    "Gemini's, where the candidates are not told",
    geminiUsage({ promptTokenCount: 900, totalTokenCount: 1300 }),
    900,
    { input: 900 },
  ],
  [
    "the AI SDK 5's",
    aiSdkUsage({
      inputTokens: 1000,
      cachedInputTokens: 400,
      outputTokens: 300,
      reasoningTokens: 200,
      totalTokens: 1300,
    }),
    1300,
    { input: 600, cacheRead: 400, output: 100, reasoning: 200 },
  ],
  [
    "the AI SDK 6's and 7's",
    aiSdkUsage({
      inputTokens: 1000,
      inputTokenDetails: { noCacheTokens: 500, cacheReadTokens: 400, cacheWriteTokens: 100 },
      outputTokens: 300,
      outputTokenDetails: { textTokens: 100, reasoningTokens: 200 },
      totalTokens: 1300,
    }),
    1300,
    { input: 500, cacheRead: 400, cacheWrite: 100, output: 100, reasoning: 200 },
  ],
  [
    "a provider's inside of the AI SDK 6 and 7",
    aiSdkUsage({
      inputTokens: { total: 1000, noCache: 500, cacheRead: 400, cacheWrite: 100 },
      outputTokens: { total: 300, text: 100, reasoning: 200 },
    }),
    1300,
    { input: 500, cacheRead: 400, cacheWrite: 100, output: 100, reasoning: 200 },
  ],
];

describe("token usage is a partition for", () => {
  it.each(shapes)("%s", (_, usage, sum, partition) => {
    expect(Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined))).toEqual(partition);
    expect(total(usage)).toBe(sum);
  });
});

describe.each([
  ["openaiUsage", openaiUsage],
  ["anthropicUsage", anthropicUsage],
  ["geminiUsage", geminiUsage],
  ["aiSdkUsage", aiSdkUsage],
])("%s", (_, read) => {
  it.each([undefined, null, 3, "tokens", [], {}])("knows nothing of %j", (usage) => {
    expect(Object.values(read(usage)).filter((value) => value !== undefined)).toEqual([]);
  });

  it("takes nothing for a number that isn't one", () => {
    const odd = { prompt_tokens: Number.NaN, input_tokens: null, promptTokenCount: "7", inputTokens: -1 };
    expect(read(odd).input).toBeUndefined();
  });

  it("doesn't go below 0 where the parts are more than the whole", () => {
    const odd = {
      prompt_tokens: 1,
      prompt_tokens_details: { cached_tokens: 5 },
      input_tokens: 1,
      promptTokenCount: 1,
      cachedContentTokenCount: 5,
      inputTokens: 1,
      cachedInputTokens: 5,
    };
    expect(read(odd).input).toBeGreaterThanOrEqual(0);
  });
});
