// What stands between Prometheus and the app's metrics, and can be shut as a network is that fails.
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Door {
  /** @example "127.0.0.1:40123" */
  readonly address: string;
  /** Refuses every connection for so long, those there are included. */
  shutFor(seconds: number): void;
}

/** Opens a door on a port of this machine, 0 for a free one, that leads to another one. */
export async function openDoor(to: number, port: number): Promise<Door> {
  const visitors = new Set<Socket>();
  let opensAt = 0;
  const server = createServer((visitor) => {
    if (Date.now() < opensAt) {
      visitor.destroy();
      return;
    }
    const inside = connect(to, "127.0.0.1");
    visitors.add(visitor);
    visitor.once("close", () => {
      visitors.delete(visitor);
      inside.destroy();
    });
    inside.once("close", () => visitor.destroy());
    for (const socket of [visitor, inside]) socket.on("error", () => {});
    visitor.pipe(inside).pipe(visitor);
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  // The app keeps the process alive, or nothing does.
  server.unref();
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    shutFor(seconds) {
      opensAt = Date.now() + seconds * 1_000;
      for (const visitor of visitors) visitor.destroy();
    },
  };
}
