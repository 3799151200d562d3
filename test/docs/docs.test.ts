import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { Project } from "../cli/project.ts";

const root = resolve(import.meta.dirname, "../..");
const readme = await readFile(join(root, "README.md"), "utf8");

/** The fenced blocks that a comment says the origin of. */
const blocks = [
  ...readme.matchAll(/<!-- (file|excerpt|output|output of a threshold of 3s): (.+?) -->\n```\w*\n([\s\S]*?)```/g),
].map(([, kind, name, text]) => ({
  kind: kind ?? "",
  name: name ?? "",
  text: text ?? "",
}));
const of = (wanted: string) => blocks.filter(({ kind }) => kind === wanted);

/** Runs the command line; gives both streams. */
function llmSlo(args: readonly string[], cwd = root): Promise<string> {
  const command = ["--conditions=llm-slo-source", "--import", "tsx", join(root, "src/cli/main.ts"), ...args];
  return new Promise((done) => {
    execFile(process.execPath, command, { cwd, env: { ...process.env, NO_COLOR: "1" } }, (_, stdout, stderr) =>
      done(stdout + stderr),
    );
  });
}

describe("the README", () => {
  it("shows these blocks, which are checked here", () => {
    expect(blocks.map(({ kind }) => kind).sort()).toEqual([
      "excerpt",
      "excerpt",
      "excerpt",
      "excerpt",
      "file",
      "output",
      "output of a threshold of 3s",
    ]);
  });

  it.each(of("file"))("shows $name as it is", async ({ name, text }) => {
    expect(text).toBe(await readFile(join(root, name), "utf8"));
  });

  it.each(of("excerpt"))("shows a part of $name", async ({ name, text }) => {
    expect(await readFile(join(root, name), "utf8")).toContain(text);
  });

  it.each(of("output"))("shows what $name prints", async ({ name, text }) => {
    expect(await llmSlo(name.split(" "))).toContain(text);
  });

  it.each(of("output of a threshold of 3s"))("shows what $name says of a threshold of 3s", async ({ text }) => {
    const project = new Project();
    await cp(join(root, "slos"), join(project.folder, "slos"), { recursive: true });
    const file = join(project.folder, "slos/ticket-classifier.ts");
    await writeFile(file, (await readFile(file, "utf8")).replace('below: "2s"', 'below: "3s"'));
    expect(project.synth().stderr).toContain(text);
  });

  it("names only npm scripts that there are", async () => {
    const { scripts } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?([a-z]+)\b(?! -w)/g)]
      .map(([, script]) => script ?? "")
      .filter((script) => !["ci", "run"].includes(script));
    for (const script of named) expect(Object.keys(scripts)).toContain(script);
  });

  it("links only to files that there are", async () => {
    for (const [, path] of readme.matchAll(/\]\((?!https?:)([^)#]+)/g))
      await expect(readFile(join(root, path ?? ""), "utf8")).resolves.toBeTruthy();
  });
});

describe("generated/", () => {
  it("is what synth writes", async () => {
    expect(await llmSlo(["synth", "--check"])).toContain("generated is up to date.");
  });
});
