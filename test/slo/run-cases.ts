// A process of its own that runs synth in memory on each folder it is given, without vitest's module loader: prints a JSON object of lists.

import { prepare } from "../../src/cli/synth.ts";
import { formatDiagnostic } from "../../src/slo/diagnostics.ts";

const problems: Record<string, readonly string[]> = {};
for (const folder of process.argv.slice(2)) {
  process.chdir(folder);
  const { diagnostics } = await prepare({ slos: "slos", out: "generated" });
  problems[folder] = diagnostics.map(formatDiagnostic);
}
process.stdout.write(JSON.stringify(problems));
