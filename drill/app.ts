// Starts, breaks and ends processes of the example app.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { FaultShares } from "../examples/rag-service/faults.ts";
import type { ExampleOptions } from "../examples/rag-service/start.ts";
import { ownProcess } from "./server-process.ts";

/** What a running app is told. */
export interface Order {
  readonly faults?: FaultShares;
  readonly shutForSeconds?: number;
}

export interface App {
  /** What Prometheus scrapes. @example "127.0.0.1:40123" */
  readonly address: string;
  /** Replaces all faults by these. */
  setFaults(shares: FaultShares): void;
  /** Lets nobody scrape it for so long. */
  refuseScrapes(seconds: number): void;
  stop(): Promise<void>;
}

/** A process with its code loaded, which does nothing yet. */
export interface LoadedApp {
  /** `port` is that of `address`. @throws Error where the app ends before it listens. */
  start(options: ExampleOptions): Promise<App>;
}

const execArgv = ["--conditions=llm-slo-source", "--import", "tsx"];

async function hear(child: ChildProcess): Promise<string> {
  const [said] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof said !== "string") throw new Error(`The example app ended with exit code ${said}.`);
  return said;
}

/** Loading takes seconds, which are minutes of a drill: who replaces an app loads the next one first, as a deployment does. */
export async function loadApp(): Promise<LoadedApp> {
  const child = fork(join(import.meta.dirname, "app-process.ts"), {
    execArgv,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = ownProcess(child);
  await hear(child);
  return {
    async start(options) {
      child.send(options);
      const address = await hear(child);
      const tell = (order: Order) => void child.send(order);
      return {
        address,
        setFaults: (faults) => tell({ faults }),
        refuseScrapes: (shutForSeconds) => tell({ shutForSeconds }),
        stop,
      };
    },
  };
}
