// Looks at the streams of the OpenAI and Anthropic SDKs as the app reads them.
import type { Call } from "./call.ts";
import { failureOf } from "./failures.ts";

/** Both SDKs read from `iterator`, whether the app iterates, tees the stream or turns it into a web stream. */
export interface SdkStream {
  iterator: () => AsyncIterator<unknown>;
  readonly controller?: AbortController;
}

/** The request that a stream answers. */
export interface StreamedRequest {
  readonly call: Call;
  /** The app's own way to abort the request. */
  readonly signal: AbortSignal | undefined;
  /** Looks at a piece of the answer, and says whether the app is to see it. */
  show(chunk: unknown): boolean;
  /** The stream is over. */
  end(): void;
  /** The app stopped reading. */
  stop(): void;
  fail(error: unknown): void;
}

/** Ends a request that its app gave up. Where a deadline made it do so, that is a timeout. */
export function giveUp(call: Call, signal: AbortSignal | undefined): void {
  if (signal?.aborted && failureOf(signal.reason).errorType === "timeout") call.fail(signal.reason);
  else call.cancel();
}

export function isStream(data: unknown): data is SdkStream {
  return typeof (data as SdkStream | null | undefined)?.iterator === "function";
}

/** Observes the one reader that a stream can have. */
export function observeStream(stream: SdkStream, request: StreamedRequest): void {
  const { iterator, controller } = stream;
  const signal = controller?.signal;
  // Bound, not a closure: the signal holds on to it, and must not hold on to a stream that nobody reads.
  const onAbort = giveUp.bind(undefined, request.call, request.signal);
  signal?.addEventListener("abort", onAbort, { once: true });
  let observed = false;
  stream.iterator = () => {
    const source = iterator.call(stream);
    if (!observed) observeIterator(source, signal, request);
    observed = true;
    // From here on the SDK itself aborts whatever it breaks off.
    signal?.removeEventListener("abort", onAbort);
    return source;
  };
}

/** The SDK's own iterator is kept, with methods that look on. */
function observeIterator(
  source: AsyncIterator<unknown>,
  signal: AbortSignal | undefined,
  request: StreamedRequest,
): void {
  const { next, return: close } = source;
  const see = (result: IteratorResult<unknown>): IteratorResult<unknown> | Promise<IteratorResult<unknown>> => {
    if (result.done !== true) return request.show(result.value) ? result : read();
    // The SDKs end an aborted stream as if it were over.
    if (signal?.aborted) request.stop();
    else request.end();
    return result;
  };
  const fail = (error: unknown): never => {
    if (signal?.aborted && error === signal.reason) request.stop();
    else request.fail(error);
    throw error;
  };
  const read = () => next.call(source).then(see, fail);
  source.next = read;
  if (close === undefined) return;
  source.return = (value) => {
    request.stop();
    return close.call(source, value);
  };
}
