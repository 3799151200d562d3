// What a wrapped client's requests are counted under, and how a wrapper asks for it.
import type { ActiveCall } from "./call.ts";
import type { RequestStart, Requests } from "./requests.ts";

/** The same for all requests of a client, or asked for each one. */
export type Defaults =
  | Omit<RequestStart, "model" | "operation" | "stream">
  | (() => Omit<RequestStart, "model" | "operation" | "stream">);

/** Starts a request of a wrapped client. Never throws. */
export function startWith(
  requests: Requests,
  defaults: Defaults,
  request: Pick<RequestStart, "model" | "operation" | "stream">,
  likely?: string,
): ActiveCall {
  try {
    return requests.start({ ...(typeof defaults === "function" ? defaults() : defaults), ...request }, likely);
  } catch (error) {
    // The app's own function failed: the request is still counted.
    requests.onError(error);
    return requests.start({ feature: "", ...request }, likely);
  }
}
