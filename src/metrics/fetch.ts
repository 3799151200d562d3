// Sees the attempts behind one request, which SDKs repeat by themselves.
import { activeCall } from "./call.ts";
import { processWide } from "./process-wide.ts";

const counting = processWide("counting-fetches/1", () => new WeakSet<object>());
/** The URL of the last attempt of a request, if that failed. */
const failedAttempts = new WeakMap<object, string>();

const urlOf = (input: unknown): string =>
  typeof input === "string" ? input : input instanceof URL ? input.href : String((input as Request)?.url);

/** A fetch that counts each attempt after a failed one of the same request. Everything passes through unchanged. */
export function countingFetch(base: typeof fetch): typeof fetch {
  if (counting.has(base)) return base;
  const wrapped: typeof fetch = async (input, init) => {
    const call = activeCall();
    if (call === undefined) return base(input, init);
    const url = urlOf(input);
    if (failedAttempts.get(call) === url) call.retry();
    failedAttempts.delete(call);
    try {
      const response = await base(input, init);
      if (response.status >= 400) failedAttempts.set(call, url);
      return response;
    } catch (error) {
      failedAttempts.set(call, url);
      throw error;
    }
  };
  counting.add(wrapped);
  return wrapped;
}
