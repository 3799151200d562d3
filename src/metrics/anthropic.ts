import { readMessage } from "./anthropic-message.ts";
import type { Defaults } from "./defaults.ts";
import type { Requests } from "./requests.ts";
import { type Sdk, wrapClient } from "./sdk-client.ts";

const sdk: Sdk = {
  name: "@anthropic-ai/sdk",
  endpoints: [
    { path: ["messages"], operation: "chat", read: readMessage },
    { path: ["beta", "messages"], operation: "chat", read: readMessage },
  ],
  provider(client) {
    const { baseURL } = client as { readonly baseURL?: unknown };
    const told = `${client.constructor?.name} ${baseURL}`;
    if (/bedrock/i.test(told)) return "aws.bedrock";
    return /vertex|aiplatform/i.test(told) ? "gcp.vertex_ai" : "anthropic";
  },
};

/** Records the requests of a client of `@anthropic-ai/sdk`, versions 0 and 1, and of its siblings for Bedrock and Vertex. */
export function wrapAnthropic<T extends object>(requests: Requests, client: T, defaults: Defaults): T {
  return wrapClient(client, { requests, defaults, sdk });
}
