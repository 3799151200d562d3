// What the package asks of a tracer; `@llm-slo/metrics/otel` has one.
import type { ErrorType } from "./contract.ts";
import type { Exemplar } from "./store.ts";
import type { TokenUsage } from "./usage.ts";

/** What a request does, in the words of OpenTelemetry's `gen_ai.operation.name`. */
export type Operation = "chat" | "embeddings" | "generate_content" | "text_completion" | (string & {});

/** A request that starts, as a tracer sees it. */
export interface TracedRequest {
  readonly feature: string;
  /** The model as the app asks for it, before it became a label. */
  readonly model: string;
  readonly provider: string;
  readonly operation: Operation;
  readonly stream: boolean;
}

/** How a traced request ended. */
export interface TracedEnd {
  /** Undefined for a success. */
  readonly errorType: ErrorType | undefined;
  /** What was thrown, if anything was. */
  readonly error: unknown;
  readonly usage: TokenUsage | undefined;
  readonly responseModel: string | undefined;
  readonly finishReason: string | undefined;
  readonly costUsd: number | undefined;
  readonly timeToFirstTokenSeconds: number | undefined;
  /** Prompt and answer: only where the tracer asked for them. */
  readonly input: unknown;
  readonly output: unknown;
}

/** One request's span. */
export interface TracedCall {
  /** The trace this request belongs to, where it is sampled. */
  readonly exemplar: Exemplar | undefined;
  /** Runs the request inside of its span. */
  run<T>(fn: () => T): T;
  end(end: TracedEnd): void;
}

export interface Tracing {
  /** Whether histograms carry exemplars; scrapers that ask for OpenMetrics then see them. */
  readonly exemplars: boolean;
  /** Whether prompts and answers are wanted. */
  readonly content: boolean;
  start(request: TracedRequest): TracedCall;
}
