// A server that answers as it is told, as OpenAI and Anthropic would: JSON, server-sent events, errors, silence, broken connections.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

// biome-ignore lint/suspicious/noExplicitAny: a request's body has any shape.
export type Json = any;

/** One answer. By default status 200. */
export interface Scripted {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: Json;
  /** A body of another type. */
  readonly text?: string;
  /** Events of a stream; those with a `type` are named by it. */
  readonly events?: readonly Json[] | ((body: Json) => readonly Json[]);
  /** How a stream ends. Default: as it should. */
  readonly finish?: "end" | "cut" | "hang";
  /** Milliseconds before the headers. */
  readonly delay?: number;
  /** Milliseconds before each event. */
  readonly gap?: number;
}

interface Session {
  readonly asked: { readonly path: string; readonly body: Json }[];
  scripts: Scripted[];
}

export interface FakeProvider {
  /** Of the current session. */
  readonly url: string;
  /** What was asked in this session, in order. */
  readonly asked: Session["asked"];
  /** Starts a session: requests of earlier clients that are still under way no longer take part. */
  begin(): void;
  /** Says how the next requests of this session are answered. */
  script(...answers: readonly Scripted[]): void;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Json> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text === "" ? undefined : JSON.parse(text);
}

const frame = (event: Json): string =>
  `${typeof event?.type === "string" ? `event: ${event.type}\n` : ""}data: ${JSON.stringify(event)}\n\n`;

async function stream(response: ServerResponse, events: readonly Json[], { finish = "end", gap = 0 }: Scripted) {
  response.writeHead(200, { "content-type": "text/event-stream", "x-request-id": "req_1", "request-id": "req_1" });
  response.flushHeaders();
  for (const event of events) {
    if (gap > 0) await sleep(gap);
    response.write(frame(event));
  }
  if (finish === "hang") return;
  if (finish === "cut") {
    // What was written gets through first.
    await sleep(20);
    response.destroy();
    return;
  }
  if (!events.some((event) => event?.type !== undefined)) response.write("data: [DONE]\n\n");
  response.end();
}

async function answer(response: ServerResponse, body: Json, scripted: Scripted): Promise<void> {
  const { status = 200, headers, json, text, events, delay = 0 } = scripted;
  if (delay > 0) await sleep(delay);
  if (events !== undefined) return stream(response, typeof events === "function" ? events(body) : events, scripted);
  response.writeHead(status, {
    "content-type": text === undefined ? "application/json" : "text/plain",
    "x-request-id": "req_1",
    "request-id": "req_1",
    ...headers,
  });
  response.end(text ?? JSON.stringify(json));
}

export async function fakeProvider(): Promise<FakeProvider> {
  const sessions: Session[] = [{ asked: [], scripts: [] }];
  const current = () => sessions.at(-1) as Session;
  const server = createServer(async (request, response) => {
    response.on("error", () => {});
    const session = sessions[Number(request.url?.split("/")[1])];
    const body = await bodyOf(request).catch(() => undefined);
    session?.asked.push({ path: request.url ?? "", body });
    await answer(
      response,
      body,
      session?.scripts.shift() ?? { status: 418, json: { error: { message: "no script" } } },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    get url() {
      return `http://127.0.0.1:${port}/${sessions.length - 1}`;
    },
    get asked() {
      return current().asked;
    },
    begin: () => void sessions.push({ asked: [], scripts: [] }),
    script: (...answers) => void current().scripts.push(...answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
