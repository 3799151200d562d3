// How a model call of the AI SDK ended, in the shapes of its versions 5 to 7.
import type { Call } from "./call.ts";
import { failureOf } from "./failures.ts";
import { aiSdkUsage } from "./usage.ts";

/** What every result and every stream part may have; nothing is taken for granted, since models may be home-made. */
export interface Answer {
  readonly usage?: unknown;
  /** A word in version 5, `{ unified, raw }` since. */
  readonly finishReason?: unknown;
}

const wordOf = (reason: unknown): { readonly unified?: unknown; readonly raw?: unknown } =>
  typeof reason === "object" && reason !== null ? reason : { unified: reason };

/** Ends a request whose model came to an end. An answer that was interrupted on the provider's side is no success. */
export function finish(call: Call, { usage, finishReason }: Answer): void {
  call.usage(aiSdkUsage(usage));
  const { unified, raw } = wordOf(finishReason);
  if (unified === "content-filter") call.refuse("content_filter");
  else if (unified === "error" || unified === "interrupted") call.fail(new Error(`The model finished by: ${unified}.`));
  else call.end(typeof raw === "string" ? raw : typeof unified === "string" ? unified : undefined);
}

/** Ends a request that threw. Who aborts a request may throw anything, which then says nothing of the provider. */
export function breakOff(call: Call, error: unknown, signal: AbortSignal | undefined): void {
  if (signal?.aborted === true && failureOf(error).errorType === "other") call.cancel();
  else call.fail(error);
}
