// The table of components; one file of manifests each.

import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import { addAlertmanager } from "./alertmanager.ts";
import { type Chart, newChart } from "./cdk8s.ts";
import { addCollector } from "./collector.ts";
import { addDcgmExporter } from "./dcgm-exporter.ts";
import { addGrafana } from "./grafana.ts";
import { addDashboards } from "./grafana-dashboards.ts";
import { addJaeger } from "./jaeger.ts";
import { addKubeStateMetrics } from "./kube-state-metrics.ts";
import { addClickhouse } from "./langfuse/clickhouse.ts";
import { addPostgres } from "./langfuse/postgres.ts";
import { addSeaweedfs } from "./langfuse/seaweedfs.ts";
import { addValkey } from "./langfuse/valkey.ts";
import { addLangfuseWeb } from "./langfuse/web.ts";
import { addLangfuseWorker } from "./langfuse/worker.ts";
import { addLoki } from "./loki.ts";
import { addNamespaces } from "./namespace.ts";
import { addNetworkPolicies } from "./network-policies.ts";
import { addPrometheus } from "./prometheus.ts";
import { addOperatorMonitors, addOperatorRoutes, addOperatorRules } from "./prometheus-operator.ts";
import { addPrometheusRules } from "./prometheus-rules.ts";
import { rulerFiles } from "./ruler-files.ts";
import { addExternalSecrets, secretsExample } from "./secret-files.ts";
import { printManifests, printYaml } from "./yaml.ts";

/** Adds a component's objects to the chart of its file: none where it isn't in the cluster. */
type AddComponent = (chart: Chart, plan: Plan, files: readonly GeneratedFile[]) => void;

/** By file name: kubectl applies a folder in this order, so what others need comes first. */
const components: Readonly<Record<string, AddComponent>> = {
  "00-namespaces.yaml": addNamespaces,
  "01-external-secrets.yaml": addExternalSecrets,
  "02-network-policies.yaml": addNetworkPolicies,
  "alertmanager.yaml": addAlertmanager,
  "dcgm-exporter.yaml": addDcgmExporter,
  "grafana-dashboards.yaml": addDashboards,
  "grafana.yaml": addGrafana,
  "jaeger.yaml": addJaeger,
  "kube-state-metrics.yaml": addKubeStateMetrics,
  "langfuse-clickhouse.yaml": addClickhouse,
  "langfuse-postgres.yaml": addPostgres,
  "langfuse-seaweedfs.yaml": addSeaweedfs,
  "langfuse-valkey.yaml": addValkey,
  "langfuse-web.yaml": addLangfuseWeb,
  "langfuse-worker.yaml": addLangfuseWorker,
  "loki.yaml": addLoki,
  "operator-alertmanager.yaml": addOperatorRoutes,
  "operator-monitors.yaml": addOperatorMonitors,
  "operator-rules.yaml": addOperatorRules,
  "otel-collector.yaml": addCollector,
  "prometheus-rules.yaml": addPrometheusRules,
  "prometheus.yaml": addPrometheus,
};

/**
 * The manifests of the stack, one file per component below `kubernetes/`, for `kubectl apply -f` or as the base of a kustomize overlay.
 * `files` are those of the other backends: what the stack's components read.
 * @throws Error where a dashboard is larger than a ConfigMap that kubectl can apply.
 */
export function kubernetesFiles(plan: Plan, files: readonly GeneratedFile[]): readonly GeneratedFile[] {
  const manifests = Object.entries(components).flatMap(([file, add]) => {
    const chart = newChart(file);
    add(chart, plan, files);
    const objects = chart.toJson();
    return objects.length === 0 ? [] : [{ file, path: `kubernetes/${file}`, content: printManifests(objects) }];
  });
  return [
    ...manifests.map(({ path, content }) => ({ path, content })),
    kustomization(manifests.map(({ file }) => file)),
    ...secretsExample(plan),
    ...rulerFiles(plan, files),
  ];
}

/** Without an extension: `kubectl apply -f` on the folder would take `kustomization.yaml` for a manifest and refuse it. */
function kustomization(resources: readonly string[]): GeneratedFile {
  const content = printYaml({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources });
  return { path: "kubernetes/Kustomization", content };
}
