// `npm run bench`: what our files cost to make, our rules to evaluate, and our metrics to record. Not a test: figures depend on the machine.
import { cpus, loadavg, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { findTools } from "../src/cli/tools.ts";
import { type EvaluationCost, measureEvaluation } from "./evaluation/evaluation.ts";
import { printEvaluation, printGrowth, printRuntime, type RuntimeCost } from "./report.ts";
import { type Growth, measureGrowth } from "./synth/growth.ts";
import { measure, type Scope, scopes } from "./synth/measure.ts";

const usage = `Usage: npm run bench -- [synth] [evaluation] [runtime] [--format text|json]
       npm run bench -- measure <SLOs> rules|everything      one size in this very process, as JSON; for profilers`;

interface Report {
  readonly machine: string;
  readonly synth?: readonly Growth[];
  readonly evaluation?: readonly EvaluationCost[];
  readonly runtime?: RuntimeCost;
}

const began = performance.now();
function progress(text: string): void {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
}

function describeMachine(): string {
  const processors = cpus();
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  const [load] = loadavg();
  return `${processors.length} x ${processors[0]?.model.trim()}, ${memory}, Node ${process.version}, load ${load?.toFixed(1)} before the run`;
}

async function evaluations(): Promise<readonly EvaluationCost[]> {
  const [versions, promtools] = await Promise.all([findTools("prometheus"), findTools("promtool")]);
  const promtool = promtools.at(-1);
  if (promtool && versions.length > 0) return measureEvaluation(versions, promtool, progress);
  progress(
    "evaluation skipped: prometheus and promtool are neither on the PATH nor in .tools (scripts/fetch-tools.sh)",
  );
  return [];
}

async function runtime(): Promise<RuntimeCost> {
  progress("runtime: one finished call, with the package and by hand");
  const { measureFinishedCall } = await import("./runtime/finished-call.ts");
  const call = await measureFinishedCall();
  progress("runtime: one chunk of a stream, in a wrapped and in a bare client");
  const { measureStreamedChunk } = await import("./runtime/streamed-chunk.ts");
  return { call, chunk: await measureStreamedChunk() };
}

async function runSections(sections: readonly string[]): Promise<Report> {
  const wanted = (section: string) => sections.length === 0 || sections.includes(section);
  return {
    machine: describeMachine(),
    ...(wanted("synth") ? { synth: await measureGrowth(progress) } : {}),
    ...(wanted("evaluation") ? { evaluation: await evaluations() } : {}),
    ...(wanted("runtime") ? { runtime: await runtime() } : {}),
  };
}

function printReport({ machine, synth = [], evaluation = [], runtime }: Report): string {
  return [
    `Machine: ${machine}`,
    ...synth.map(printGrowth),
    ...evaluation.map(printEvaluation),
    ...(runtime ? [printRuntime(runtime)] : []),
  ].join("\n\n");
}

interface Wanted {
  readonly format: string;
  readonly sections: readonly string[];
  readonly single?: { readonly slos: number; readonly scope: Scope };
}

/** What the command line asks for; undefined where it can't be understood. */
function readArguments(): Wanted | undefined {
  const { values, positionals } = parseArgs({
    options: { format: { type: "string", default: "text" } },
    allowPositionals: true,
    strict: false,
  });
  const { format, ...unknown } = values;
  if ((format !== "text" && format !== "json") || Object.keys(unknown).length > 0) return undefined;
  const [command, slos, scopeName] = positionals;
  const scope = scopes.find((name) => name === scopeName);
  if (command === "measure" && scope && Number(slos) > 0) {
    return { format, sections: [], single: { slos: Number(slos), scope } };
  }
  const known = ["synth", "evaluation", "runtime"];
  return positionals.every((section) => known.includes(section)) ? { format, sections: positionals } : undefined;
}

async function runMain(): Promise<number> {
  const wanted = readArguments();
  if (!wanted) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const { format, sections, single } = wanted;
  if (single) {
    process.stdout.write(`${JSON.stringify(await measure(single.slos, single.scope))}\n`);
    return 0;
  }
  const report = await runSections(sections);
  process.stdout.write(`${format === "json" ? JSON.stringify(report, null, 2) : printReport(report)}\n`);
  return 0;
}

// An interrupted run ends its Prometheus: handlers of "exit" run only where the process exits by itself.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));

process.exitCode = await runMain();
