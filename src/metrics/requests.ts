// Starts requests, and sees to it that each one ends.
import { type ActiveCall, activeCall, type Call, type CallContext, type OpenCall } from "./call.ts";
import { other } from "./label-values.ts";
import { NestedCall } from "./nested-call.ts";
import type { RequestSeriesBook } from "./request-series.ts";
import { StartedCall } from "./started-call.ts";
import type { Operation, TracedCall, TracedRequest, Tracing } from "./tracing.ts";

/** A request, as whoever starts it describes it. */
export interface RequestStart {
  readonly feature: string;
  /** The model as you ask the provider for it. */
  readonly model: string;
  /** Who serves it. Default: the provider declared for the model. */
  readonly provider?: string | undefined;
  /** Default: `chat`. */
  readonly operation?: Operation | undefined;
  /** Whether the answer is streamed, so that the time to its first token is measured. Default: false. */
  readonly stream?: boolean | undefined;
  /** Values of the labels declared in slos/metrics.ts. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** What the wrappers of SDKs need. */
export interface Requests {
  /**
   * Starts a request, or joins the one that the running code is part of. Never throws.
   * @param likely the provider that the SDK belongs to, where the declaration doesn't decide.
   */
  start(request: RequestStart, likely?: string): ActiveCall;
  /** Ends the request as abandoned when an object is collected that would have ended it, such as a stream nobody reads. */
  watch(object: object, call: Call): void;
  /** Whether prompts and answers are to be handed to `call.content`. */
  readonly wantsContent: boolean;
  readonly onError: (error: unknown) => void;
}

export interface RequestsOptions {
  readonly context: CallContext;
  readonly series: RequestSeriesBook;
  readonly tracing: Tracing | undefined;
}

/** A request that couldn't be started is not counted: the app goes on. */
const ignored = new NestedCall({
  ended: false,
  context: undefined,
  firstToken() {},
  retry() {},
  usage() {},
  cost() {},
  answeredBy() {},
} as unknown as ActiveCall);

export function startRequests({ context, series, tracing }: RequestsOptions): Requests {
  const abandoned = new FinalizationRegistry<OpenCall>((call) => call.abandon());
  /** A tracer that fails costs the request its span, not its place in the counts. */
  const trace = (request: TracedRequest): TracedCall | undefined => {
    try {
      return tracing?.start(request);
    } catch (error) {
      context.onError(error);
      return undefined;
    }
  };
  return {
    wantsContent: context.wantsContent,
    onError: context.onError,
    start(request, likely) {
      try {
        const outer = activeCall(context);
        if (outer !== undefined) return new NestedCall(outer);
        const { feature, model, provider, operation = "chat", stream = false, labels } = request;
        const found = series.of(feature, model, provider, likely, labels);
        const label = found.scope.provider as string;
        const served = label === other ? String(provider ?? likely ?? other) : label;
        const traced = trace({
          feature: found.scope.feature as string,
          model: String(model),
          provider: served,
          operation,
          stream,
        });
        return new StartedCall(context, found, { model: String(model), provider: served, operation, stream, traced });
      } catch (error) {
        context.onError(error);
        return ignored;
      }
    },
    watch(object, call) {
      if (call instanceof StartedCall) abandoned.register(object, call);
    },
  };
}

/** Ends requests that have been open for longer than any can take. */
export function endOverdue(open: ReadonlySet<OpenCall>, maxSeconds: number): void {
  const oldest = performance.now() - maxSeconds * 1000;
  for (const call of open) {
    // They stand in the order of their start. Of a limit that is no number, nothing is ever overdue.
    if (!(call.startedAt < oldest)) return;
    call.abandon();
  }
}
