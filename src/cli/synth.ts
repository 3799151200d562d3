// `llm-slo synth`: slos/ to files, or what is wrong with slos/.
import type { GeneratedFile } from "../plan/generated-file.ts";
import type { Plan } from "../plan/plan.ts";
import { type Diagnostic, sortDiagnostics } from "../slo/diagnostics.ts";
import { dnsLabel, dnsLabelFrom } from "../slo/names.ts";
import type { Made } from "./backends.ts";
import { calendarNotes } from "./calendar-notes.ts";
import { type Changes, compare } from "./changes.ts";
import { renameNotes } from "./ledger.ts";
import { type Plans, readPlans } from "./plans.ts";
import { locate } from "./positions.ts";
import { printStale } from "./stale.ts";
import { type EnvironmentSummary, legend, printChanges, printSummary, summarize, summarizeChanges } from "./summary.ts";
import { colorsFor, counted, githubAnnotation, say, warn, warnOf } from "./terminal.ts";
import { write } from "./write.ts";

export interface SynthOptions {
  readonly slos: string;
  readonly out: string;
  readonly check?: boolean;
  readonly force?: boolean;
  readonly format: "text" | "json";
  readonly annotations?: "github";
}

/** Everything a run found out. */
interface Outcome {
  readonly diagnostics: readonly Diagnostic[];
  readonly notes: readonly string[];
  readonly environments: readonly EnvironmentSummary[];
  readonly changes?: Changes;
}

const idsOf = (plans: readonly Plan[]) => [
  ...new Set(
    plans.flatMap(({ services }) =>
      services.flatMap(({ id, slos, budgets }) => [...slos, ...budgets].map((slo) => `${id}/${slo.id}`)),
    ),
  ),
];

/** An environment's name becomes a folder, which must not be one of those that the files without environment lie in. */
function checkFolders(slos: string, plans: readonly Plan[], files: readonly GeneratedFile[]): readonly Diagnostic[] {
  const names = plans.map(({ environment }) => environment).filter((name) => name !== "");
  const taken = new Set(files.map(({ path }) => path.split("/")[0]));
  return names
    .filter((name) => taken.has(name) || !dnsLabel.test(name))
    .map((name) => ({
      id: "invalid-id",
      file: `${slos}/stack.${name}.ts`,
      problem: `${name} can't be the name of an environment${taken.has(name) ? ": its folder is taken" : ""}`,
      instead: taken.has(name) ? "Rename the file." : `Rename the file, for example to stack.${dnsLabelFrom(name)}.ts.`,
    }));
}

/** Rules that lie in one object of Kubernetes for each service. */
function checkSizes(made: readonly Made[], { serviceFiles }: Plans): readonly Diagnostic[] {
  const found = made
    .flatMap(({ oversized }) => oversized)
    .map(({ service, limitBytes, parts }) => ({
      id: "rules-too-large" as const,
      file: serviceFiles.get(service) ?? service,
      service,
      field: "slos",
      problem: `the rules of ${service} take more than the ${limitBytes / 1_000} KB that one object may hold`,
      instead: `Split the service in ${parts}.`,
    }));
  return sortDiagnostics(locate(found));
}

/** Makes everything in memory and compares it with the folder; writes nothing. */
export async function prepare(options: Pick<SynthOptions, "slos" | "out" | "check" | "force">): Promise<Outcome> {
  // Backends are a lot of code: they are loaded while slos/ is read.
  const [read, { makeFiles }] = await Promise.all([readPlans(options.slos), import("./backends.ts")]);
  const { plans, diagnostics } = read;
  if (diagnostics.length > 0) return { diagnostics, notes: [], environments: [] };
  const made: Made[] = [];
  for (const plan of plans) made.push(await makeFiles(plan));
  const unnamed = made.filter((_, index) => plans[index]?.environment === "").flatMap(({ files }) => files);
  const unfit = [...checkFolders(options.slos, plans, unnamed), ...checkSizes(made, read)];
  if (unfit.length > 0) return { diagnostics: unfit, notes: [], environments: [] };
  const slos = idsOf(plans);
  const changes = compare(
    options.out,
    made.flatMap(({ files }) => files),
    slos,
  );
  return {
    diagnostics: options.check || options.force ? [] : changes.conflicts,
    notes: [...renameNotes(changes.before.slos, slos), ...calendarNotes(plans, new Date().getUTCFullYear())],
    environments: plans.map((plan, index) => summarize(plan, made[index] ?? { files: [], counts: {}, oversized: [] })),
    changes,
  };
}

const isStale = ({ written, removed }: Changes) => written.length + removed.length > 0;

function report({ diagnostics, notes, environments, changes }: Outcome, options: SynthOptions): void {
  if (options.annotations === "github")
    for (const diagnostic of diagnostics) (options.format === "json" ? warn : say)(githubAnnotation(diagnostic));
  if (options.format === "json") {
    const files = changes &&
      diagnostics.length === 0 && {
        ...summarizeChanges(changes),
        ...(options.check ? { stale: isStale(changes) } : {}),
      };
    say(JSON.stringify({ diagnostics, notes, environments, ...(files ? { files } : {}) }, null, 2));
    return;
  }
  warnOf(diagnostics);
  if (diagnostics.length > 0 || !changes) {
    warn(`\n${counted(diagnostics.length, "problem")}. Nothing was written.`);
    return;
  }
  if (options.check) {
    if (isStale(changes))
      say(
        `${printStale(options.out, changes)}\n\n${options.out} is stale. Run npm run synth and commit what it writes.`,
      );
    else say(`${options.out} is up to date.`);
  } else {
    for (const environment of environments) say(`${printSummary(environment)}\n`);
    say(`${legend}\n`);
    say(printChanges(options.out, summarizeChanges(changes)));
  }
  const colors = colorsFor(process.stderr);
  for (const note of notes) warn(`${colors.yellow("note")}: ${note}`);
}

/** Runs the command and gives its exit code. */
export async function synth(options: SynthOptions): Promise<number> {
  const outcome = await prepare(options);
  const { diagnostics, changes } = outcome;
  if (!options.check && changes && diagnostics.length === 0) write(options.out, changes);
  report(outcome, options);
  return diagnostics.length > 0 || (options.check && changes && isStale(changes)) ? 1 : 0;
}
