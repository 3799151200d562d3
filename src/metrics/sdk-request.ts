// One request made with an SDK's client: what its answer says, and how it ended.
import type { Call } from "./call.ts";
import { failureOf } from "./failures.ts";
import { giveUp, isStream, observeStream, type StreamedRequest } from "./sdk-stream.ts";

/** Reads the answer to one request, which comes whole or in pieces. What it reads may have any shape. */
export interface Reader {
  /** Takes a whole answer. */
  answer(data: unknown): void;
  /** Takes a piece of a streamed answer. False where the app isn't to see it, since only this package asked for it. */
  chunk(chunk: unknown): boolean;
  /** Whether the provider said that the answer is complete. */
  readonly whole: boolean;
  /** Tells the request what was read so far. */
  tell(): void;
  /** Ends the request by what was read. */
  end(): void;
}

export interface SdkCall {
  readonly call: Call;
  readonly reader: Reader;
  /** The app's own way to abort this request. */
  readonly signal: AbortSignal | undefined;
  /** The SDK's class of timeouts: where a bundler has renamed it, nothing else tells. */
  readonly timeoutError: unknown;
  readonly onError: (error: unknown) => void;
}

/** Held by everything through which an app may still get at the answer, and by nothing else: once it is collected, nobody will. */
export class SdkRequest implements StreamedRequest {
  /** Whether the app asked for the parsed answer, not just for the response's headers. */
  parsing = false;
  readonly call: Call;
  readonly signal: AbortSignal | undefined;
  private readonly sdk: SdkCall;
  private taken = false;
  private over = false;

  constructor(sdk: SdkCall) {
    this.call = sdk.call;
    this.signal = sdk.signal;
    this.sdk = sdk;
  }

  /** Looks at the parsed answer. An SDK's helpers hand over the same one several times. */
  take(data: unknown): void {
    if (this.taken) return;
    this.taken = true;
    if (isStream(data)) {
      this.guard(() => observeStream(data, this));
      return;
    }
    // What could be read of an odd answer counts.
    this.attempt(() => this.sdk.reader.answer(data));
    this.end();
  }

  show(chunk: unknown): boolean {
    try {
      return this.sdk.reader.chunk(chunk);
    } catch (error) {
      this.sdk.onError(error);
      return true;
    }
  }

  end(): void {
    this.finish(() => this.guard(() => this.sdk.reader.end()));
  }

  /** Ends a request whose response the app reads by itself. */
  release(): void {
    if (!this.parsing) this.finish(() => this.call.end());
  }

  stop(): void {
    // Who stops at the last word has the whole answer.
    if (this.sdk.reader.whole) this.end();
    else this.breakOff(() => giveUp(this.call, this.signal));
  }

  fail(error: unknown): void {
    this.breakOff(() => {
      if (this.signal?.aborted) giveUp(this.call, this.signal);
      else this.call.fail(this.named(error));
    });
  }

  private breakOff(how: () => void): void {
    this.finish(() => {
      this.attempt(() => this.sdk.reader.tell());
      how();
    });
  }

  /** Ends the request once: inside of another one, tokens would be added each time. */
  private finish(how: () => void): void {
    if (this.over) return;
    this.over = true;
    how();
  }

  /** Whether a look at what an SDK gave succeeded. */
  private attempt(look: () => void): boolean {
    try {
      look();
      return true;
    } catch (error) {
      this.sdk.onError(error);
      return false;
    }
  }

  private guard(fn: () => void): void {
    if (!this.attempt(fn)) this.call.end();
  }

  private named(error: unknown): unknown {
    const { timeoutError } = this.sdk;
    const isTimeout = typeof timeoutError === "function" && error instanceof timeoutError;
    if (!isTimeout || failureOf(error).errorType === "timeout") return error;
    return Object.assign(new Error((error as Error).message, { cause: error }), { name: "TimeoutError" });
  }
}
