import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { diagnosticIds } from "../../src/slo/diagnostics.ts";
import { type Case, makeProject, readCases, repository, writeCase } from "./cases.ts";

const invalid = readCases("invalid");
const valid = readCases("valid");
const compilerOptions = {
  target: "ES2023",
  module: "NodeNext",
  customConditions: ["llm-slo-source"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
  types: [],
};

const project = makeProject();
const folderOf = ({ id, title }: Case) => join(project, `${id} ${title}`.replaceAll(/\W+/g, "-"));
let problems: Readonly<Record<string, readonly string[]>> = {};
let typeErrors = "";

beforeAll(() => {
  const cases = [...invalid, ...valid];
  for (const one of cases) {
    mkdirSync(folderOf(one));
    writeCase(one, folderOf(one));
  }
  const loader = join(repository, "node_modules/tsx/dist/loader.mjs");
  const runner = join(repository, "test/slo/run-cases.ts");
  const output = execFileSync(
    process.execPath,
    ["--conditions=llm-slo-source", "--import", loader, runner, ...cases.map(folderOf)],
    { encoding: "utf8" },
  );
  problems = JSON.parse(output);
  // Where one file is no TypeScript, the compiler looks no further: those are compiled on their own.
  const broken = "syntax-error*/slos";
  typeErrors = compile({ include: ["*/slos"], exclude: [broken] }) + compile({ include: [broken] });
});

afterAll(() => rmSync(project, { recursive: true }));

function compile(files: object): string {
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, ...files }));
  const tsc = join(repository, "node_modules/.bin/tsc");
  return spawnSync(tsc, ["-p", project, "--pretty", "false"], { cwd: project, encoding: "utf8" }).stdout;
}

const hasTypeError = (one: Case) => typeErrors.includes(`${folderOf(one).slice(project.length + 1)}/slos/`);

test("every diagnostic has a case, and every case a diagnostic", () => {
  expect([...new Set(invalid.map(({ id }) => id))].sort()).toEqual(Object.keys(diagnosticIds).sort());
});

describe.each(invalid)("$id: $title", (one) => {
  test("synth says exactly what is wrong, without the compiler", () => {
    expect(problems[folderOf(one)]).toEqual(one.problems);
    expect(one.problems.join("\n")).toContain(`[${one.id}]`);
  });

  test(one.isTypeError ? "the compiler refuses it too" : "the compiler can't see it", () => {
    expect(hasTypeError(one)).toBe(one.isTypeError);
  });
});

describe.each(valid)("valid: $title", (one) => {
  test("synth has nothing to say, nor has the compiler", () => {
    expect(problems[folderOf(one)]).toEqual([]);
    expect(hasTypeError(one)).toBe(false);
  });
});
