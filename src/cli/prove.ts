// `llm-slo prove`: runs the generated promtool tests, all of them or those of one service or SLO.
import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, join } from "node:path";
import ora from "ora";
import pLimit from "p-limit";
import { type TestRun, testRules } from "./promtool.ts";
import { colorsFor, drawsProgress, say, warn } from "./terminal.ts";
import { findTools } from "./tools.ts";

export interface ProveOptions {
  /** The folder synth wrote to. */
  readonly out: string;
  readonly format: "text" | "json";
}

interface ProvenFile extends TestRun {
  readonly file: string;
}

/** The proofs below a folder of generated files, any environment; `only` is "service" or "service/slo". */
async function proofFilesIn(out: string, only: string | undefined): Promise<readonly string[]> {
  const [service, slo] = only?.split("/") ?? [];
  const found = await readdir(out, { recursive: true }).catch(() => []);
  return found
    .filter((path) => basename(dirname(dirname(path))) === "proofs" && path.endsWith(".test.yaml"))
    .filter((path) => service === undefined || basename(dirname(path)) === service)
    .filter((path) => slo === undefined || basename(path).startsWith(`${slo}.`))
    .sort();
}

function report(results: readonly ProvenFile[], version: string, seconds: number): string {
  const colors = colorsFor(process.stdout);
  const failed = results.filter(({ passed }) => !passed);
  const lines = failed.flatMap(({ file, output }) => [colors.red(`✖ ${file}`), output.replaceAll(/^/gm, "    ")]);
  const verdict =
    failed.length === 0
      ? colors.green(`${results.length} proofs hold`)
      : colors.red(`${failed.length} of ${results.length} proofs fail`);
  return [...lines, `${verdict} on promtool ${version}, ${seconds.toFixed(0)} s`].join("\n");
}

/** Runs the proofs and returns the exit code: 0 when all hold, 1 when one fails or none could be run, 2 when nothing is named so. */
export async function prove(only: string | undefined, { out, format }: ProveOptions): Promise<number> {
  const files = await proofFilesIn(out, only);
  if (files.length === 0) {
    warn(
      only === undefined
        ? `No proofs in ${out}. Run synth first.`
        : `No proofs of ${only} in ${out}. Name a service, or service/slo.`,
    );
    return 2;
  }
  const [promtool] = await findTools("promtool");
  if (!promtool) {
    warn("promtool was not found. Put it on the PATH, or run scripts/fetch-tools.sh where Debian packages can be had.");
    return 1;
  }
  const began = performance.now();
  const spinner = ora({
    text: `0 of ${files.length} proofs`,
    isSilent: format === "json" || !drawsProgress(process.stderr),
  }).start();
  const limit = pLimit(availableParallelism());
  const results: ProvenFile[] = [];
  await Promise.all(
    files.map((file) =>
      limit(async () => {
        const run = await testRules(promtool.path, join(out, dirname(file)), basename(file));
        results.push({ file, ...run });
        spinner.text = `${results.length} of ${files.length} proofs · ${file}`;
      }),
    ),
  );
  spinner.stop();
  results.sort((a, b) => (a.file < b.file ? -1 : 1));
  const seconds = (performance.now() - began) / 1000;
  say(
    format === "json"
      ? JSON.stringify({ promtool: promtool.version, seconds, results })
      : report(results, promtool.version, seconds),
  );
  return results.every(({ passed }) => passed) ? 0 : 1;
}
