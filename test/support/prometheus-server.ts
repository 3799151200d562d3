// Runs a real Prometheus on a free port of this machine for as long as a test needs it.
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startServer } from "../../drill/server-process.ts";
import { findTools, type Tool } from "../../src/cli/tools.ts";

export interface PrometheusSpec {
  readonly version: 2 | 3;
  /** Its configuration file, as YAML. */
  readonly config: string;
  /** Further flags. @example ["--web.enable-otlp-receiver"] */
  readonly flags?: readonly string[];
  /** Flags that every version has and none lists in its help. @example ["--storage.tsdb.min-block-duration=30d"] */
  readonly hiddenFlags?: readonly string[];
}

/** One row of an instant query. */
export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface PrometheusServer {
  /** @example "http://127.0.0.1:40123" */
  readonly url: string;
  /** Asks for a vector, at the current time. */
  query(promql: string): Promise<readonly Row[]>;
  /** Ends the process and removes its data. */
  stop(): Promise<void>;
}

/** Debian builds without some of the features, the OTLP receiver among them. */
async function knows({ path }: Tool, flags: readonly string[]): Promise<boolean> {
  const help = await new Promise<string>((resolve) => {
    execFile(path, ["--help"], (_, stdout, stderr) => resolve(stdout + stderr));
  });
  return flags.every((flag) => help.replaceAll("[no-]", "").includes(flag.replace(/=.*/, "")));
}

/** A Prometheus of a major version that has these flags, on PATH or in .tools; undefined where there is none. */
export async function findPrometheus(version: 2 | 3, flags: readonly string[] = []): Promise<Tool | undefined> {
  for (const tool of await findTools("prometheus")) {
    if (tool.version.startsWith(`${version}.`) && (await knows(tool, flags))) return tool;
  }
  return undefined;
}

async function query(url: string, promql: string): Promise<readonly Row[]> {
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query: promql }) });
  const answer = (await response.json()) as {
    readonly error?: string;
    readonly data: { readonly result: readonly { readonly metric: Row["labels"]; readonly value: [number, string] }[] };
  };
  if (answer.error !== undefined) throw new Error(`${promql}: ${answer.error}`);
  return answer.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }));
}

/** Starts a Prometheus and waits until it is ready. It ends with the test's process at the latest. @throws where there is none of that version. */
export async function startPrometheus(spec: PrometheusSpec): Promise<PrometheusServer> {
  const { version, config, flags = [], hiddenFlags = [] } = spec;
  const tool = await findPrometheus(version, flags);
  if (tool === undefined) {
    throw new Error(`There is no Prometheus ${version} ${flags.join(" ")} on PATH or in .tools.`);
  }
  const folder = await mkdtemp(join(tmpdir(), "prometheus-"));
  await writeFile(join(folder, "prometheus.yml"), config);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const args = [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    ...flags,
    ...hiddenFlags,
  ];
  const clear = () => rm(folder, { recursive: true, force: true });
  try {
    const server = await startServer(tool.path, args, url);
    const stop = async () => {
      await server.stop();
      await clear();
    };
    return { url, query: (promql) => query(url, promql), stop };
  } catch (error) {
    await clear();
    throw error;
  }
}
