// The table of components; one file of manifests each.
import { App, Chart } from "cdk8s";
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { addNamespace } from "./namespace.ts";
import { addPrometheus } from "./prometheus.ts";
import { addPrometheusRules } from "./prometheus-rules.ts";
import { printManifests, printYaml } from "./yaml.ts";

/** Adds a component's objects to the chart of its file. */
type AddComponent = (chart: Chart, plan: Plan, files: readonly GeneratedFile[]) => void;

/** By file name: kubectl applies a folder in this order, so what others need comes first. */
const components: Readonly<Record<string, AddComponent>> = {
  "00-namespace.yaml": addNamespace,
  "prometheus-rules.yaml": addPrometheusRules,
  "prometheus.yaml": addPrometheus,
};

export function manifestFiles(plan: Plan, files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  const app = new App();
  const manifests = Object.entries(components).map(([file, add]) => {
    const chart = new Chart(app, file);
    add(chart, plan, files);
    return { path: `kubernetes/${file}`, content: printManifests(chart.toJson()) };
  });
  return [...manifests, kustomization(Object.keys(components))];
}

/** Without an extension: `kubectl apply -f` on the folder would take `kustomization.yaml` for a manifest and refuse it. */
function kustomization(resources: readonly string[]): GeneratedFile {
  const content = printYaml({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources });
  return { path: "kubernetes/Kustomization", content };
}
