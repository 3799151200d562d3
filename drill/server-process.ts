// Runs Prometheus and Alertmanager on this machine, each ended by its process id whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const forceAfterMilliseconds = 5_000;
const readyWithinMilliseconds = 60_000;

export interface ServerProcess {
  /** Asks it to read its configuration again. */
  reload(): void;
  stop(): Promise<void>;
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const isGone = ({ exitCode, signalCode }: ChildProcess) => exitCode !== null || signalCode !== null;

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Lets a process of ours end with this one at the latest. Gives what ends it sooner, by force where it doesn't go by itself. */
export function ownProcess(child: ChildProcess): () => Promise<void> {
  running.add(child);
  return async () => {
    if (!isGone(child)) {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), forceAfterMilliseconds);
      await gone;
      clearTimeout(force);
    }
    running.delete(child);
  };
}

async function untilReady(child: ChildProcess, url: string): Promise<boolean> {
  for (
    const deadline = Date.now() + readyWithinMilliseconds;
    Date.now() < deadline && !isGone(child);
    await sleep(50)
  ) {
    const ready = await fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return true;
  }
  return false;
}

/** Starts a server and waits until it is ready. @throws Error with its own words where it doesn't become so. */
export async function startServer(path: string, args: readonly string[], url: string): Promise<ServerProcess> {
  const child = spawn(path, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk) => {
    said = (said + chunk).slice(-4_000);
  });
  const stop = ownProcess(child);
  if (!(await untilReady(child, url))) {
    await stop();
    throw new Error(`${path} did not start:\n${said}`);
  }
  return { reload: () => void child.kill("SIGHUP"), stop };
}
