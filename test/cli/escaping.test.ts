// Values that need escaping, all the way to Prometheus' own parser.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { findTools } from "../../src/cli/tools.ts";
import { readCases, repository, writeCase } from "../slo/cases.ts";
import { Project, rules } from "./project.ts";

interface RuleFile {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly expr: string;
      readonly alert?: string;
      readonly labels?: Readonly<Record<string, string>>;
    }[];
  }[];
}

const caseNamed = (title: string) => {
  const found = readCases("valid").find((one) => one.title.startsWith(title));
  if (!found) throw new Error(`no case begins with "${title}"`);
  return found;
};

function rulesOf(title: string) {
  const project = new Project();
  writeCase(caseNamed(title), project.folder);
  expect(project.synth()).toMatchObject({ code: 0, stderr: "" });
  return { project, rules: (parse(project.read(rules)) as RuleFile).groups.flatMap((group) => group.rules) };
}

async function expectAccepted(project: Project) {
  for (const { path } of await findTools("promtool", repository)) {
    const { status, stderr } = spawnSync(path, ["check", "rules", join(project.folder, rules)], { encoding: "utf8" });
    expect({ path, status, stderr }).toMatchObject({ status: 0 });
  }
}

test("an alert's own label keeps its quotes, its backslash, its lines and its alphabet", async () => {
  const made = rulesOf("A label value in quotes");
  const owners = made.rules.filter(({ alert, labels }) => alert && labels?.arm).map(({ labels }) => labels?.owner);
  expect(owners.length).toBeGreaterThan(0);
  expect(new Set(owners)).toEqual(new Set(['the "core"\n\\ команда']));
  await expectAccepted(made.project);
});

test("features, models and label values are matched literally, whatever is in them", async () => {
  const made = rulesOf("Values of the contract that need escaping");
  const [total] = made.rules;
  expect(total?.expr.replaceAll(/\s+/g, " ")).toContain(
    String.raw`{feature=~"support_chat|quo\"te\\\\d|a\\.b\\|c", model="llama:7b [q4]", tenant="größer\nals", status=~"success|`,
  );
  await expectAccepted(made.project);
});
