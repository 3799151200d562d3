import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
let folder = "";
const tarballs: Record<string, string> = {};

/** Packs a package and unpacks the tarball where npm would install it. */
async function install(source: string, name: string): Promise<void> {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: source });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  tarballs[name] = join(folder, filename);
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

  it("have types that every module system finds", async () => {
    const { problems } = (await checkPackage(
      createPackageFromTarballData(await readFile(tarballs["@llm-slo/metrics"] ?? "")),
    )) as { problems?: readonly unknown[] };
    expect(problems).toEqual([]);
  });

  it("hold no sources and no tests", async () => {
    const files = await readdir(join(folder, "node_modules/llm-slo"), { recursive: true });
    expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  });
});

const use = `
const metrics = declareMetrics({ features: ["chat"], models: { "gpt-5-mini": "openai" } });
const llm = createLlmMetrics({ metrics });
llm.start({ feature: "chat", model: "gpt-5-mini" }).end();
`;
const count = 'llm_requests_total{feature="chat",model="gpt-5-mini",provider="openai",status="success"}';

describe("@llm-slo/metrics in somebody else's app", () => {
  it("is imported, required, and both at once, and counts into the same series", async () => {
    await writeFile(
      join(folder, "required.cjs"),
      `const { createLlmMetrics, declareMetrics } = require("@llm-slo/metrics");${use}
require("@llm-slo/metrics/http").metricsHandler(llm);
require("@llm-slo/metrics/contract").contract.llm_requests_total.type;
module.exports = llm;`,
    );
    await writeFile(
      join(folder, "imported.mjs"),
      `import "./required.cjs";
import { createLlmMetrics, declareMetrics } from "@llm-slo/metrics";${use}
import { metricsHandler } from "@llm-slo/metrics/http";
import { openTelemetry } from "@llm-slo/metrics/otel";
if (typeof metricsHandler(llm) !== "function" || typeof openTelemetry !== "function") throw new Error("no handler");
console.log((await llm.expose()).body);`,
    );
    const { stdout, stderr } = await run(process.execPath, ["imported.mjs"], { cwd: folder });
    expect(stderr).toBe("");
    expect(stdout).toContain(`${count} 2\n`);
  });

  it("loads without a runtime where only the contract is asked for", async () => {
    const script = `await import("@llm-slo/metrics/contract");
const { createRequire } = await import("node:module");
const loaded = Object.keys(createRequire(import.meta.url).cache ?? {});
if (loaded.some((path) => path.includes("prom-client"))) throw new Error("prom-client was loaded");`;
    await writeFile(join(folder, "contract.mjs"), script);
    await run(process.execPath, ["contract.mjs"], { cwd: folder });
  });

  it("needs no OpenTelemetry", async () => {
    const api = join(folder, "node_modules/@opentelemetry");
    await rm(api, { recursive: true, force: true });
    await run(process.execPath, ["required.cjs"], { cwd: folder });
    await expect(run(process.execPath, ["-e", 'require("@llm-slo/metrics/otel")'], { cwd: folder })).rejects.toThrow(
      "@opentelemetry/api",
    );
    await symlink(join(root, "node_modules/@opentelemetry"), api);
  });

  it.each(["esm.mts", "commonjs.cts"])(
    "types what is declared in %s, and what a library of one's own exports of it",
    async (file) => {
      const wrong = '// @ts-expect-error: not a feature\nllm.start({ feature: "chatt", model: "gpt-5-mini" }).end();\n';
      await writeFile(
        join(folder, file),
        `import { createLlmMetrics, declareMetrics } from "@llm-slo/metrics";${use}${wrong}
import { createServer } from "node:http";
import { metricsHandler } from "@llm-slo/metrics/http";
createServer(metricsHandler(llm));
export const [middleware, call, budget] = [llm.aiSdk({ feature: "chat" }), llm.start, llm.budget("chat")];
export { llm };\n`,
      );
      const flags = [
        "--strict",
        "--declaration",
        "--emitDeclarationOnly",
        "--outDir",
        "types",
        "--module",
        "nodenext",
        "--target",
        "es2023",
        "--types",
        "node",
      ];
      await run(join(root, "node_modules/.bin/tsc"), ["--ignoreConfig", ...flags, file], { cwd: folder });
    },
  );
});
