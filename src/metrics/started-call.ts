// One request from its start to its end: what it writes to the contract's series, and when.
import { type ActiveCall, type CallContext, type OpenCall, runAs } from "./call.ts";
import type { TokenType } from "./contract.ts";
import { type Failure, failure, failureOf } from "./failures.ts";
import { costUsd } from "./prices.ts";
import type { RequestSeries } from "./request-series.ts";
import type { Exemplar } from "./store.ts";
import type { Operation, TracedCall } from "./tracing.ts";
import { addUsage, type TokenUsage } from "./usage.ts";

const tokensOf: readonly (readonly [TokenType, keyof TokenUsage])[] = [
  ["input", "input"],
  ["cache_read", "cacheRead"],
  ["cache_write", "cacheWrite"],
  ["output", "output"],
  ["reasoning", "reasoning"],
];
/** More than any request's tokens or USD: what is beyond is a mistake, and counters never forget one. */
const most = 1e9;

const usable = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= most;

export interface StartedRequest {
  readonly model: string;
  /** Who serves it: known even where the label says other. */
  readonly provider: string;
  readonly operation: Operation;
  readonly stream: boolean;
  readonly traced: TracedCall | undefined;
}

export class StartedCall implements ActiveCall, OpenCall {
  readonly context: CallContext;
  readonly startedAt = performance.now();
  ended = false;
  private readonly series: RequestSeries;
  private readonly request: StartedRequest;
  private readonly exemplar: Exemplar | undefined;
  private firstTokenAt: number | undefined;
  private tokens: TokenUsage | undefined;
  private usd: number | undefined;
  private responseModel: string | undefined;
  private input: unknown;
  private output: unknown;

  constructor(context: CallContext, series: RequestSeries, request: StartedRequest) {
    this.context = context;
    this.series = series;
    this.request = request;
    this.exemplar = request.traced?.exemplar;
    context.store.add.llm_inflight_requests(series.scope, 1);
    context.open.add(this);
  }

  firstToken(): void {
    if (!this.ended) this.firstTokenAt ??= performance.now();
  }

  retry(): void {
    if (this.ended) return;
    this.context.store.add.llm_retries_total(this.series.scope, 1);
  }

  usage(usage: TokenUsage): void {
    if (this.ended) return;
    try {
      const sound = this.soundUsage(usage);
      this.tokens = this.tokens === undefined ? sound : addUsage(this.tokens, sound);
    } catch (error) {
      this.context.onError(error);
    }
  }

  cost(usd: number): void {
    if (this.ended) return;
    if (usable(usd)) this.usd = (this.usd ?? 0) + usd;
    else this.context.onDropped("llm_cost_usd_total");
  }

  answeredBy(model: unknown): void {
    if (typeof model === "string") this.responseModel = model;
  }

  content(content: { readonly input?: unknown; readonly output?: unknown }): void {
    if (!this.context.wantsContent || this.ended) return;
    this.input ??= content?.input;
    this.output = content?.output ?? this.output;
  }

  end(finishReason?: string): void {
    this.finish(undefined, undefined, finishReason);
  }

  fail(error: unknown): void {
    if (!this.ended) this.finish(failureOf(error), error, undefined);
  }

  cancel(): void {
    this.finish(failure("cancelled"), undefined, undefined);
  }

  refuse(kind: "content_filter" | "refusal" = "refusal"): void {
    this.finish(failure(kind === "content_filter" ? kind : "refusal"), undefined, kind);
  }

  abandon(): void {
    this.finish(failure("abandoned"), undefined, undefined);
  }

  run<T>(fn: () => T): T {
    const { traced } = this.request;
    return runAs(this, traced === undefined ? fn : () => traced.run(fn));
  }

  [Symbol.dispose](): void {
    this.abandon();
  }

  private soundUsage(given: TokenUsage): TokenUsage {
    const { input, cacheRead, cacheWrite, cacheWrite1h, output, reasoning } = given;
    return {
      input: this.sound(input),
      cacheRead: this.sound(cacheRead),
      cacheWrite: this.sound(cacheWrite),
      cacheWrite1h: this.sound(cacheWrite1h),
      output: this.sound(output),
      reasoning: this.sound(reasoning),
    };
  }

  private sound(tokens: unknown): number | undefined {
    if (usable(tokens)) return tokens;
    if (tokens !== undefined && tokens !== null) this.context.onDropped("llm_tokens_total");
    return undefined;
  }

