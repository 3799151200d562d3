// What making the files of n SLOs costs this very process. Run once per process: what ran before would have warmed it up.
import { ruleFiles } from "../../src/backends/prometheus/rules.ts";
import { makeFiles } from "../../src/cli/backends.ts";
import { compile } from "../../src/compile/compile.ts";
import type { GeneratedFile } from "../../src/plan/generated-file.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { check } from "../../src/slo/check.ts";
import type { Model } from "../../src/slo/model.ts";
import { loadedOrganisation } from "./organisation.ts";

/** Rule files alone, or the files of all backends. */
export const scopes = ["rules", "everything"] as const;
export type Scope = (typeof scopes)[number];

const makers: Readonly<Record<Scope, (plan: Plan) => Promise<readonly GeneratedFile[]>>> = {
  rules: async (plan) => ruleFiles(plan),
  everything: async (plan) => (await makeFiles(plan)).files,
};

export interface SynthCost {
  readonly slos: number;
  readonly scope: Scope;
  readonly rules: number;
  readonly files: number;
  readonly megabytes: number;
  /** CPU that doesn't grow with the SLOs: Node, tsx, the modules of all backends, the files of an organisation without services. */
  readonly startSeconds: number;
  readonly checkSeconds: number;
  readonly compileSeconds: number;
  readonly filesSeconds: number;
  /** CPU of checking, compiling and making files, all threads. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  /** Peak resident memory of the process. */
  readonly peakMegabytes: number;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function modelOf(slos: number): Model {
  const { models, diagnostics } = check(loadedOrganisation(slos));
  const [model] = models;
  if (!model) throw new Error(`the organisation of the benchmark is wrong: ${JSON.stringify(diagnostics.slice(0, 3))}`);
  return model;
}

/** Measures one size in this process. */
export async function measure(slos: number, scope: Scope): Promise<SynthCost> {
  const makeAll = makers[scope];
  await makeAll(compile(modelOf(0)));
  const began = performance.now();
  const start = cpuSeconds();
  const model = modelOf(slos);
  const checked = cpuSeconds();
  const plan = compile(model);
  const compiled = cpuSeconds();
  const files = await makeAll(plan);
  const made = cpuSeconds();
  return {
    slos: plan.services.reduce((sum, service) => sum + service.slos.length, 0),
    scope,
    rules: plan.services.reduce((sum, { groups }) => sum + groups.reduce((all, { rules }) => all + rules.length, 0), 0),
    files: files.length,
    megabytes: files.reduce((sum, { content }) => sum + content.length, 0) / 1e6,
    startSeconds: start,
    checkSeconds: checked - start,
    compileSeconds: compiled - checked,
    filesSeconds: made - compiled,
    cpuSeconds: made - start,
    wallSeconds: (performance.now() - began) / 1000,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  };
}
