// Stands in for Slack, PagerDuty, Microsoft Teams and e-mail: keeps what Alertmanager sends, and to whom.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Labels = Readonly<Record<string, string>>;

/** One alert in one message. */
export interface Delivery {
  /** Seconds since 1970. */
  readonly atSeconds: number;
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly labels: Labels;
  readonly summary: string;
}

interface Message {
  readonly alerts: readonly {
    readonly status: Delivery["status"];
    readonly labels: Labels;
    readonly annotations: { readonly summary?: string };
  }[];
}

export interface Mailbox {
  readonly url: string;
  /** Everything delivered so far, oldest first. */
  readonly deliveries: readonly Delivery[];
  close(): Promise<void>;
}

/** Listens on a free port of this machine. `POST /<receiver>` takes the messages of that receiver. */
export async function openMailbox(): Promise<Mailbox> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as Message;
    const receiver = decodeURIComponent(request.url?.slice(1) ?? "");
    const atSeconds = Date.now() / 1_000;
    for (const { status, labels, annotations } of alerts) {
      deliveries.push({ atSeconds, receiver, status, labels, summary: annotations.summary ?? "" });
    }
    response.end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deliveries,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
