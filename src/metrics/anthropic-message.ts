// Reads what Anthropic's messages API answers.
import type { Call } from "./call.ts";
import type { Reader } from "./sdk-request.ts";
import { anthropicUsage } from "./usage.ts";

type Usage = Readonly<Record<string, unknown>>;

interface Message {
  readonly model?: unknown;
  readonly usage?: Usage | null;
  readonly stop_reason?: unknown;
  readonly content?: readonly { readonly type?: unknown; readonly text?: unknown }[] | null;
}

interface Event {
  readonly type?: unknown;
  readonly message?: Message;
  readonly usage?: Usage | null;
  readonly delta?: { readonly text?: unknown; readonly stop_reason?: unknown } | null;
}

/** Later counts replace earlier ones, since they are totals; null says nothing. */
function mergeUsage(before: Usage | undefined, after: Usage | null | undefined): Usage {
  const told = Object.entries(after ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(told) };
}

export function readMessage(call: Call, { wantsContent = false }): Reader {
  let usage: Usage | undefined;
  let counted = false;
  let stopReason: string | undefined;
  let text = "";
  const stop = (reason: unknown): void => {
    if (typeof reason === "string") stopReason = reason;
  };
  const begin = ({ model, usage: told, stop_reason }: Message): void => {
    call.answeredBy(model);
    if (told) usage = mergeUsage(usage, told);
    stop(stop_reason);
  };
  const reader: Reader = {
    get whole() {
      return stopReason !== undefined;
    },
    answer(data) {
      if (typeof data !== "object" || data === null) return;
      const message: Message = data;
      begin(message);
      counted = true;
      for (const part of message.content ?? []) if (typeof part.text === "string") text += part.text;
    },
    chunk(chunk) {
      const { type, message, usage: told, delta } = chunk as Event;
      if (type === "message_start" && message) begin(message);
      else if (type === "content_block_delta") {
        call.firstToken();
        if (wantsContent && typeof delta?.text === "string") text += delta.text;
      } else if (type === "message_delta") {
        usage = mergeUsage(usage, told);
        counted = true;
        stop(delta?.stop_reason);
      }
      return true;
    },
    tell() {
      // Until the end is told, the output tokens are those of the answer's first few words.
      if (usage)
        call.usage({ ...anthropicUsage(usage), ...(counted ? {} : { output: undefined, reasoning: undefined }) });
      if (wantsContent && text !== "") call.content({ output: text });
    },
    end() {
      reader.tell();
      if (stopReason === "refusal") call.refuse("refusal");
      else call.end(stopReason);
    },
  };
  return reader;
}
