import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Project, rules, serviceFile } from "./project.ts";

const problemsOf = (project: Project) =>
  project
    .synth("--out", "build")
    .stderr.split("\n")
    .filter((line) => line.endsWith("]"));

describe('a project without "type": "module"', () => {
  const project = new Project({ name: "theirs" });

  test("gives the same bytes as one with it", () => {
    const modern = new Project();
    expect(project.synth()).toEqual(modern.synth());
    expect(project.read(rules)).toBe(modern.read(rules));
    expect(project.read("generated/files.json")).toBe(modern.read("generated/files.json"));
  });

  test("gives the same diagnostics", () => {
    project.write("slos/targets.ts", 'export const targets = ["1%";\n');
    project.write("slos/chat.ts", 'import { targets } from "./targets.ts";\n\nexport default targets;\n');
    project.write("slos/search.ts", 'import { nothing } from "./nothing.ts";\n\nexport default nothing;\n');
    project.write("slos/package.ts", 'import { nothing } from "@acme/nothing/deep";\n\nexport default nothing;\n');
    project.write("slos/named.ts", "export const a = 1;\n");
    project.write("slos/text.ts", 'export default "text";\n');
    project.write(
      "slos/misspelt.ts",
      'import { service, errorRat } from "./organisation.ts";\n\nexport default service("x", { slos: { a: errorRat({}) } });\n',
    );
    expect(problemsOf(project)).toEqual([
      "slos/misspelt.ts:3:42: the file throws while it is loaded: errorRat is not a function. Mend it here; nothing of the file could be read. [load-failed]",
      'slos/named.ts: the file exports `a`, but nothing by default. Write export default service("my-service", { ... }); files that only serve others belong in a folder of their own. [wrong-export]',
      "slos/package.ts: there is no package @acme/nothing. Install it: npm install @acme/nothing. [unresolved-import]",
      "slos/search.ts: there is no file slos/nothing.ts. Mend the path of the import; it ends in .ts. [unresolved-import]",
      'slos/targets.ts:1:29: Expected "]" but found ";". Mend the TypeScript here, or in the line before. [syntax-error]',
      'slos/text.ts: the default export is "text", not a service. Write export default service("my-service", { ... }); files that only serve others belong in a folder of their own. [wrong-export]',
    ]);
  });
});

describe("a broken file that others share", () => {
  test("is one problem, at its place, however many import it", () => {
    const project = new Project();
    project.write("slos/organisation.ts", "export const half = {;\n");
    for (const id of ["a", "b", "c"])
      project.write(`slos/${id}.ts`, serviceFile(id, 'errors: errorRate({ below: "1%" })'));
    expect(problemsOf(project)).toEqual([
      'slos/organisation.ts:1:22: Expected identifier but found ";". Mend the TypeScript here, or in the line before. [syntax-error]',
    ]);
  });

  test("does not hide the mistakes of files that don't need it", () => {
    const project = new Project();
    project.write("slos/shared/targets.ts", "throw new Error('no targets today');\n");
    project.write("slos/a.ts", 'import "./shared/targets.ts";\n\nexport default {};\n');
    project.write("slos/b.ts", 'import "./shared/targets.ts";\n\nexport default {};\n');
    project.write("slos/support-chat.ts", serviceFile("support-chat", 'errors: errorRate({ below: "0%" })'));
    expect(problemsOf(project)).toEqual([
      "slos/shared/targets.ts:1:7: the file throws while it is loaded: no targets today. Mend it here; nothing of the file could be read. [load-failed]",
      'slos/support-chat.ts:7:25 › errors › below: 0% leaves no error budget (an objective of 100%). Use an objective from 50% to 99.999%, for example "1%". [objective-out-of-range]',
    ]);
  });
});

test("never shows a stack trace", () => {
  const project = new Project();
  project.write("slos/a.ts", "null.x;\n");
  project.write("slos/b.ts", 'import "node:nothing";\n');
  project.write("slos/c.ts", "await Promise.reject(undefined);\n");
  project.write("slos/d.ts", 'import data from "./d.json";\nexport default data;\n');
  project.write("slos/d.json", "{");
  const { code, stderr } = project.synth();
  expect(code).toBe(1);
  expect(stderr).not.toMatch(/^\s+at /m);
  for (const name of ["a", "b", "c", "d"]) expect(stderr).toMatch(new RegExp(`^slos/${name}\\.`, "m"));
});

test("what files print goes to stderr", () => {
  const project = new Project();
  project.write("slos/support-chat.ts", `console.log("hello");\n${project.read("slos/support-chat.ts")}`);
  const { code, stdout, stderr } = project.synth();
  expect(code).toBe(0);
  expect(stdout).not.toContain("hello");
  expect(stderr).toBe("hello\n");
});

test("a folder that is a link is named as the link", () => {
  const project = new Project();
  project.write("definitions/metrics.ts", project.read("slos/metrics.ts"));
  project.write("definitions/organisation.ts", project.read("slos/organisation.ts"));
  project.write("definitions/stack.ts", project.read("slos/stack.ts"));
  project.write("definitions/chat.ts", "null.x;\n");
  project.remove("slos");
  symlinkSync(join(project.folder, "definitions"), join(project.folder, "slos"));
  expect(problemsOf(project).map((line) => line.split(": ")[0])).toEqual(["slos/chat.ts:1:6"]);
});

test("only .ts files directly in the folder are definitions", () => {
  const project = new Project();
  project.write("slos/README.md", "# Ours\n");
  project.write("slos/extra/rules.yaml", "groups: []\n");
  project.write("slos/extra/more.ts", "throw 1;\n");
  project.write("slos/support-chat.test.ts", "throw 1;\n");
  project.write("slos/globals.d.ts", "declare const x: 1;\n");
  expect(project.synth().code).toBe(0);
});
