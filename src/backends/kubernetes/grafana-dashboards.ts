// One ConfigMap for each dashboard, labelled so that the sidecar of a Grafana which is there already picks it up as well.

import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";

const FOLDER = "grafana/dashboards/";

/** The ConfigMap of each dashboard file. */
export function dashboardConfigMaps(
  files: readonly GeneratedFile[],
): readonly { readonly name: string; readonly file: string; readonly content: string }[] {
  return files
    .filter(({ path }) => path.startsWith(FOLDER) && path.endsWith(".json"))
    .map(({ path, content }) => {
      const file = path.slice(FOLDER.length).replaceAll("/", "-");
      return { name: `grafana-dashboard-${file.replace(/\.json$/, "")}`, file, content };
    });
}

export function addDashboards(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  for (const { name, file, content } of dashboardConfigMaps(files))
    addConfigMap(chart, stack, "grafana", name, { [file]: content }, { grafana_dashboard: "1" });
}
