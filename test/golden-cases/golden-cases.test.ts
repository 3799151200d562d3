import { existsSync, readdirSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { ruleFiles } from "../../src/backends/prometheus/rules.ts";
import { compile } from "../../src/compile/compile.ts";
import { guardrailKinds } from "../../src/slo/guardrails/table.ts";
import { indicators } from "../../src/slo/indicators/table.ts";
import { modelOf, promtool, promtools, ruleProblems } from "../support/model.ts";
import { goldenBackends } from "./backends.ts";
import { goldenCases } from "./cases.ts";

const compiled = goldenCases.map(({ name, service, stack }) => ({ name, plan: compile(modelOf([service], stack)) }));
const golden = join(import.meta.dirname, "../golden");

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

const produced = await Promise.all(
  goldenBackends.flatMap(({ folder, files }) =>
    compiled.map(async ({ name, plan }) => ({ folder, name, files: await files(plan, name) })),
  ),
);

describe.each(goldenBackends)("the golden files of $folder", ({ folder }) => {
  const mine = produced.filter((case_) => case_.folder === folder);

  it.each(mine)("are what the case $name gives", async ({ files }) => {
    for (const { path, content } of files) {
      await expect(content).toMatchFileSnapshot(join(golden, folder, path));
    }
  });

  it("all belong to a case, and to one only", () => {
    const paths = mine.flatMap(({ files }) => files.map(({ path }) => path));
    expect(new Set(paths).size).toBe(paths.length);
    expect(filesBelow(join(golden, folder)).filter((path) => !paths.includes(path))).toEqual([]);
  });
});

describe("the golden cases", () => {
  it("have one for every indicator", () => {
    const kinds = compiled.flatMap(({ plan }) =>
      plan.services.flatMap(({ slos }) => slos.map(({ indicator }) => indicator)),
    );
    expect([...new Set(kinds)].toSorted()).toEqual([...indicators.keys()].toSorted());
  });

  it("have one for every guardrail", () => {
    const kinds = goldenCases.flatMap(({ service }) =>
      Object.values(service.guardrails ?? {}).map((of) => of.guardrail),
    );
    expect([...new Set(kinds)].toSorted()).toEqual([...guardrailKinds.keys()].toSorted());
  });

  it("have one for every metric source", () => {
    const sources = readdirSync(join(import.meta.dirname, "../../src/sources")).map((name) => name.replace(".ts", ""));
    const used = goldenCases.map(({ service }) => service.source.name);
    expect([...new Set(used)].toSorted()).toEqual(sources.filter((name) => name !== "source").toSorted());
  });
});

describe.each(promtools)("$name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  const files = Object.fromEntries(
    compiled.flatMap(({ name, plan }) =>
      ruleFiles(plan).map(({ path, content }) => [`${name}.${basename(path)}`, content]),
    ),
  );

  it("accepts every rule file", async () => {
    expect(await ruleProblems(path, files)).toBe("");
  });

  it("finds no rule twice in a file", async () => {
    const output = await promtool(path, ["check", "rules", ...Object.keys(files)], files);
    expect([...output.matchAll(/^Metric: .*/gm)].flat()).toEqual([]);
  });
});
