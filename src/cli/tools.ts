// Finds Prometheus' and Alertmanager's own binaries: on PATH first, then where scripts/fetch-tools.sh unpacks them.
import { execFile } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export type ToolName = "promtool" | "prometheus" | "amtool" | "alertmanager";

/** A binary that answered when asked for its version. */
export interface Tool {
  readonly path: string;
  /** @example "3.5.3" */
  readonly version: string;
}

/** Newest first: what the manifests run, then the oldest that is supported. */
const unpacked = [".tools/prometheus-3", ".tools/prometheus-2"];

async function toolAt(path: string): Promise<Tool | undefined> {
  try {
    await access(path, constants.X_OK);
    const { stdout, stderr } = await run(path, ["--version"]);
    const version = /version (\d+\.\d+\.\d+)/.exec(stdout + stderr)?.[1];
    return version === undefined ? undefined : { path, version };
  } catch {
    return undefined;
  }
}

/** Every version of a tool that can be had here, the preferred one first; empty when there is none. */
export async function findTools(name: ToolName, root = process.cwd()): Promise<readonly Tool[]> {
  const onPath = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name));
  const beside = unpacked.map((folder) => resolve(root, folder, name));
  const found = await Promise.all([...onPath, ...beside].map(toolAt));
  const tools = found.filter((tool) => tool !== undefined);
  return tools.filter(({ version }, index) => tools.findIndex((other) => other.version === version) === index);
}
