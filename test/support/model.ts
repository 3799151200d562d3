// What tests of the compiler share: an organisation, models that passed every check, and the real promtool.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appSource, declareMetrics, organisation, type Service, type StackSpec } from "llm-slo";
import { findTools } from "../../src/cli/tools.ts";
import { check } from "../../src/slo/check.ts";
import { formatDiagnostic } from "../../src/slo/diagnostics.ts";
import type { Model } from "../../src/slo/model.ts";

export const metrics = declareMetrics({
  features: ["support_chat", "search"],
  models: { "gpt-5-mini": "openai", "claude-sonnet-5": "anthropic" },
  evaluators: ["hallucination", "faithfulness", "answer_quality"],
  checks: ["json_schema"],
  labels: { tenant: ["free", "paid"] },
});

export const language = organisation({
  source: appSource(metrics),
  receivers: ["pager", "chat"],
  teams: { assist: { critical: "pager", warning: "chat" } },
  defaultReceiver: "chat",
});

const receivers = { pager: { kind: "pagerduty" }, chat: { kind: "slack", channel: "#slo" } } as const;
const links = {
  grafanaUrl: "https://grafana.example.com",
  runbooksUrl: "https://runbooks.example.com",
  heartbeat: "none: nobody listens to an example",
} as const;

/** What a test's environment says beyond receivers and links. */
export type TestStack = Partial<StackSpec<"pager" | "chat", "assist">>;

/** The model of these services, in the order given. @throws what synth would say of a mistake in them. */
export function modelOf(services: readonly Service[], stack: TestStack = {}): Model {
  const file = (name: string, value: unknown) => ({ file: `slos/${name}.ts`, value, named: [] });
  const { models, diagnostics } = check({
    organisation: file("organisation", language),
    stacks: [{ ...file("stack", language.stack({ receivers, ...links, ...stack })), environment: "" }],
    services: services.map((service) => file(service.id, service)),
    complete: true,
  });
  const [model] = models;
  if (!model) throw new Error(diagnostics.map(formatDiagnostic).join("\n"));
  return model;
}

const tools = await findTools("promtool");

/** Every version of promtool there is; one row without a path, whose name is the reason to skip, where there is none. */
export const promtools: readonly { readonly name: string; readonly path?: string }[] =
  tools.length > 0
    ? tools.map(({ path, version }) => ({ name: `promtool ${version}`, path }))
    : [{ name: "promtool, which is neither on PATH nor in .tools" }];

/** Runs promtool in a folder that holds these files. Gives what it says; never rejects because promtool found fault. */
export function promtool(
  path: string,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "llm-slo-promtool-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return new Promise((done) => {
    execFile(path, args, { cwd: folder, maxBuffer: 1 << 28 }, (_, stdout, stderr) => {
      rmSync(folder, { recursive: true });
      done(`${stdout}${stderr}`);
    });
  });
}

/** What `promtool check rules` holds against rule files; empty when it has nothing to say. */
export async function ruleProblems(path: string, files: Readonly<Record<string, string>>): Promise<string> {
  const output = await promtool(path, ["check", "rules", "--lint=none", ...Object.keys(files)], files);
  const accepted = output.split("SUCCESS").length - 1 === Object.keys(files).length;
  return accepted ? "" : output;
}
