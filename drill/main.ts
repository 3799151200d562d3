// `npm run drill`: an incident of choice, from calm to verdict, on a real Prometheus and Alertmanager.
import { Argument, Command, CommanderError, Option } from "commander";
import { readPlans } from "../src/cli/plans.ts";
import { say, warn, warnOf } from "../src/cli/terminal.ts";
import type { Plan } from "../src/plan/plan.ts";
import { type InstallationVerdict, type Listener, runDrill, timeZoneOf } from "./drill.ts";
import { type Fault, type FaultName, faults } from "./faults.ts";
import { findInstallations } from "./find-tools.ts";
import { type Incident, type IncidentName, incidents } from "./incidents.ts";
import type { Tools } from "./installation.ts";
import { closing, opening, TextReport, verdictData } from "./report.ts";

const codes = { fine: 0, problems: 1, wrongUsage: 2, interrupted: 130 } as const;

interface Options {
  readonly fault?: FaultName;
  readonly prometheus?: string;
  readonly slos: string;
  readonly format: "text" | "json";
}

const list = (of: Readonly<Record<string, { readonly says: string }>>) =>
  Object.entries(of)
    .map(([name, { says }]) => `  ${name.padEnd(22)}${says}`)
    .join("\n");

function command(): Command {
  return new Command("npm run drill --")
    .description("Breaks the example app and shows who is told, with the rules and routes of slos/ in fast motion.")
    .addArgument(new Argument("[incident]", "what goes wrong").choices(Object.keys(incidents)).default("errors"))
    .addOption(new Option("--fault <fault>", "what else happens in the middle of it").choices(Object.keys(faults)))
    .option("--prometheus <version>", "the version to use, such as 2 or 3.5 (default: the first that is found)")
    .option("--slos <folder>", "where the SLOs are defined", "slos")
    .addOption(new Option("--format <format>", "how to report").choices(["text", "json"]).default("text"))
    .addHelpText("after", `\nIncidents:\n${list(incidents)}\n\nFaults:\n${list(faults)}`)
    .exitOverride();
}

/** The installation to use, or what is missing, in words. */
async function chooseTools(version = ""): Promise<Tools | string> {
  const found = await findInstallations();
  const [tools] = found.filter(({ prometheus }) => `${prometheus.version}.`.startsWith(version && `${version}.`));
  if (tools) return tools;
  const there = found.map(({ prometheus }) => prometheus.version).join(", ");
  if (found.length > 0) return `There is no Prometheus ${version} here, only ${there}.`;
  return (
    "A drill needs prometheus, promtool and alertmanager, and not all were found. Put them on the PATH, or run " +
    "scripts/fetch-tools.sh where Debian packages can be had."
  );
}

interface Chosen {
  readonly plan: Plan;
  readonly name: IncidentName;
  readonly incident: Incident;
  readonly fault?: Fault;
  readonly tools: Tools;
}

const silent: Listener = { phase() {}, sight() {}, burn() {} };

/** Runs a drill that Ctrl-C ends, with all of its processes. */
async function run(chosen: Chosen, listener: Listener): Promise<InstallationVerdict | undefined> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, interrupt);
  try {
    const { tools, ...rest } = chosen;
    const [verdict] = await runDrill({ ...rest, tools: [tools], listener, signal: interruption.signal });
    return verdict;
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    return undefined;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, interrupt);
  }
}

async function report(chosen: Chosen, { fault, format }: Options): Promise<number> {
  const report = format === "text" ? new TextReport(timeZoneOf(chosen.plan), chosen.incident) : undefined;
  if (report) say(opening(chosen.incident, chosen.fault, chosen.tools));
  const verdict = await run(chosen, report ?? silent).finally(() => report?.end());
  if (!verdict) {
    warn("The drill was interrupted; everything it started has ended.");
    return codes.interrupted;
  }
  say(report ? closing(verdict) : JSON.stringify({ incident: chosen.name, fault, ...verdictData(verdict) }, null, 2));
  return verdict.problems.length === 0 ? codes.fine : codes.problems;
}

async function drill(name: IncidentName, options: Options): Promise<number> {
  const incident: Incident = incidents[name];
  const fault: Fault | undefined = options.fault && faults[options.fault];
  if (incident.breaks === "app" && fault?.needsApp) {
    warn(`--fault ${options.fault} needs an app that runs, and in ${name} there is none.`);
    return codes.wrongUsage;
  }
  const tools = await chooseTools(options.prometheus);
  if (typeof tools === "string") {
    warn(tools);
    return codes.problems;
  }
  const { plans, diagnostics } = await readPlans(options.slos);
  const [plan] = plans;
  if (!plan) {
    warnOf(diagnostics);
    return codes.problems;
  }
  return report({ plan, name, incident, tools, ...(fault ? { fault } : {}) }, options);
}

try {
  const program = command().parse();
  process.exitCode = await drill(program.processedArgs[0] as IncidentName, program.opts<Options>());
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? codes.fine : codes.wrongUsage;
}
