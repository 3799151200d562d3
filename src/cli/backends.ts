// Every backend there is: a plan to files in memory. Loaded only when files are made.
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
  { noun: "rule file", makeFiles: async (plan) => (await import("../backends/prometheus/rules.ts")).ruleFiles(plan) },
  {
    noun: "Alertmanager file",
    makeFiles: async (plan) => (await import("../backends/alertmanager/alertmanager.ts")).alertmanagerFiles(plan),
  },
  { noun: "runbook", makeFiles: async (plan) => (await import("../backends/runbooks/runbooks.ts")).runbookFiles(plan) },
  {
    noun: "dashboard",
    makeFiles: async (plan) => (await import("../backends/grafana/dashboard-files.ts")).dashboardFiles(plan),
  },
  {
    noun: "proof file",
    makeFiles: async (plan) => {
      const [{ proofFiles }, { ruleFile }] = await Promise.all([
        import("../backends/proofs/proofs.ts"),
        import("../backends/prometheus/rules.ts"),
      ]);
      return proofFiles(plan, (rules, intervalSeconds) => ruleFile([{ name: "proof", intervalSeconds, rules }]));
    },
  },
  {
    noun: "manifest",
    makeFiles: async (plan, others) =>
      (await import("../backends/kubernetes/kubernetes-files.ts")).kubernetesFiles(plan, others),
  },
];

/** The files of one environment. */
export interface Made {
  readonly files: readonly GeneratedFile[];
  /** How many files each backend made. */
  readonly counts: Readonly<Record<string, number>>;
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
  return { files: files.map(({ path, content }) => ({ path: prefix + path, content })), counts };
}
