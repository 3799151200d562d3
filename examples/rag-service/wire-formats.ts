// The requests and answers of OpenAI's and Anthropic's APIs, as far as the SDKs and this example need them.

/** What a request asks for, whatever the API. */
export interface Prompt {
  readonly model: string;
  readonly text: string;
  /** The name of the JSON schema that the answer should have. */
  readonly schema: string | undefined;
  readonly stream: boolean;
}

/** `input` includes `cached`, `output` includes `reasoning`, as OpenAI counts. */
export interface Tokens {
  readonly input: number;
  readonly cached: number;
  readonly output: number;
  readonly reasoning: number;
}

export interface Reply {
  readonly model: string;
  readonly text: string;
  readonly tokens: Tokens;
}

export interface WireFormat {
  // biome-ignore lint/suspicious/noExplicitAny: a body in the provider's own shape
  read(body: any): Prompt;
  whole(reply: Reply): object;
  stream(reply: Reply): {
    readonly opening: readonly object[];
    readonly delta: (text: string) => object;
    readonly closing: readonly (object | string)[];
  };
  error(type: "rate_limit_error" | "server_error", message: string): object;
}

const lastMessage = (messages: readonly { content: string }[]): string => messages.at(-1)?.content ?? "";

const openaiError: WireFormat["error"] = (type, message) => ({ error: { type, message, code: null, param: null } });

const chatCompletions: WireFormat = {
  read: ({ model, messages, response_format, stream = false }) => ({
    model,
    text: lastMessage(messages),
    schema: response_format?.json_schema?.name,
    stream,
  }),
  whole: ({ model, text, tokens }) => ({
    ...chatHead("chat.completion", model),
    choices: [{ index: 0, message: { role: "assistant", content: text, refusal: null }, finish_reason: "stop" }],
    usage: chatUsage(tokens),
  }),
  stream({ model, tokens }) {
    const head = chatHead("chat.completion.chunk", model);
    const chunk = (delta: object, finish_reason: string | null = null) => ({
      ...head,
      choices: [{ index: 0, delta, finish_reason }],
    });
    return {
      opening: [chunk({ role: "assistant", content: "" })],
      delta: (content) => chunk({ content }),
      closing: [chunk({}, "stop"), { ...head, choices: [], usage: chatUsage(tokens) }, "[DONE]"],
    };
  },
  error: openaiError,
};

const chatHead = (object: string, model: string) => ({ id: "chatcmpl-example", object, created: 0, model });

const chatUsage = ({ input, cached, output, reasoning }: Tokens) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached },
  completion_tokens_details: { reasoning_tokens: reasoning },
});

const responses: WireFormat = {
  read: ({ model, input, text, stream = false }) => ({
    model,
    text: typeof input === "string" ? input : lastMessage(input),
    schema: text?.format?.name,
    stream,
  }),
  whole: response,
  stream(reply) {
    const place = { item_id: "msg_example", output_index: 0, content_index: 0 };
    const { output, usage, ...head } = response(reply);
    return {
      opening: [{ type: "response.created", response: { ...head, status: "in_progress", output: [] } }],
      delta: (delta) => ({ type: "response.output_text.delta", ...place, delta }),
      closing: [
        { type: "response.output_text.done", ...place, text: reply.text },
        { type: "response.completed", response: { ...head, output, usage } },
      ],
    };
  },
  error: openaiError,
};

function response({ model, text, tokens: { input, cached, output, reasoning } }: Reply) {
  const content = [{ type: "output_text", text, annotations: [] }];
  return {
    id: "resp_example",
    object: "response",
    created_at: 0,
    model,
    status: "completed",
    output: [{ id: "msg_example", type: "message", role: "assistant", status: "completed", content }],
    usage: {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + output,
    },
  };
}

const messages: WireFormat = {
  read: ({ model, messages, stream = false }) => ({ model, text: lastMessage(messages), schema: undefined, stream }),
  whole: ({ model, text, tokens }) => ({
    ...messageHead(model, tokens),
    content: [{ type: "text", text }],
    stop_reason: "end_turn",
    usage: { ...messageHead(model, tokens).usage, output_tokens: tokens.output },
  }),
  stream: ({ model, tokens }) => ({
    opening: [
      { type: "message_start", message: messageHead(model, tokens) },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ],
    delta: (text) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } }),
    closing: [
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: "end_turn", stop_sequence: null },
        usage: { output_tokens: tokens.output },
      },
      { type: "message_stop" },
    ],
  }),
  error: (type, message) => ({ type: "error", error: { type: type.replace("server_error", "api_error"), message } }),
};

const messageHead = (model: string, { input, cached }: Tokens) => ({
  id: "msg_example",
  type: "message",
  role: "assistant",
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: {
    input_tokens: input - cached,
    cache_read_input_tokens: cached,
    cache_creation_input_tokens: 0,
    output_tokens: 1,
  },
});

export const anthropicPath = "/v1/messages";

export const wireFormats: Readonly<Record<string, WireFormat>> = {
  "/v1/chat/completions": chatCompletions,
  "/v1/responses": responses,
  [anthropicPath]: messages,
};
