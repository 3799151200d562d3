// The stream of a model call, passed on as it is read, and looked at meanwhile.
import { type Answer, breakOff, finish } from "./ai-sdk-outcome.ts";
import type { Call } from "./call.ts";

/** The request that a stream answers. */
export interface StreamedRequest {
  readonly call: Call;
  /** Runs reads as part of the request: some models ask their provider only when they are read. */
  readonly run: <T>(fn: () => T) => T;
  readonly signal: AbortSignal | undefined;
  readonly wantsContent: boolean;
  readonly onError: (error: unknown) => void;
}

interface Part extends Answer {
  readonly type?: unknown;
  readonly delta?: unknown;
  readonly error?: unknown;
  readonly modelId?: unknown;
}

interface Watched {
  part(part: Part): void;
  /** Ends the request by one of the ways of its call. */
  end(how: (call: Call) => void): void;
}

const deltas: ReadonlySet<unknown> = new Set(["text-delta", "reasoning-delta", "tool-input-delta"]);
/** Content that comes in one piece. */
const wholes: ReadonlySet<unknown> = new Set(["tool-call", "file", "reasoning-file"]);

const hasContent = ({ type, delta }: Part): boolean =>
  deltas.has(type) ? typeof delta === "string" && delta !== "" : wholes.has(type);

function watchParts({ call, signal, wantsContent }: StreamedRequest): Watched {
  let text = "";
  const end = (how: (call: Call) => void): void => {
    signal?.removeEventListener("abort", onAbort);
    if (wantsContent) call.content({ output: text });
    how(call);
  };
  // After an abort the SDK may neither read on nor cancel.
  const onAbort = (): void => end(() => breakOff(call, signal?.reason, signal));
  if (signal?.aborted) onAbort();
  else signal?.addEventListener("abort", onAbort, { once: true });
  return {
    end,
    part(part) {
      if (hasContent(part)) call.firstToken();
      if (wantsContent && part.type === "text-delta") text += part.delta;
      if (part.type === "response-metadata") call.answeredBy(part.modelId);
      else if (part.type === "error") end(() => breakOff(call, part.error, signal));
      else if (part.type === "finish") end(() => finish(call, part));
    },
  };
}

/** A stream that reads from another one only when it is read itself, so that it neither buffers nor runs ahead. */
export function observeStream(stream: ReadableStream<unknown>, request: StreamedRequest): ReadableStream<unknown> {
  const reader = stream.getReader();
  const { run, signal, onError } = request;
  const watched = watchParts(request);
  const look = (part: unknown): void => {
    try {
      watched.part(part as Part);
    } catch (error) {
      onError(error);
    }
  };
  return new ReadableStream(
    {
      async pull(controller) {
        const next = await run(() => reader.read()).catch((error: unknown) => {
          watched.end((call) => breakOff(call, error, signal));
          throw error;
        });
        if (next.done) {
          watched.end((call) => call.end());
          controller.close();
        } else {
          look(next.value);
          controller.enqueue(next.value);
        }
      },
      cancel(reason) {
        watched.end((call) => call.cancel());
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}
