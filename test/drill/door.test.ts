import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { openDoor } from "../../drill/door.ts";

it("lets visitors in, refuses them while it is shut, those who are inside included, and lets them in again", async ({
  onTestFinished,
}) => {
  const inside = createServer((_, response) => void response.end("metrics")).listen(0, "127.0.0.1");
  onTestFinished(() => {
    inside.closeAllConnections();
    inside.close();
  });
  await once(inside, "listening");
  const { address, shutFor } = await openDoor((inside.address() as AddressInfo).port, 0);
  const visit = async () => (await fetch(`http://${address}`)).text();
  expect(await visit()).toBe("metrics");
  shutFor(0.3);
  await expect(visit()).rejects.toThrow();
  await sleep(400);
  expect(await visit()).toBe("metrics");
});
