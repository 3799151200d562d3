import type { Defaults } from "./defaults.ts";
import type { Requests } from "./requests.ts";

export interface AiSdkMiddleware {
  readonly specificationVersion: "v3";
}

export function aiSdkMiddleware(requests: Requests, defaults: Defaults): AiSdkMiddleware {
  void requests;
  void defaults;
  return { specificationVersion: "v3" };
}
