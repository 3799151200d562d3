// Every backend there is: a plan to files in memory.
import { alertmanagerFiles } from "../backends/alertmanager/alertmanager.ts";
import { dashboardFiles } from "../backends/grafana/dashboard-files.ts";
import { kubernetesFiles } from "../backends/kubernetes/kubernetes-files.ts";
import { type OversizedRules, oversizedRules } from "../backends/kubernetes/prometheus-rules.ts";
import { ruleFile, ruleFiles } from "../backends/prometheus/rules.ts";
import { proofFiles } from "../backends/proofs/proofs.ts";
import { runbookFiles } from "../backends/runbooks/runbooks.ts";
import type { GeneratedFile } from "../plan/generated-file.ts";
import type { Plan } from "../plan/plan.ts";

type Files = readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;

interface Backend {
  /** What one of its files is called in the summary. */
  readonly noun: string;
  /** `others` are the files of the backends before it. */
  readonly makeFiles: (plan: Plan, others: readonly GeneratedFile[]) => Files;
}

const backends: readonly Backend[] = [
  { noun: "rule file", makeFiles: ruleFiles },
  { noun: "Alertmanager file", makeFiles: alertmanagerFiles },
  { noun: "runbook", makeFiles: runbookFiles },
  { noun: "dashboard", makeFiles: dashboardFiles },
  {
    noun: "proof file",
    makeFiles: (plan) =>
      proofFiles(plan, (rules, intervalSeconds) => ruleFile([{ name: "proof", intervalSeconds, rules }])),
  },
  { noun: "manifest", makeFiles: kubernetesFiles },
];

/** The files of one environment. */
export interface Made {
  readonly files: readonly GeneratedFile[];
  /** How many files each backend made. */
  readonly counts: Readonly<Record<string, number>>;
  /** What kubectl couldn't apply. */
  readonly oversized: readonly OversizedRules[];
}

/** Runs all backends on a plan. Files of an environment with a name lie in a folder of that name. */
export async function makeFiles(plan: Plan): Promise<Made> {
  const files: GeneratedFile[] = [];
  const counts: Record<string, number> = {};
  for (const { noun, makeFiles } of backends) {
    const made = await makeFiles(plan, files);
    counts[noun] = made.length;
    files.push(...made);
  }
  const prefix = plan.environment === "" ? "" : `${plan.environment}/`;
  return {
    files: files.map(({ path, content }) => ({ path: prefix + path, content })),
    counts,
    oversized: oversizedRules(plan, files),
  };
}
