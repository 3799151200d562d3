// The AI SDK in the versions that are supported, behind the little that the tests use of it; real types are tested by ai-sdk-types.test.ts.
import * as ai5 from "ai-5";
import { MockLanguageModelV2 } from "ai-5/test";
import * as ai6 from "ai-6";
import { MockLanguageModelV3 } from "ai-6/test";
import * as ai7 from "ai-7";
import { MockLanguageModelV4 } from "ai-7/test";
import { createOpenAICompatible as openai5 } from "ai-sdk-5";
import { createOpenAICompatible as openai6 } from "ai-sdk-6";
import { createOpenAICompatible as openai7 } from "ai-sdk-7";

(globalThis as { AI_SDK_LOG_WARNINGS?: boolean }).AI_SDK_LOG_WARNINGS = false;

export interface StreamPart {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Streamed {
  readonly stream: ReadableStream<StreamPart>;
  readonly [field: string]: unknown;
}

export interface Model {
  readonly provider: string;
  readonly modelId: string;
  doGenerate(params: object): PromiseLike<Readonly<Record<string, unknown>>>;
  doStream(params: object): PromiseLike<Streamed>;
}

interface StreamResult {
  readonly textStream: AsyncIterable<string>;
  readonly fullStream: AsyncIterable<StreamPart>;
  readonly text: Promise<string>;
  readonly usage: Promise<unknown>;
  readonly finishReason: Promise<string>;
}

export interface Ai {
  wrapLanguageModel(options: { readonly model: Model; readonly middleware: unknown }): Model;
  wrapEmbeddingModel?(options: { readonly model: unknown; readonly middleware: unknown }): unknown;
  embedMany(options: object): Promise<{ readonly embeddings: unknown; readonly usage: unknown }>;
  generateText(options: object): Promise<Readonly<Record<string, unknown>>>;
  generateObject(options: object): Promise<Readonly<Record<string, unknown>>>;
  streamText(options: object): StreamResult;
  streamObject(options: object): {
    readonly partialObjectStream: AsyncIterable<unknown>;
    readonly object: Promise<unknown>;
  };
  tool(options: object): unknown;
  jsonSchema(schema: object): unknown;
  stepCountIs(count: number): unknown;
  readonly APICallError: { isInstance(error: unknown): boolean };
  readonly RetryError: { isInstance(error: unknown): boolean };
}

interface Tokens {
  readonly input?: number | undefined;
  readonly cached?: number;
  readonly output?: number | undefined;
  readonly reasoning?: number;
}

export interface Major {
  readonly version: number;
  readonly ai: Ai;
  readonly createProvider: (options: object) => {
    chatModel(id: string): Model;
    textEmbeddingModel(id: string): unknown;
  };
  readonly MockModel: new (options: object) => Model;
  /** A finish reason and usage, in the shapes that models of this version have. */
  readonly ending: (word: string, tokens?: Tokens) => { readonly finishReason: unknown; readonly usage: unknown };
}

const flat: Major["ending"] = (word, { input, cached, output, reasoning } = {}) => ({
  finishReason: word,
  usage: {
    inputTokens: input,
    outputTokens: output,
    totalTokens: undefined,
    cachedInputTokens: cached,
    reasoningTokens: reasoning,
  },
});

const nested: Major["ending"] = (word, { input, cached, output, reasoning } = {}) => ({
  finishReason: { unified: word, raw: `raw ${word}` },
  usage: {
    inputTokens: { total: input, noCache: undefined, cacheRead: cached, cacheWrite: undefined },
    outputTokens: { total: output, text: undefined, reasoning },
  },
});

const major = (version: number, ai: unknown, createProvider: unknown, MockModel: unknown, ending: Major["ending"]) =>
  ({ version, ai, createProvider, MockModel, ending }) as Major;

export const majors: readonly Major[] = [
  major(5, ai5, openai5, MockLanguageModelV2, flat),
  major(6, ai6, openai6, MockLanguageModelV3, nested),
  major(7, ai7, openai7, MockLanguageModelV4, nested),
];
