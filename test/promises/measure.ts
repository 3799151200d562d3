// Reads values out of promtool: a test that expects nothing is told what there is.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import type { Expectation, InputSeries } from "../../src/backends/proofs/proof.ts";
import { testFile } from "../../src/backends/proofs/test-file.ts";
import { testRules } from "../../src/cli/promtool.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Expr } from "../../src/promql/ast.ts";
import { labelWhere } from "../../src/promql/build.ts";

export interface Question {
  readonly minute: number;
  /** Gives at most one sample without labels. */
  readonly expr: Expr;
}

export interface Experiment {
  readonly rules: readonly Rule[];
  readonly stepSeconds: number;
  readonly inputs: readonly InputSeries[];
  readonly questions: readonly Question[];
}

/** Expects nothing and names the question, so that promtool tells its answer. */
function numbered({ minute, expr }: Question, index: number): Expectation {
  return { minute, expr: labelWhere(expr, "question", String(index), "", ""), value: "none" };
}

/** Asks promtool; the answer to a question is undefined where the expression gives nothing. */
export async function measure(
  promtool: string,
  { rules, stepSeconds, inputs, questions }: Experiment,
): Promise<readonly (number | undefined)[]> {
  const folder = await mkdtemp(join(tmpdir(), "measure-"));
  try {
    const scenarios = [{ name: "measured", inputs, expects: questions.map(numbered) }];
    await writeFile(join(folder, "rules.yaml"), ruleFile([{ name: "measured", intervalSeconds: stepSeconds, rules }]));
    await writeFile(
      join(folder, "test.yaml"),
      testFile(
        { service: "measured", name: "measured", stepSeconds, inputSeconds: 60, rules, scenarios },
        "rules.yaml",
      ),
    );
    const { output } = await testRules(promtool, folder, "test.yaml");
    return answersIn(output, questions.length);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Every answer carries the number of its question as a label. */
function answersIn(output: string, count: number): readonly (number | undefined)[] {
  const answers = new Map(
    [...output.matchAll(/got:\s+\{question="(\d+)"\} (\S+)/g)].map(([, question, value]) => [
      Number(question),
      Number(value),
    ]),
  );
  if (answers.size === 0 && !output.includes("SUCCESS")) throw new Error(output);
  return Array.from({ length: count }, (_, question) => answers.get(question));
}
