import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type Express, type RequestHandler, type Response } from "express";

export interface Listening {
  readonly url: string;
  /** Ends the server and what it is still busy with. */
  close(): Promise<void>;
}

/** Serves an app on 127.0.0.1, or on another address of this machine; port 0 takes a free one. */
export async function listen(app: Express, port = 0, host = "127.0.0.1"): Promise<Listening> {
  const server = createServer(app).listen(port, host);
  await once(server, "listening");
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Reads bodies as JSON whatever their content type says, so that plain `curl -d` will do. */
export const readJson = (limit: string): RequestHandler => express.json({ limit, type: () => true });

/** A signal that is aborted when the client goes away before it was answered. */
export function goneSignal(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
