// `npm run mutate`: shows that a mistake in a rule fails a proof.
import ora from "ora";
import pc from "picocolors";
import { drawsProgress } from "../../src/cli/terminal.ts";
import { findTools } from "../../src/cli/tools.ts";
import { print } from "../../src/promql/print.ts";
import { goldenPlan } from "./golden.ts";
import { goldenMutants, judgeAll, type Verdict } from "./run.ts";

const [promtool] = await findTools("promtool");
if (!promtool) {
  console.error("promtool was not found. Run scripts/fetch-tools.sh, or put it on the PATH.");
  process.exit(1);
}
const plan = goldenPlan();
const only = process.argv[2];
const mutants = goldenMutants(plan).filter(({ original, change }) => {
  const name = original.kind === "alert" ? original.alert : original.record;
  return only === undefined || `${name} ${original.slo ?? ""} ${change}`.includes(only);
});
const began = performance.now();
const spinner = ora({ text: `0 of ${mutants.length} mutants`, isSilent: !drawsProgress(process.stderr) }).start();
let judged = 0;
const verdicts = await judgeAll(promtool.path, plan, mutants, () => {
  judged++;
  spinner.text = `${judged} of ${mutants.length} mutants`;
});
spinner.stop();

function describe({ mutant: { original, mutated, change } }: Verdict): string {
  const name = original.kind === "alert" ? `${original.alert} ${original.labels.arm ?? ""}` : original.record;
  return `${name} ${original.slo ?? "(shared)"}: ${change}\n${print(mutated.expr)}`;
}
const survivors = verdicts.filter(({ killedBy }) => killedBy === undefined);
for (const survivor of survivors) console.log(`${pc.red("survived")} ${describe(survivor)}\n`);
const seconds = ((performance.now() - began) / 1000).toFixed(0);
console.log(
  `${verdicts.length - survivors.length} of ${verdicts.length} mutants killed on promtool ${promtool.version}, ${seconds} s`,
);
process.exitCode = survivors.length === 0 ? 0 : 1;
