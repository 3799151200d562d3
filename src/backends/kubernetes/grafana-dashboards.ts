// One ConfigMap for each dashboard, labelled so that the sidecar of a Grafana which is there already picks it up as well.

import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";

const FOLDER = "grafana/dashboards/";

/**
 * The ConfigMap of each dashboard file. A sidecar may put those of several environments into one folder, so the key is the dashboard's uid. Names
 * that begin with an underscore are no service's, and get a dot, which no service has.
 */
export function dashboardConfigMaps(
  files: readonly GeneratedFile[],
): readonly { readonly name: string; readonly file: string; readonly content: string }[] {
  return files
    .filter(({ path }) => path.startsWith(FOLDER) && path.endsWith(".json"))
    .map(({ path, content }) => {
      const name = path.slice(FOLDER.length, -".json".length).replaceAll("/", "-");
      const { uid = name } = JSON.parse(content) as { readonly uid?: string };
      const ending = name.startsWith("_") ? `.${name.slice(1)}` : `-${name}`;
      return { name: `grafana-dashboard${ending}`, file: `${uid}.json`, content };
    });
}

export function addDashboards(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  for (const { name, file, content } of dashboardConfigMaps(files))
    addConfigMap(
      chart,
      stack,
      "grafana",
      name,
      { [file]: content },
      { labels: { grafana_dashboard: "1" }, annotations: { grafana_folder: stack.dashboards.folder } },
    );
}
