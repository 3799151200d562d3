// The manifests of the example, as they lie in generated/: what Prometheus' and Alertmanager's own tools say of what is inside.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { findTools } from "../../../src/cli/tools.ts";
import { type Manifest, referenceProblems } from "./references.ts";
import { schemaProblems } from "./schema.ts";

const generated = new URL("../../../generated/", import.meta.url);
const names = readdirSync(new URL("kubernetes/", generated)).filter((name) => name.endsWith(".yaml"));
const read = (path: string): Manifest[] =>
  parseAllDocuments(readFileSync(new URL(path, generated), "utf8"), { version: "1.1" }).map((one) => one.toJS());
const objects = names.flatMap((name) => read(`kubernetes/${name}`));

const folder = mkdtempSync(join(tmpdir(), "llm-slo-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The files of ConfigMaps in a folder. */
function mounted(isMine: (name: string) => boolean, at: string): readonly string[] {
  const maps = objects.filter(({ kind, metadata }) => kind === "ConfigMap" && isMine(metadata.name));
  mkdirSync(join(folder, at), { recursive: true });
  return maps.flatMap(({ data }) =>
    Object.entries<string>(data).map(([name, text]) => {
      const path = join(folder, at, name);
      writeFileSync(path, text.replaceAll("/etc/alertmanager/templates", join(folder, "templates")));
      return path;
    }),
  );
}

test("every object is of known fields, and refers to nothing that isn't there", () => {
  const secrets = read("secrets.example.yaml");
  const keys = secrets.flatMap(({ metadata, stringData }) =>
    Object.keys(stringData).map((key) => `${metadata.name}/${key}`),
  );
  expect([...objects.flatMap(schemaProblems), ...referenceProblems(objects, new Set(keys))]).toEqual([]);
});

test("kube-state-metrics may see what rules and dashboards ask about, and nothing else", () => {
  const texts = (folder: string) =>
    readdirSync(new URL(folder, generated)).map((name) => readFileSync(new URL(folder + name, generated), "utf8"));
  const asked = [...texts("prometheus/rules/"), ...texts("grafana/dashboards/")].flatMap((text) =>
    [...text.matchAll(/\bkube_([a-z]+)_/g)].map(([, kind]) => `${kind}s`),
  );
  const find = (kind: string, name: string) =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
  const { args } = find("Deployment", "kube-state-metrics")?.spec.template.spec.containers[0] ?? {};
  const allowed = find("ClusterRole", "llm-slo-kube-state-metrics")?.rules.flatMap(
    ({ resources }: Manifest) => resources,
  );
  expect([...new Set(asked)].sort()).toEqual(allowed.toSorted());
  expect(args).toContain(`--resources=${allowed.toSorted().join(",")}`);
});

test("cdk8s synth gets the same bytes, in the folder that it names", () => {
  const { app, output } = parse(readFileSync(new URL("../cdk8s.yaml", generated), "utf8"));
  const out = join(folder, "cdk8s");
  const env = { ...process.env, CDK8S_OUTDIR: out };
  execFileSync("sh", ["-c", app], { env, cwd: fileURLToPath(new URL("..", generated)) });
  expect(readdirSync(out)).toEqual(names);
  for (const name of names)
    expect(readFileSync(join(out, name), "utf8")).toBe(readFileSync(new URL(`kubernetes/${name}`, generated), "utf8"));
  // cdk8s empties its folder before it begins: never the one that is committed.
  expect(readFileSync(new URL("../.gitignore", generated), "utf8").split("\n")).toContain(`/${output}/`);
}, 60_000);

/** Debian's 2.42 was built without the discovery of pods. */
const promtool = (await findTools("promtool")).find(({ version }) => !version.startsWith("2."))?.path ?? "";
const [amtool] = await findTools("amtool");

describe.skipIf(promtool === "" || amtool === undefined)(
  `what is mounted${promtool === "" || !amtool ? ", which needs promtool 3 and amtool: run scripts/fetch-tools.sh" : ""}`,
  () => {
    const run = (tool: string, ...args: readonly string[]) => execFileSync(tool, args, { encoding: "utf8" });

    test("is a configuration and rules to promtool", () => {
      const rules = mounted((name) => name.startsWith("prometheus-rules"), "rules");
      expect(rules.length).toBeGreaterThan(2);
      expect(run(promtool, "check", "rules", ...rules)).toContain("SUCCESS");
      const [config = ""] = mounted((name) => name === "prometheus", "prometheus");
      expect(run(promtool, "check", "config", "--syntax-only", config)).toContain("SUCCESS");
    });

    test("is a configuration with its templates to amtool", () => {
      expect(mounted((name) => name === "alertmanager-templates", "templates")).toHaveLength(1);
      const [config = ""] = mounted((name) => name === "alertmanager", "alertmanager");
      const found = run(amtool?.path ?? "", "check-config", config);
      expect(found).toContain("SUCCESS");
      expect(found).toContain("1 templates");
    });
  },
);
