// The backends that every golden case is written by. A new backend is a row here.
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import { ruleFiles } from "../../src/backends/prometheus/rules.ts";
import type { GeneratedFile } from "../../src/plan/generated-file.ts";
import type { Plan } from "../../src/plan/plan.ts";

export interface GoldenBackend {
  /** A folder below test/golden/ that holds goldens of these cases alone. */
  readonly folder: string;
  /** The files of one case; paths are below `folder`. */
  files(plan: Plan, name: string): readonly GeneratedFile[] | Promise<readonly GeneratedFile[]>;
}

export const goldenBackends: readonly GoldenBackend[] = [
  {
    folder: "prometheus",
    files: ({ services, platform, ...plan }, name) => [
      ...ruleFiles({ ...plan, services }).map(({ content }) => ({ path: `${name}.yaml`, content })),
      ...(platform
        ? ruleFiles({ ...plan, services: [], platform }).map(({ content }) => ({
            path: `${name}.platform.yaml`,
            content,
          }))
        : []),
    ],
  },
  {
    folder: "alertmanager",
    // What a case changes: the configuration and the templates are of the organisation, and the same for all.
    files: (plan, name) =>
      alertmanagerFiles(plan)
        .filter(({ path }) => path.endsWith("routes.test.yaml"))
        .map(({ content }) => ({ path: `${name}.routes.test.yaml`, content })),
  },
];
