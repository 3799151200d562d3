import type { Defaults } from "./defaults.ts";
import type { Requests } from "./requests.ts";

export function wrapAnthropic<T extends object>(requests: Requests, client: T, defaults: Defaults): T {
  void requests;
  void defaults;
  return client;
}
