// Starts, breaks and ends processes of the example app.
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { FaultShares } from "../examples/rag-service/faults.ts";
import type { ExampleOptions } from "../examples/rag-service/start.ts";
import { ownProcess } from "./server-process.ts";

export interface App {
  /** What Prometheus scrapes. @example "127.0.0.1:40123" */
  readonly address: string;
  /** Replaces all faults by these. */
  setFaults(shares: FaultShares): void;
  stop(): Promise<void>;
}

const execArgv = ["--conditions=llm-slo-source", "--import", "tsx"];

/** @throws Error where the app ends before it listens. */
export async function startApp(options: ExampleOptions): Promise<App> {
  const child = fork(join(import.meta.dirname, "app-process.ts"), [JSON.stringify(options)], {
    execArgv,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const stop = ownProcess(child);
  const [said] = await Promise.race([once(child, "message"), once(child, "exit")]);
  if (typeof said !== "string") throw new Error(`The example app ended with exit code ${said}.`);
  return { address: said, setFaults: (shares) => void child.send(shares), stop };
}
