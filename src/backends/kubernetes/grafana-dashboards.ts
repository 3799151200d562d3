// One ConfigMap for each dashboard, for Grafana's volume, for the sidecar of one that is there already, or for its operator.

import type { Grafana } from "../../plan/components.ts";
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { ApiObject, type Chart } from "./cdk8s.ts";
import { addConfigMap, type More } from "./config-map.ts";
import { metadata } from "./metadata.ts";

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

/** In the form that Grafana reads them in. None where there is no Grafana. */
export function addDashboards(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  const { grafana } = stack.components;
  if (grafana.kind === "off") return;
  const more = grafana.kind === "external" ? forSidecar(stack, grafana) : {};
  for (const { name, file, content } of dashboardConfigMaps(files)) {
    addConfigMap(chart, stack, "grafana", name, { [file]: content }, more);
    if (grafana.kind === "operator") addResource(chart, stack, name, file, grafana.instances);
  }
}

/** What a sidecar finds them by, and sorts them by. */
function forSidecar(stack: StackPlan, { labels, namespace }: Extract<Grafana, { kind: "external" }>): More {
  return { labels, annotations: { grafana_folder: stack.dashboards.folder }, ...(namespace ? { namespace } : {}) };
}

/** The Grafana Operator's own resource of a dashboard, which refers to the ConfigMap. */
function addResource(
  chart: Chart,
  stack: StackPlan,
  name: string,
  key: string,
  instances: Readonly<Record<string, string>>,
): void {
  new ApiObject(chart, `${name}-resource`, {
    apiVersion: "grafana.integreatly.org/v1beta1",
    kind: "GrafanaDashboard",
    metadata: metadata(stack, "grafana", name),
    spec: {
      instanceSelector: { matchLabels: instances },
      // Grafana is in another namespace more often than not.
      allowCrossNamespaceImport: true,
      folder: stack.dashboards.folder,
      configMapRef: { name, key },
    },
  });
}
