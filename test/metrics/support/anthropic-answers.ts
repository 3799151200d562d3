// Answers of Anthropic's API, as its reference shows them.
import type { Json, Scripted } from "./fake-provider.ts";

const usage = {
  input_tokens: 800,
  cache_read_input_tokens: 150,
  cache_creation_input_tokens: 50,
  cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 20 },
  output_tokens: 100,
};

const head = { id: "msg_1", type: "message", role: "assistant", model: "claude-sonnet-5-20260101" };

export const message = (rest: Json = {}): Scripted => ({
  json: {
    ...head,
    content: [{ type: "text", text: "42" }],
    stop_reason: "end_turn",
    stop_sequence: null,
    usage,
    ...rest,
  },
});

export const startEvent: Json = {
  type: "message_start",
  message: { ...head, content: [], stop_reason: null, stop_sequence: null, usage: { ...usage, output_tokens: 1 } },
};

export const textEvents = (...texts: readonly string[]): readonly Json[] => [
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "ping" },
  ...texts.map((text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } })),
  { type: "content_block_stop", index: 0 },
];

/** The totals come in two steps, of which only the last one is to be counted; what hasn't changed is null. */
export const endEvents = (stop_reason = "end_turn"): readonly Json[] => [
  { type: "message_delta", delta: { stop_reason: null, stop_sequence: null }, usage: { output_tokens: 60 } },
  {
    type: "message_delta",
    delta: { stop_reason, stop_sequence: null },
    usage: { output_tokens: 100, input_tokens: 800, cache_read_input_tokens: null, cache_creation_input_tokens: null },
  },
  { type: "message_stop" },
];

export const streamed = (stop_reason?: string): Scripted => ({
  events: [startEvent, ...textEvents("4", "2"), ...endEvents(stop_reason)],
});

export const failure = (status: number, type: string): Scripted => ({
  status,
  headers: { "retry-after-ms": "1" },
  json: { type: "error", error: { type, message: "no" } },
});
