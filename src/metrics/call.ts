// A request as those who record it see it, and the one that the running code is part of.
import { AsyncLocalStorage } from "node:async_hooks";
import type { DroppedMetric } from "./contract.ts";
import type { PriceBook } from "./prices.ts";
import { processWide } from "./process-wide.ts";
import type { Store } from "./store.ts";
import type { TokenUsage } from "./usage.ts";

/** A request that was started. Its methods never throw; what comes after its end is ignored. */
export interface Call {
  /** Says that the first content of a streamed answer is there. Only the first time counts, and only for a request with `stream: true`. */
  firstToken(): void;
  /** Counts an attempt after the first one. */
  retry(): void;
  /** Adds tokens. @example call.usage(geminiUsage(response.usageMetadata)) */
  usage(usage: TokenUsage): void;
  /** Adds a cost in USD, where the provider tells it; else the cost comes from tokens and prices. */
  cost(usd: number): void;
  /** Names the model that answered, as the provider said: its price is used where the asked one's isn't known. */
  answeredBy(model: unknown): void;
  /** Prompt and answer, for a tracer that was told to record them; otherwise they are not kept. */
  content(content: { readonly input?: unknown; readonly output?: unknown }): void;
  /** Ends a request that succeeded. `finishReason` is the provider's word, for traces. */
  end(finishReason?: string): void;
  /** Ends a request that failed, by what was thrown. @example call.fail(error) */
  fail(error: unknown): void;
  /** Ends a request whose caller went away. */
  cancel(): void;
  /** Ends a request whose answer the provider held back. */
  refuse(kind?: "content_filter" | "refusal"): void;
  /** Runs a function as part of this request: retries and nested requests find it. */
  run<T>(fn: () => T): T;
  /** Ends the request as abandoned, unless it has ended. @example using call = llm.start({ ... }) */
  [Symbol.dispose](): void;
}

/** A request that has started and not ended. */
export interface OpenCall {
  readonly startedAt: number;
  /** Ends a request that nobody waits for any more. */
  abandon(): void;
}

/** What all calls of one `createLlmMetrics` share. */
export interface CallContext {
  readonly store: Store;
  readonly prices: PriceBook;
  readonly wantsContent: boolean;
  /** In the order of their start. */
  readonly open: Set<OpenCall>;
  readonly onDropped: (metric: DroppedMetric) => void;
  readonly onError: (error: unknown) => void;
  /** Told of every cost, for the app's local budgets. */
  readonly onCost: (feature: string, usd: number) => void;
}

/** A request that the running code may be part of. */
export interface ActiveCall extends Call {
  readonly ended: boolean;
  /** Undefined for one that couldn't be started. */
  readonly context: CallContext | undefined;
}

const active = processWide("active-call/1", () => new AsyncLocalStorage<ActiveCall>());

/** Runs a function as part of a request. */
export function runAs<T>(call: ActiveCall, fn: () => T): T {
  return active.run(call, fn);
}

/** The request that the running code is part of; with a context, only one that is written to the same registry. */
export function activeCall(context?: CallContext): ActiveCall | undefined {
  const call = active.getStore();
  if (call === undefined || call.ended) return undefined;
  const sameRegistry = context === undefined || call.context?.store.registry === context.store.registry;
  return sameRegistry ? call : undefined;
}
