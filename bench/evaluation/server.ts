// A real Prometheus on data of ours: no scraping, no rules, gone when the work is done.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const readyWithinSeconds = 60;

/** The cost and result of one evaluation. */
export interface Evaluation {
  /** Samples loaded from storage. */
  readonly samples: number;
  readonly milliseconds: number;
  /** Of the first series; undefined when there is none. */
  readonly value: number | undefined;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: {
    readonly result: readonly { readonly value: readonly [number, string] }[];
    readonly stats: {
      readonly timings: { readonly evalTotalTime: number };
      readonly samples: { readonly totalQueryableSamples: number };
    };
  };
}

/** Evaluates a query at a time, and says what that took. */
export async function evaluate(url: string, query: string, time: number): Promise<Evaluation> {
  const body = new URLSearchParams({ query, time: String(time), stats: "all" });
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body });
  const { status, error, data } = (await response.json()) as Answer;
  if (status !== "success") throw new Error(`Prometheus refuses ${query}: ${error}`);
  const [first] = data.result;
  return {
    samples: data.stats.samples.totalQueryableSamples,
    milliseconds: data.stats.timings.evalTotalTime * 1000,
    value: first === undefined ? undefined : Number(first.value[1]),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function waitUntilReady(child: ChildProcess, url: string): Promise<void> {
  for (let waited = 0; waited < readyWithinSeconds; waited += 0.2) {
    if (child.exitCode !== null) throw new Error(`Prometheus ended with exit code ${child.exitCode}`);
    const response = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(200);
  }
  throw new Error(`Prometheus wasn't ready within ${readyWithinSeconds} s`);
}

/** Ends our own process, and waits until it is gone. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  const inTime = await Promise.race([gone.then(() => true), sleep(10_000, false, { ref: false })]);
  if (!inTime) {
    child.kill("SIGKILL");
    await gone;
  }
}

/** Runs Prometheus on a data folder while `work` uses it; ends it whatever happens. */
export async function withPrometheus<T>(
  prometheus: string,
  folder: string,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const config = join(folder, "prometheus.yml");
  await writeFile(config, "global: {}\n");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const options = ["--storage.tsdb.retention.time=90d", "--web.enable-remote-write-receiver", "--log.level=error"];
  const child = spawn(
    prometheus,
    [`--config.file=${config}`, `--storage.tsdb.path=${folder}`, `--web.listen-address=127.0.0.1:${port}`, ...options],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  const endAtOnce = () => child.kill("SIGKILL");
  process.prependOnceListener("exit", endAtOnce);
  try {
    await once(child, "spawn");
    await waitUntilReady(child, url);
    return await work(url);
  } finally {
    await end(child);
    process.off("exit", endAtOnce);
  }
}
