import type { Defaults } from "./defaults.ts";
import { askForUsage, readChat } from "./openai-chat.ts";
import { readResponse } from "./openai-responses.ts";
import type { Requests } from "./requests.ts";
import { type Sdk, wrapClient } from "./sdk-client.ts";

export interface OpenaiOptions {
  /**
   * Asks for the tokens of streamed chat completions with `stream_options: { include_usage: true }`, unless the app says `include_usage` itself,
   * one way or the other; what comes for it is taken out of the stream again. Turn it off for a server that refuses `stream_options`: those
   * requests then count in `llm_usage_missing_total`. Default: true.
   */
  readonly streamUsage?: boolean;
}

const sdkWith = ({ streamUsage = true }: OpenaiOptions): Sdk => ({
  name: "openai",
  endpoints: [
    {
      path: ["chat", "completions"],
      operation: "chat",
      send: streamUsage ? askForUsage : undefined,
      read: readChat,
    },
    { path: ["responses"], operation: "chat", read: readResponse },
    { path: ["beta", "responses"], operation: "chat", read: readResponse },
    { path: ["embeddings"], operation: "embeddings", read: readChat },
  ],
  provider(client) {
    const { baseURL } = client as { readonly baseURL?: unknown };
    const told = `${client.constructor?.name} ${baseURL}`;
    if ("deploymentName" in client || /azure/i.test(told)) return "azure.ai.openai";
    return /bedrock/i.test(told) ? "aws.bedrock" : "openai";
  },
});

/** Records the requests of a client of `openai`, versions 6 and 7. */
export function wrapOpenai<T extends object>(
  requests: Requests,
  client: T,
  defaults: Defaults,
  options: OpenaiOptions | undefined,
): T {
  return wrapClient(client, { requests, defaults, sdk: sdkWith(options ?? {}) });
}
