import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import pLimit from "p-limit";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ruleText } from "../../src/backends/prometheus/rules.ts";
import { proofsOf } from "../../src/backends/proofs/proofs.ts";
import { testRules } from "../../src/cli/promtool.ts";
import { findTools } from "../../src/cli/tools.ts";
import { goldenPlan } from "../mutation/golden.ts";
import { goldenMutants, judgeAll } from "../mutation/run.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = join(root, "generated/prometheus");
const proofs = (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".test.yaml")).sort();
const rules = (await readdir(join(folder, "rules"))).sort();
const versions = await findTools("promtool");
const reason = "promtool was not found: run scripts/fetch-tools.sh, or put it on the PATH";

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly object[] }[];
}
const rulesIn = async (path: string) =>
  (parse(await readFile(path, "utf8")) as RuleFile).groups.flatMap(({ rules }) => rules);

describe.each(versions.length > 0 ? versions : [{ version: `(${reason})`, path: "" }])(
  "the generated files on promtool $version",
  ({ path }) => {
    it.skipIf(path === "")("pass promtool check rules without a finding", async () => {
      const { stdout } = await promisify(execFile)(path, [
        "check",
        "rules",
        "--lint=all",
        "--lint-fatal",
        ...rules.map((file) => join(folder, "rules", file)),
      ]);
      expect(stdout).not.toMatch(/FAILED|duplicate/);
    });

    it.skipIf(path === "")("prove every alert", { timeout: 600_000 }, async () => {
      const limit = pLimit(availableParallelism());
      const runs = await Promise.all(
        proofs.map((file) =>
          limit(async () => ({ file, ...(await testRules(path, join(folder, dirname(file)), basename(file))) })),
        ),
      );
      expect(runs.filter(({ passed }) => !passed).map(({ file, output }) => `${file}\n${output}`)).toEqual([]);
      expect(runs.length).toBeGreaterThan(80);
    });
  },
);

describe("a proof", () => {
  it("loads rules that are those of its service's rule file, to the letter", async () => {
    const textsIn = async (path: string) => (await rulesIn(path)).map((rule) => JSON.stringify(rule));
    const services = await Promise.all(
      rules.map(async (file) => [basename(file, ".yaml"), await textsIn(join(folder, "rules", file))] as const),
    );
    const whole = new Map(services.map(([service, texts]) => [service, new Set(texts)]));
    for (const file of proofs) {
      const slice = await textsIn(join(folder, file.replace(".test.yaml", ".rules.yaml")));
      expect(slice, file).not.toEqual([]);
      expect(
        slice.filter((text) => !whole.get(basename(dirname(file)))?.has(text)),
        file,
      ).toEqual([]);
    }
  });

  it("exists for every rule but those that only dashboards read", () => {
    const plan = goldenPlan();
    const proven = new Set(proofsOf(plan).flatMap((proof) => proof.rules));
    const groups = [...plan.services.flatMap((service) => service.groups), ...(plan.platform?.groups ?? [])];
    const judged = groups.filter(({ name }) => !name.endsWith("-dashboards"));
    const missing = judged.flatMap((group) => group.rules).filter((rule) => !proven.has(rule));
    expect(judged.map(({ name }) => name)).toEqual(["golden", "golden-guardrails", "others", "platform", "providers"]);
    expect(missing.map(ruleText)).toEqual([]);
  });
});

describe("a fixed sample of mutants", () => {
  const [newest] = versions;
  it.skipIf(!newest)(newest ? "is killed by the proofs" : `is skipped: ${reason}`, { timeout: 600_000 }, async () => {
    const plan = goldenPlan();
    const sample = goldenMutants(plan).filter((_, index) => index % 17 === 0);
    expect(sample.length).toBeGreaterThan(40);
    const verdicts = await judgeAll(newest?.path ?? "", plan, sample);
    const survivors = verdicts.filter(({ killedBy }) => killedBy === undefined);
    expect(survivors.map(({ mutant }) => `${ruleText(mutant.original)}: ${mutant.change}`)).toEqual([]);
  });
});
