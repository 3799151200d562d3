// Reads what OpenAI's responses API answers.
import type { Call } from "./call.ts";
import type { Reader } from "./sdk-request.ts";
import { openaiUsage } from "./usage.ts";

interface Part {
  readonly type?: unknown;
  readonly text?: unknown;
}

interface Response {
  readonly status?: unknown;
  readonly model?: unknown;
  readonly usage?: unknown;
  readonly error?: unknown;
  readonly incomplete_details?: { readonly reason?: unknown } | null;
  readonly output?: readonly { readonly content?: readonly Part[] | null }[] | null;
}

interface Event {
  readonly type?: unknown;
  readonly delta?: unknown;
  readonly response?: Response;
}

const isOver = (status: unknown): boolean => status !== undefined && status !== "queued" && status !== "in_progress";

/**
 * A background response is answered before it has begun: it counts as a success whose tokens are missing, which they stay, since a look at it
 * later is no request to a model.
 */
export function readResponse(call: Call, { wantsContent = false }): Reader {
  let response: Response = {};
  let failed: Event | undefined;
  const parts = (): readonly Part[] => (response.output ?? []).flatMap(({ content }) => content ?? []);
  const reader: Reader = {
    get whole() {
      return failed !== undefined || isOver(response.status);
    },
    answer(data) {
      if (typeof data === "object" && data !== null) response = data;
    },
    chunk(chunk) {
      const event = chunk as Event;
      if (typeof event.type === "string" && event.type.endsWith(".delta") && event.delta !== "") call.firstToken();
      if (event.response) response = event.response;
      // openai 6 hands this one to the app and ends the stream.
      if (event.type === "error") failed = event;
      return true;
    },
    tell() {
      call.answeredBy(response.model);
      if (response.usage) call.usage(openaiUsage(response.usage));
      if (!wantsContent) return;
      const text = parts()
        .map(({ type, text }) => (type === "output_text" ? text : ""))
        .join("");
      if (text !== "") call.content({ output: text });
    },
    end() {
      reader.tell();
      const reason = response.incomplete_details?.reason;
      if (failed !== undefined || response.status === "failed") call.fail(failed ?? response.error);
      else if (response.status === "cancelled") call.cancel();
      else if (reason === "content_filter") call.refuse("content_filter");
      else if (parts().some(({ type }) => type === "refusal")) call.refuse("refusal");
      else call.end(String(reason ?? response.status ?? "completed"));
    },
  };
  return reader;
}
