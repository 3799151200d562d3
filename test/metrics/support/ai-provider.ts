// A provider that speaks OpenAI's chat completions, answers as it is told, and runs on this machine.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Reply = (response: ServerResponse) => void | Promise<void>;

export interface AiProvider {
  readonly baseURL: string;
  /** Bodies of the requests so far. */
  readonly asked: readonly unknown[];
  /** Connections that the client closed before the answer was complete. */
  brokenOff(): number;
  /** Answers the next requests, in order; the last reply answers all that follow. */
  answer(...replies: readonly Reply[]): void;
  close(): Promise<void>;
}

export const usage = {
  prompt_tokens: 100,
  completion_tokens: 50,
  total_tokens: 150,
  prompt_tokens_details: { cached_tokens: 30 },
  completion_tokens_details: { reasoning_tokens: 20 },
};

const head = { id: "answer-1", created: 1_700_000_000, model: "gpt-5-2026-01-01" };

/** A whole answer. */
export const completion = (message: object, finishReason = "stop", tokens: unknown = usage): Reply =>
  json(200, {
    ...head,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: finishReason }],
    usage: tokens,
  });

export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };

export const failing = (status: number, error: object = { message: "no" }): Reply =>
  json(status, { error }, { "retry-after-ms": "1" });

export const delta = (content: object, finishReason: string | null = null): object => ({
  ...head,
  object: "chat.completion.chunk",
  choices: [{ index: 0, delta: content, finish_reason: finishReason }],
});

export const usageChunk = (tokens: unknown = usage): object => ({ ...head, choices: [], usage: tokens });

/** A streamed answer; `then` says what follows its last chunk. */
export const chunks =
  (parts: readonly object[], then: "done" | "hang" | "reset" = "done"): Reply =>
  (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const part of parts) response.write(`data: ${JSON.stringify(part)}\n\n`);
    if (then === "done") response.end("data: [DONE]\n\n");
    else if (then === "reset") setTimeout(() => response.destroy(), 20);
  };

export const streamedText = (...texts: readonly string[]): Reply =>
  chunks([
    delta({ role: "assistant", content: "" }),
    ...texts.map((content) => delta({ content })),
    delta({}, "stop"),
    usageChunk(),
  ]);

export async function startAiProvider(): Promise<AiProvider> {
  let replies: Reply[] = [];
  // A connection of an earlier test may break late: it counts for the answers it was asked under.
  let answers = { broken: 0 };
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    response.sendDate = false;
    const own = answers;
    response.on("close", () => {
      if (!response.writableFinished) own.broken++;
    });
    let body = "";
    for await (const part of request) body += part;
    asked.push(JSON.parse(body));
    await (replies.length > 1 ? replies.shift() : replies[0])?.(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    brokenOff: () => answers.broken,
    answer: (...next) => {
      replies = [...next];
      asked.length = 0;
      answers = { broken: 0 };
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
