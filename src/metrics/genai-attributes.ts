// What OpenTelemetry calls what is known of a request. Its conventions for generative AI have no releases; this is how they stood at
// https://github.com/open-telemetry/semantic-conventions-genai/blob/024a4f944a1291fcb627c9c47da69e79868dd15e/docs/gen-ai/client-inference.md
import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { TracedEnd, TracedRequest } from "./tracing.ts";
import type { TokenUsage } from "./usage.ts";

/** Adds up what is known; undefined unless the first is. */
const whole = (first: number | undefined, ...others: readonly (number | undefined)[]): number | undefined =>
  first === undefined ? undefined : others.reduce<number>((sum, other) => sum + (other ?? 0), first);

/** An answer that broke off has the reason `error`; a request that was refused outright has none. */
const finishReasons = (end: TracedEnd): string[] | undefined => {
  const broken = end.errorType !== undefined && end.timeToFirstTokenSeconds !== undefined;
  const reason = end.finishReason ?? (broken ? "error" : undefined);
  return reason === undefined ? undefined : [reason];
};

type Table<T> = Readonly<Record<string, (from: T) => AttributeValue | undefined>>;

const ofRequest: Table<TracedRequest> = {
  "gen_ai.operation.name": ({ operation }) => operation,
  "gen_ai.provider.name": ({ provider }) => provider,
  "gen_ai.request.model": ({ model }) => model,
  // Left out unless it is true, says the convention.
  "gen_ai.request.stream": ({ stream }) => (stream ? true : undefined),
  "llm_slo.feature": ({ feature }) => feature,
};

const ofUsage: Table<TokenUsage> = {
  // Totals that include their details, unlike our own counts.
  "gen_ai.usage.input_tokens": ({ input, cacheRead, cacheWrite }) => whole(input, cacheRead, cacheWrite),
  "gen_ai.usage.cache_read.input_tokens": ({ cacheRead }) => cacheRead,
  "gen_ai.usage.cache_write.input_tokens": ({ cacheWrite }) => cacheWrite,
  "gen_ai.usage.output_tokens": ({ output, reasoning }) => whole(output, reasoning),
  "gen_ai.usage.reasoning.output_tokens": ({ reasoning }) => reasoning,
};

const ofEnd: Table<TracedEnd> = {
  "error.type": ({ errorType }) => errorType,
  "gen_ai.response.model": ({ responseModel }) => responseModel,
  "gen_ai.response.finish_reasons": finishReasons,
  // Ours is the first chunk with content.
  "gen_ai.response.time_to_first_chunk": ({ timeToFirstTokenSeconds }) => timeToFirstTokenSeconds,
  "llm_slo.cost_usd": ({ costUsd }) => costUsd,
};

/** Prompt and answer, for tracers that were told to record them. */
export const contentAttributes = { input: "gen_ai.input.messages", output: "gen_ai.output.messages" } as const;

function fill<T>(table: Table<T>, from: T): Attributes {
  return Object.fromEntries(Object.entries(table).map(([name, value]) => [name, value(from)]));
}

/** What is known when a request starts, so that samplers can go by it. */
export const requestAttributes = (request: TracedRequest): Attributes => fill(ofRequest, request);

export const endAttributes = (end: TracedEnd): Attributes => ({
  ...fill(ofEnd, end),
  ...fill(ofUsage, end.usage ?? {}),
});
