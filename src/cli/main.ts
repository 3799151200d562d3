#!/usr/bin/env node
// The command line: what there is to run. Each command is loaded when it is run.
import { Command, CommanderError, Option } from "commander";

const wrongUsage = 2;

const slosOption = () => new Option("--slos <folder>", "where the SLOs are defined").default("slos");
const outOption = (description: string) => new Option("--out <folder>", description).default("generated");
const formatOption = () => new Option("--format <format>", "how to report").choices(["text", "json"]).default("text");

/** What a command returns becomes the exit code of the process. */
async function exitWith(code: Promise<number>): Promise<void> {
  process.exitCode = await code;
}

function commands(): Command {
  const program = new Command("llm-slo")
    .description("Typed SLOs for LLM features, compiled into Prometheus rules that are proven to fire.")
    .exitOverride()
    .showHelpAfterError("(llm-slo --help tells more)");

  program
    .command("synth")
    .description("compile slos/ into rules, routes, dashboards, runbooks, proofs and manifests")
    .addOption(slosOption())
    .addOption(outOption("where to write"))
    .option("--check", "write nothing; show what is stale and exit with 1")
    .option("--force", "overwrite generated files that were edited by hand")
    .addOption(formatOption())
    .addOption(
      new Option("--annotations <system>", "also report problems as annotations of a CI system").choices(["github"]),
    )
    .action(async (options) => exitWith((await import("./synth.ts")).synth(options)));

  program
    .command("explain")
    .description("say what an SLO measures, what its budget is, when each arm fires, and print its PromQL")
    .argument("<service/slo>", "the SLO, for example rag-pipeline/errors")
    .addOption(slosOption())
    .addOption(formatOption())
    .action(async (name, options) => exitWith((await import("./explain.ts")).explain(name, options)));

  program
    .command("prove")
    .description("run the generated proofs with promtool")
    .argument("[service/slo]", "only the proofs of a service, or of one SLO")
    .addOption(outOption("the folder that synth wrote"))
    .addOption(formatOption())
    .action(async (only, options) => exitWith((await import("./prove.ts")).prove(only, options)));

  return program;
}

/** Runs the command line. Exit codes: 0 fine, 1 problems, 2 wrong usage. */
async function main(args: readonly string[]): Promise<void> {
  try {
    await commands().parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : wrongUsage;
      return;
    }
    process.exitCode = 1;
    // What the system refuses (a folder that can't be written, say) explains itself; anything else is a mistake of ours.
    const isOfSystem = error instanceof Error && "syscall" in error;
    process.stderr.write(`llm-slo failed. ${error instanceof Error && !isOfSystem ? error.stack : String(error)}\n`);
  }
}

await main(process.argv.slice(2));
