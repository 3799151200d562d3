// Answers of OpenAI's API, as its reference shows them.
import type { Json, Scripted } from "./fake-provider.ts";

const usage = {
  prompt_tokens: 1000,
  completion_tokens: 100,
  total_tokens: 1100,
  prompt_tokens_details: { cached_tokens: 200 },
  completion_tokens_details: { reasoning_tokens: 40 },
};

const head = { id: "chatcmpl-1", created: 1, model: "gpt-5-mini-2025-08-07" };

export function completion(message: Json = {}, rest: Json = {}, finish_reason = "stop"): Scripted {
  const choice = { index: 0, finish_reason, message: { role: "assistant", content: "42", refusal: null, ...message } };
  return { json: { ...head, object: "chat.completion", choices: [choice], usage, ...rest } };
}

export const chunk = (delta: Json, finish_reason: string | null = null): Json => ({
  ...head,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta, finish_reason }],
});

/** A stream that does as OpenAI's: with `include_usage` every chunk has usage, the last one alone isn't null. */
export function streamed(deltas: readonly Json[] = [{ content: "4" }, { content: "2" }], finish = "stop"): Scripted {
  const chunks = [chunk({ role: "assistant", content: "" }), ...deltas.map((delta) => chunk(delta)), chunk({}, finish)];
  const last = { ...head, object: "chat.completion.chunk", choices: [], usage };
  return {
    events: (body) =>
      body.stream_options?.include_usage === true
        ? [...chunks.map((each) => ({ ...each, usage: null })), last]
        : chunks,
  };
}

export const response = (rest: Json = {}): Json => ({
  id: "resp_1",
  object: "response",
  created_at: 1,
  model: "gpt-5-mini-2025-08-07",
  status: "completed",
  error: null,
  incomplete_details: null,
  output: [
    {
      type: "message",
      id: "msg_1",
      role: "assistant",
      status: "completed",
      content: [{ type: "output_text", text: "42", annotations: [] }],
    },
  ],
  tools: [],
  usage: {
    input_tokens: 1000,
    input_tokens_details: { cached_tokens: 200 },
    output_tokens: 100,
    output_tokens_details: { reasoning_tokens: 40 },
    total_tokens: 1100,
  },
  ...rest,
});

/** The events of a response, without the last one. */
export const responseEvents: readonly Json[] = [
  { type: "response.created", response: response({ status: "in_progress", output: [], usage: null }) },
  {
    type: "response.output_item.added",
    output_index: 0,
    item: { type: "message", id: "msg_1", role: "assistant", status: "in_progress", content: [] },
  },
  {
    type: "response.content_part.added",
    output_index: 0,
    content_index: 0,
    item_id: "msg_1",
    part: { type: "output_text", text: "", annotations: [] },
  },
  { type: "response.output_text.delta", output_index: 0, content_index: 0, item_id: "msg_1", delta: "42" },
  { type: "response.output_text.done", output_index: 0, content_index: 0, item_id: "msg_1", text: "42" },
].map((event, sequence_number) => ({ ...event, sequence_number }));

export const responseStream = (type = "response.completed", rest: Json = {}): Scripted => ({
  events: [...responseEvents, { type, sequence_number: 9, response: response(rest) }],
});

export const embedding: Scripted = {
  json: {
    object: "list",
    model: "gpt-5-mini",
    data: [{ object: "embedding", index: 0, embedding: [0.5, 0.25] }],
    usage: { prompt_tokens: 8, total_tokens: 8 },
  },
};

export const failure = (
  status: number,
  error: Json = {},
  headers: Readonly<Record<string, string>> = {},
): Scripted => ({
  status,
  headers: { "retry-after-ms": "1", ...headers },
  json: { error: { message: "no", type: "x", code: null, ...error } },
});