  private finish(failed: Failure | undefined, error: unknown, finishReason: string | undefined): void {
    if (this.ended) return;
    this.ended = true;
    const seconds = (performance.now() - this.startedAt) / 1000;
    const { context } = this;
    context.open.delete(this);
    try {
      context.store.add.llm_inflight_requests(this.series.scope, -1);
      this.writeOutcome(failed, seconds);
      this.writeTokens(failed, error !== undefined);
      this.endTrace(failed, error, finishReason);
    } catch (problem) {
      context.onError(problem);
    }
  }

  private endTrace(failed: Failure | undefined, error: unknown, finishReason: string | undefined): void {
    this.request.traced?.end({
      errorType: failed?.errorType,
      error,
      usage: this.tokens,
      responseModel: this.responseModel,
      finishReason,
      costUsd: this.usd,
      timeToFirstTokenSeconds:
        this.firstTokenAt === undefined ? undefined : (this.firstTokenAt - this.startedAt) / 1000,
      input: this.input,
      output: this.output,
    });
  }

  private writeOutcome(failed: Failure | undefined, seconds: number): void {
    const { store } = this.context;
    const { scope, byStatus, byErrorType } = this.series;
    const status = failed?.status ?? "success";
    store.add.llm_requests_total(byStatus[status], 1);
    if (failed === undefined) store.observe.llm_request_duration_seconds(scope, seconds, this.exemplar);
    else store.add.llm_errors_total(byErrorType[failed.errorType], 1);
    if (this.request.stream && this.firstTokenAt !== undefined) {
      const first = (this.firstTokenAt - this.startedAt) / 1000;
      store.observe.llm_time_to_first_token_seconds(scope, first, this.exemplar);
    } else if (this.request.stream && (status === "error" || status === "timeout" || status === "rate_limited")) {
      store.add.llm_first_token_missing_total(scope, 1);
    }
    const { output = 0, reasoning = 0 } = this.tokens ?? {};
    if (failed === undefined && output + reasoning > 0 && seconds > 0) {
      store.observe.llm_output_tokens_per_second(scope, (output + reasoning) / seconds, this.exemplar);
    }
  }

  private writeTokens(failed: Failure | undefined, thrown: boolean): void {
    const { store } = this.context;
    const { scope, byTokenType, context } = this.series;
    const usage = this.tokens;
    if (usage !== undefined) {
      for (const [type, field] of tokensOf) {
        const tokens = usage[field];
        if (tokens !== undefined && tokens > 0) store.add.llm_tokens_total(byTokenType[type], tokens);
      }
    }
    // An answer that the provider held back was made and is charged; a prompt that it refused outright was not.
    const heldBack = failed?.status === "content_filtered" && !thrown;
    const answered = failed === undefined || heldBack || this.firstTokenAt !== undefined;
    const whole = usage?.input !== undefined && (usage.output !== undefined || this.request.operation === "embeddings");
    if (answered && !whole) store.add.llm_usage_missing_total(scope, 1);
    if (!answered && usage === undefined && this.usd === undefined) return;
    const rates = this.rates();
    const priced = this.usd !== undefined || (whole && rates !== undefined);
    // What is known of an answer that broke off is charged: too little, which is why the request counts as unpriced all the same.
    if (this.usd === undefined && usage !== undefined && rates !== undefined) this.usd = costUsd(rates, usage);
    if (this.usd !== undefined) {
      store.add.llm_cost_usd_total(scope, this.usd);
      this.context.onCost(scope.feature as string, this.usd);
    }
    if (priced) store.observe.llm_cost_per_request_usd(scope, this.usd as number, this.exemplar);
    else store.add.llm_unpriced_requests_total(scope, 1);
    if (whole && rates?.contextWindow !== undefined && rates.contextWindow > 0) {
      const used = tokensOf.reduce((sum, [, field]) => sum + (usage?.[field] ?? 0), 0);
      store.observe.llm_context_utilisation_ratio(context, used / rates.contextWindow, this.exemplar);
    }
  }

  private rates() {
    const { prices } = this.context;
    const { model, provider } = this.request;
    // A fine-tuned model costs more than the one it was made of.
    const declared = model.startsWith("ft:") ? undefined : prices.of(this.series.scope.model as string, provider);
    const asked = prices.of(model, provider) ?? declared;
    return asked ?? (this.responseModel === undefined ? undefined : prices.of(this.responseModel, provider));
  }
}
