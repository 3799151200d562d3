// What SDKs say of tokens, in the shapes of their answers, to one partition: every token is counted once.

/**
 * Tokens of one request as a partition: the fields don't overlap, so that summing them is right. Leave out what you don't know; 0 means none.
 * The functions of this module make one from what a provider's SDK returned.
 */
export interface TokenUsage {
  /** Input tokens that were neither read from a cache nor written to one. */
  readonly input?: number | undefined;
  /** Input tokens read from the provider's prompt cache. */
  readonly cacheRead?: number | undefined;
  /** Input tokens written to the provider's prompt cache. */
  readonly cacheWrite?: number | undefined;
  /** How many of `cacheWrite` were written for an hour, which some providers charge at a rate of its own. */
  readonly cacheWrite1h?: number | undefined;
  /** Output tokens without reasoning. */
  readonly output?: number | undefined;
  /** Output tokens spent on reasoning. */
  readonly reasoning?: number | undefined;
}

type Loose = Readonly<Record<string, unknown>>;

const fields = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});

/** A count of tokens, or undefined for null, NaN, negative and whatever else isn't one. */
function count(value: unknown): number | undefined {
  return typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY ? value : undefined;
}

/** What is left of a whole without its parts, never below 0. */
function without(whole: number | undefined, ...parts: readonly (number | undefined)[]): number | undefined {
  return whole === undefined
    ? undefined
    : Math.max(0, whole - parts.reduce<number>((sum, part) => sum + (part ?? 0), 0));
}

function sum(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined && b === undefined ? undefined : (a ?? 0) + (b ?? 0);
}

/** Adds the tokens of two requests, or of two parts of one. */
export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: sum(a.input, b.input),
    cacheRead: sum(a.cacheRead, b.cacheRead),
    cacheWrite: sum(a.cacheWrite, b.cacheWrite),
    cacheWrite1h: sum(a.cacheWrite1h, b.cacheWrite1h),
    output: sum(a.output, b.output),
    reasoning: sum(a.reasoning, b.reasoning),
  };
}

/** From totals that include their details to a partition. */
function fromTotals(input: unknown, output: unknown, details: Omit<TokenUsage, "input" | "output">): TokenUsage {
  return {
    ...details,
    input: without(count(input), details.cacheRead, details.cacheWrite),
    output: without(count(output), details.reasoning),
  };
}

/**
 * `usage` of OpenAI's chat completions, responses and embeddings: input includes what the cache gave, output includes reasoning.
 * @example call.usage(openaiUsage(completion.usage));
 */
export function openaiUsage(usage: unknown): TokenUsage {
  const { prompt_tokens, completion_tokens, input_tokens, output_tokens, ...rest } = fields(usage);
  const input = fields(rest.prompt_tokens_details ?? rest.input_tokens_details);
  const output = fields(rest.completion_tokens_details ?? rest.output_tokens_details);
  return fromTotals(prompt_tokens ?? input_tokens, completion_tokens ?? output_tokens, {
    cacheRead: count(input.cached_tokens),
    cacheWrite: count(input.cache_write_tokens),
    reasoning: count(output.reasoning_tokens),
  });
}

/**
 * `usage` of Anthropic's messages: input excludes both what was read from the cache and what was written to it; output includes thinking.
 * @example call.usage(anthropicUsage(message.usage));
 */
export function anthropicUsage(usage: unknown): TokenUsage {
  const { input_tokens, output_tokens, ...rest } = fields(usage);
  const reasoning = count(fields(rest.output_tokens_details).thinking_tokens);
  return {
    input: count(input_tokens),
    cacheRead: count(rest.cache_read_input_tokens),
    cacheWrite: count(rest.cache_creation_input_tokens),
    cacheWrite1h: count(fields(rest.cache_creation).ephemeral_1h_input_tokens),
    output: without(count(output_tokens), reasoning),
    reasoning,
  };
}

/**
 * `usageMetadata` of Gemini: the prompt includes what the cache gave, candidates exclude thoughts, results of tools come on top of the prompt.
 * @example call.usage(geminiUsage(response.usageMetadata));
 */
export function geminiUsage(usage: unknown): TokenUsage {
  const { promptTokenCount, candidatesTokenCount, thoughtsTokenCount, ...rest } = fields(usage);
  const cacheRead = count(rest.cachedContentTokenCount);
  const prompt = sum(count(promptTokenCount), count(rest.toolUsePromptTokenCount));
  const reasoning = count(thoughtsTokenCount);
  // Its API leaves out what is 0, so an answer that stopped while it was still thinking has no candidates.
  const isAllTold = prompt !== undefined && rest.totalTokenCount === prompt + (reasoning ?? 0);
  const output = count(candidatesTokenCount) ?? (isAllTold ? 0 : undefined);
  return { input: without(prompt, cacheRead), cacheRead, output, reasoning };
}

/**
 * `usage` of the AI SDK, of its results and of its models, versions 5 to 7: totals that include their details.
 * @example call.usage(aiSdkUsage(result.usage));
 */
export function aiSdkUsage(usage: unknown): TokenUsage {
  const { inputTokens, outputTokens, ...rest } = fields(usage);
  if (typeof inputTokens === "object" || typeof outputTokens === "object") {
    const input = fields(inputTokens);
    const output = fields(outputTokens);
    return fromTotals(input.total, output.total, {
      cacheRead: count(input.cacheRead),
      cacheWrite: count(input.cacheWrite),
      reasoning: count(output.reasoning),
    });
  }
  const input = fields(rest.inputTokenDetails);
  return fromTotals(inputTokens, outputTokens, {
    cacheRead: count(input.cacheReadTokens ?? rest.cachedInputTokens),
    cacheWrite: count(input.cacheWriteTokens),
    reasoning: count(fields(rest.outputTokenDetails).reasoningTokens ?? rest.reasoningTokens),
  });
}
