// The same rules, targets and routes as resources of the Prometheus Operator, for a Prometheus and an Alertmanager that are there already.

import { parse } from "yaml";
import { alertmanagerConfigPath, alertmanagerFolders, alertmanagerSecret } from "../../plan/conventions.ts";
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { alertmanagerNamespace } from "./addresses.ts";
import { alertmanagerFiles } from "./alertmanager.ts";
import { ApiObject, type Chart, k8s, type types } from "./cdk8s.ts";
import { metadata } from "./metadata.ts";
import { monitorOf } from "./monitors.ts";
import { ruleShards } from "./prometheus-rules.ts";
import { stackJobs } from "./prometheus-targets.ts";

const GROUP = "monitoring.coreos.com";

/** One PrometheusRule for each rule file's shard, under 200 KB as the ConfigMaps are. */
export function addOperatorRules(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  const { prometheus } = stack.components;
  if (prometheus.kind !== "operator") return;
  for (const { name, data } of ruleShards(files)) {
    const groups = Object.values(data).flatMap((text) => (parse(text) as { groups: readonly object[] }).groups);
    addResource(chart, stack, "PrometheusRule", name, { groups });
  }
}

/** What Prometheus scrapes: pods of the stack's components, and of apps by their annotations. */
export function addOperatorMonitors(chart: Chart, { stack }: Plan): void {
  if (stack.components.prometheus.kind !== "operator") return;
  for (const job of stackJobs(stack)) {
    const monitor = monitorOf(stack, job.job_name);
    if (monitor) addResource(chart, stack, monitor.kind, job.job_name, monitor.spec);
  }
  addResource(chart, stack, "PodMonitor", "apps", appMonitor(stack));
}

function addResource(chart: Chart, stack: StackPlan, kind: string, name: string, spec: object): void {
  const { prometheus } = stack.components;
  const own = metadata(stack, "prometheus", name);
  const labels = { ...own.labels, ...(prometheus.kind === "operator" ? prometheus.labels : {}) };
  new ApiObject(chart, `${kind}-${name}`, { apiVersion: `${GROUP}/v1`, kind, metadata: { ...own, labels }, spec });
}

/** The operator writes the discovery; annotations are read by relabelling, as in a prometheus.yml of ours. */
function appMonitor({ appNamespaces }: StackPlan): object {
  const annotation = (name: string) => `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;
  return {
    selector: {},
    namespaceSelector: appNamespaces.length === 0 ? { any: true } : { matchNames: [...new Set(appNamespaces)] },
    podMetricsEndpoints: [
      {
        port: "metrics",
        relabelings: [
          { sourceLabels: [annotation("scrape")], regex: "true", action: "keep" },
          { sourceLabels: [annotation("scheme")], regex: "(https?)", targetLabel: "__scheme__" },
          { sourceLabels: [annotation("path")], regex: "(.+)", targetLabel: "__metrics_path__" },
          {
            sourceLabels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
            regex: "(.+)",
            targetLabel: "job",
          },
        ],
      },
    ],
  };
}

/** What an operator's Alertmanager reads its routes from. */
export function addOperatorRoutes(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  const { alertmanager } = stack.components;
  if (alertmanager.kind !== "operator") return;
  const own = { ...metadata(stack, "alertmanager", "alertmanager-llm-slo"), namespace: alertmanagerNamespace(stack) };
  if (alertmanager.routes === "Secret") addConfigSecret(chart, own, files);
  else addAlertmanagerConfig(chart, { ...own, labels: { ...own.labels, ...alertmanager.labels } }, files);
}

/**
 * The configuration and templates for `configSecret` of an Alertmanager resource, which mounts every key of it in one folder. It is a Secret
 * since the operator asks for one: nothing in it is secret.
 */
function addConfigSecret(chart: Chart, metadata: types.ObjectMeta, files: readonly GeneratedFile[]): void {
  const { config, templates } = alertmanagerFiles(files);
  if (config === "") return;
  const moved = config
    .replaceAll(`${alertmanagerFolders.secrets}/`, `/etc/alertmanager/secrets/${alertmanagerSecret}/`)
    .replaceAll(`${alertmanagerFolders.templates}/`, "/etc/alertmanager/config/");
  new k8s.KubeSecret(chart, "routes", { metadata, stringData: { "alertmanager.yaml": moved, ...templates } });
}

function addAlertmanagerConfig(chart: Chart, metadata: types.ObjectMeta, files: readonly GeneratedFile[]): void {
  const file = files.find(({ path }) => path === alertmanagerConfigPath);
  if (file === undefined) return;
  const spec = parse(file.content) as object;
  new ApiObject(chart, "routes", { apiVersion: `${GROUP}/v1alpha1`, kind: "AlertmanagerConfig", metadata, spec });
}
