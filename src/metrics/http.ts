// Serves the metrics of an app to Prometheus: through the app's own server, or through one of their own.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Rendering, type Scraped, scrapesOf } from "./scrapes.ts";
import { warnOnce } from "./warn.ts";

export { lastScrape } from "./last-scrape.ts";
export type { Scraped } from "./scrapes.ts";

const plainText = "text/plain; charset=utf-8";
const failed = "The metrics could not be rendered.\n";

function send(response: ServerResponse, status: number, contentType: string, body: string): void {
  response.statusCode = status;
  response.setHeader("Content-Type", contentType);
  response.setHeader("Content-Length", Buffer.byteLength(body));
  response.end(body);
}

async function answer(llm: Scraped, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const scrapes = scrapesOf(llm);
  const rendering = await scrapes.render(request.headers.accept ?? "");
  // A time-out of the app's own has answered in the meantime.
  if (response.headersSent) return;
  if (request.method === "GET") response.once("finish", () => scrapes.served(rendering));
  send(response, 200, rendering.contentType, rendering.body);
}

function fail(response: ServerResponse, error: unknown): void {
  warnOnce(error);
  if (!response.headersSent) send(response, 500, plainText, failed);
}

/**
 * Answers GET and HEAD with the metrics, in the format that the scraper asks for: a handler for node:http and for Express.
 * Anything else is answered with 405, a rendering that fails with 500.
 * @example
 * app.get("/metrics", metricsHandler(llm)); // Express
 * http.createServer(metricsHandler(llm)).listen(9464);
 */
export function metricsHandler(llm: Scraped): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("Allow", "GET, HEAD");
      send(response, 405, plainText, "Metrics are read with GET.\n");
      return;
    }
    answer(llm, request, response).catch((error) => fail(response, error));
  };
}

/** What is asked of Fastify's request. */
export interface FastifyRequestLike {
  readonly method: string;
  readonly headers: { readonly accept?: string | undefined };
}

/** What is asked of Fastify's reply. */
export interface FastifyReplyLike {
  code(status: number): unknown;
  header(name: string, value: string): unknown;
  readonly raw: { once(event: "finish", listener: () => void): unknown };
}

/**
 * The same for Fastify, through its reply, so that the hooks of the app run.
 * @example app.get("/metrics", fastifyMetrics(llm));
 */
export function fastifyMetrics(
  llm: Scraped,
): (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<string> {
  const scrapes = scrapesOf(llm);
  return async (request, reply) => {
    let rendering: Rendering;
    try {
      rendering = await scrapes.render(request.headers.accept ?? "");
    } catch (error) {
      warnOnce(error);
      reply.code(500);
      reply.header("Content-Type", plainText);
      return failed;
    }
    if (request.method === "GET") reply.raw.once("finish", () => scrapes.served(rendering));
    reply.header("Content-Type", rendering.contentType);
    return rendering.body;
  };
}

export interface ServeOptions {
  /** 0 for any free one. */
  readonly port: number;
  /** Default: all interfaces, since Prometheus comes from elsewhere. */
  readonly host?: string;
  /** Default: `/metrics`. */
  readonly path?: string;
}

/** A server of metrics that listens. */
export interface MetricsServer {
  readonly port: number;
  /** Where the metrics are, as seen from this machine. */
  readonly url: string;
  /** Stops listening. Scrapes under way have a second to end. */
  close(): Promise<void>;
}

/**
 * Serves the metrics on a port of their own, for apps that serve nothing else or that don't want metrics on a public port.
 * @throws what `listen` does, such as EADDRINUSE.
 * @example const metricsServer = await serveMetrics(llm, { port: 9464 });
 */
export async function serveMetrics(
  llm: Scraped,
  { port, host, path = "/metrics" }: ServeOptions,
): Promise<MetricsServer> {
  const handler = metricsHandler(llm);
  const server = createServer((request, response) => {
    if (request.url?.split("?")[0] === path) handler(request, response);
    else send(response, 404, plainText, `Metrics are at ${path}.\n`);
  });
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    server.listen({ port, host }, () => resolve());
  });
  const bound = (server.address() as AddressInfo).port;
  const anywhere = host === undefined || host === "0.0.0.0" || host === "::";
  const name = anywhere ? "localhost" : host.includes(":") ? `[${host}]` : host;
  return {
    port: bound,
    url: `http://${name}:${bound}${path}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Connections that never asked anything would keep it open for good.
        setTimeout(() => server.closeAllConnections(), 1000).unref();
      }),
  };
}
