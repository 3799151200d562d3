// The README of @llm-slo/metrics: its code compiles together, as written, and its table is the contract.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { createLlmMetrics } from "@llm-slo/metrics";
import { contract, declareMetrics, type MetricDefinition } from "@llm-slo/metrics/contract";
import { Registry } from "prom-client";
import { afterAll, expect, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const readme = await readFile(join(root, "src/metrics/README.md"), "utf8");
const block = (name: string): string => {
  const [, text] = readme.match(new RegExp(`<!-- test: ${name} -->\n\`\`\`ts\n([\\s\\S]*?)\`\`\``)) ?? [];
  if (text === undefined) throw new Error(`the README has no block ${name}`);
  return text;
};
const folder = await mkdtemp(join(root, "test/docs/.readme-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

it("every line of code in it compiles, in one program", async () => {
  await mkdir(join(folder, "slos"));
  await writeFile(join(folder, "slos/metrics.ts"), block("declaration"));
  const rest = ["quick start", "plain call", "quality", "push"].map(block);
  const imports = rest.flatMap((text) => text.match(/^import .*$/gm) ?? []);
  const bodies = rest.map((text) => text.replaceAll(/^import .*\n/gm, ""));
  const surroundings = `
declare const gemini: { models: { generateContent(request: object): Promise<{ usageMetadata: object; text: string }> } };
declare function takeSamples(): readonly string[];
declare function judge(sample: string): Promise<number>;
`;
  await writeFile(
    join(folder, "app.ts"),
    [...imports, surroundings, ...bodies, "export { answer, text };\n"].join("\n"),
  );
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../../tsconfig.json", files: ["app.ts"] }),
  );
  await run(join(root, "node_modules/.bin/tsc"), ["-p", folder, "--noEmit"]).catch(({ stdout }) => {
    throw new Error(stdout);
  });
});

/** The table of series, as the contract has them. */
function table(): string {
  const rows = Object.entries(contract).map(([name, metric]) => {
    const { type, labels, values = {}, help } = metric as MetricDefinition;
    const closed = labels.map((label) => (values[label] ? `${label} (${values[label].join(", ")})` : label));
    return `| \`${name}\` | ${type} | ${closed.join(", ")} | ${help} |`;
  });
  return ["| series | type | labels | what it is |", "|---|---|---|---|", ...rows].join("\n");
}

it("its table of series is the contract", () => {
  expect(readme).toContain(`<!-- test: series -->\n${table()}\n`);
});

it("says how many series a feature, model and provider make", async () => {
  const metrics = declareMetrics({ features: ["chat"], models: { m: "p" } });
  const { body } = await createLlmMetrics({ metrics, registry: new Registry() }).expose();
  const series = body.split("\n").filter((line) => line.includes('model="m"'));
  expect(readme).toContain(`: ${series.length} for each feature, model and provider,`);
});

it("names only what the package has", async () => {
  const names = [...readme.matchAll(/`(llm_[a-z_]+)`/g)].map(([, name]) => name ?? "");
  for (const name of names) expect(Object.keys(contract)).toContain(name);
});
