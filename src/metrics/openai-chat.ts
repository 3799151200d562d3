// Reads what OpenAI's chat completions and embeddings answer.
import type { Call } from "./call.ts";
import type { Body } from "./sdk-client.ts";
import type { Reader } from "./sdk-request.ts";
import { openaiUsage } from "./usage.ts";

/** What a model wrote, or a piece of it. Reasoning has these names at servers that imitate OpenAI's. */
const contentFields = [
  "content",
  "tool_calls",
  "refusal",
  "reasoning_content",
  "reasoning",
  "function_call",
  "audio",
] as const;

type Message = { readonly [K in (typeof contentFields)[number]]?: unknown };

interface Choice {
  readonly index?: unknown;
  readonly delta?: Message | null;
  readonly message?: Message | null;
  readonly finish_reason?: unknown;
}

interface Completion {
  readonly model?: unknown;
  readonly choices?: readonly Choice[] | null;
  usage?: unknown;
}

/** Streams tell their tokens only when they are asked to. What the app itself asks for is left alone. */
export function askForUsage(body: Body): Body {
  const options = body.stream_options as { readonly include_usage?: unknown } | null | undefined;
  if (!body.stream || typeof options?.include_usage === "boolean") return body;
  return { ...body, stream_options: { ...options, include_usage: true } };
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** @param changed whether the usage in a stream was asked for by `askForUsage`, so that the app isn't to see it. */
export function readChat(call: Call, { wantsContent = false, changed = false }): Reader {
  let usage: unknown;
  let finishReason: string | undefined;
  let filtered = false;
  let refused = false;
  let begun = false;
  let text = "";
  const take = (completion: Completion): void => {
    call.answeredBy(completion.model);
    usage = completion.usage ?? usage;
    for (const { index = 0, delta, message = delta, finish_reason } of completion.choices ?? []) {
      if (typeof finish_reason === "string") finishReason ??= finish_reason;
      if (finish_reason === "content_filter") filtered = true;
      if (!isEmpty(message?.refusal)) refused = true;
      if (!begun && delta && contentFields.some((field) => !isEmpty(delta[field]))) {
        begun = true;
        call.firstToken();
      }
      if (wantsContent && index === 0 && typeof message?.content === "string") text += message.content;
    }
  };
  const reader: Reader = {
    get whole() {
      return finishReason !== undefined;
    },
    answer(data) {
      if (typeof data === "object" && data !== null) take(data);
    },
    chunk(chunk) {
      const completion = chunk as Completion;
      take(completion);
      if (!changed) return true;
      if (completion.usage === null) delete completion.usage;
      return isEmpty(completion.usage) || !Array.isArray(completion.choices) || completion.choices.length > 0;
    },
    tell() {
      if (!isEmpty(usage)) call.usage(openaiUsage(usage));
      if (wantsContent && text !== "") call.content({ output: text });
    },
    end() {
      reader.tell();
      if (filtered) call.refuse("content_filter");
      else if (refused) call.refuse("refusal");
      else call.end(finishReason);
    },
  };
  return reader;
}
