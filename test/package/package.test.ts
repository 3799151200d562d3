import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
let folder = "";

/** Packs a package and unpacks the tarball where npm would install it. */
async function install(source: string, name: string): Promise<void> {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: source });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const target = join(folder, "node_modules", name);
  await mkdir(target, { recursive: true });
  await run("tar", ["-xzf", join(folder, filename), "-C", target, "--strip-components=1"]);
}

/** Links what npm would install beside it. */
async function linkDependencies(): Promise<void> {
  for (const entry of await readdir(join(root, "node_modules"))) {
    if (entry.startsWith(".") || entry === "@llm-slo") continue;
    await symlink(join(root, "node_modules", entry), join(folder, "node_modules", entry));
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "llm-slo-package-"));
  await run("npm", ["run", "build"], { cwd: root });
  await install(root, "llm-slo");
  await install(join(root, "src/metrics"), "@llm-slo/metrics");
  await linkDependencies();
  await cp(join(root, "slos"), join(folder, "slos"), { recursive: true });
}, 180_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the packed packages, in somebody else's project", () => {
  it.each([".", "src/metrics"])("%s has exports that publint finds no fault with", async (source) => {
    expect((await publint({ pkgDir: join(root, source), strict: true })).messages).toEqual([]);
  });

  it.each([
    ["an ES module project", { type: "module" }],
    ["a project without a type", {}],
  ])("synthesize the same rules in %s", async (_, manifest) => {
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    await rm(join(folder, "generated"), { recursive: true, force: true });
    await run(process.execPath, ["node_modules/llm-slo/dist/cli/main.js", "synth"], { cwd: folder });
    const path = "generated/prometheus/rules/rag-pipeline.yaml";
    expect(await readFile(join(folder, path), "utf8")).toBe(await readFile(join(root, path), "utf8"));
  });

  it("hold no sources and no tests", async () => {
    const files = await readdir(join(folder, "node_modules/llm-slo"), { recursive: true });
    expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  });
});
