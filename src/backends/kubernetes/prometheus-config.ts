import type { StackPlan } from "../../plan/plan.ts";
import { printDuration } from "../../promql/print.ts";
import { printYaml } from "./yaml.ts";

/** Where the rule ConfigMaps are mounted. */
export const RULES_FOLDER = "/etc/prometheus/rules";

/** The text of prometheus.yml. */
export function prometheusConfig(stack: StackPlan): string {
  const interval = printDuration(stack.scrapeIntervalSeconds);
  return printYaml(
    {
      global: { scrape_interval: interval, evaluation_interval: interval },
      rule_files: [`${RULES_FOLDER}/*.yaml`],
      alerting: {
        alertmanagers: [
          { dns_sd_configs: [{ names: [`alertmanager-headless.${stack.namespace}.svc`], type: "A", port: 9093 }] },
        ],
      },
      scrape_configs: [{ job_name: "prometheus", static_configs: [{ targets: ["localhost:9090"] }] }, podJob(stack)],
    },
    {
      alerting: "Every replica by its own address; none while Alertmanager is not deployed.",
      scrape_configs:
        'Pods annotated prometheus.io/scrape: "true", at the port of prometheus.io/port or else the port named metrics.\n' +
        " Their job is their label app.kubernetes.io/name.",
    },
  );
}

function podJob({ appNamespaces }: StackPlan) {
  return {
    job_name: "pods",
    kubernetes_sd_configs: [
      { role: "pod", ...(appNamespaces.length > 0 ? { namespaces: { names: [...new Set(appNamespaces)] } } : {}) },
    ],
    relabel_configs: [
      { source_labels: [annotation("scrape")], regex: "true", action: "keep" },
      { source_labels: ["__meta_kubernetes_pod_phase"], regex: "Pending|Succeeded|Failed", action: "drop" },
      // One port of a pod, and not each that it declares: the others would be targets that are never up.
      {
        source_labels: [annotation("port"), "__meta_kubernetes_pod_container_port_name"],
        regex: "\\d+;.*|;metrics",
        action: "keep",
      },
      { source_labels: [annotation("scheme")], regex: "(https?)", target_label: "__scheme__" },
      { source_labels: [annotation("path")], regex: "(.+)", target_label: "__metrics_path__" },
      // IPv4, then IPv6.
      ...[
        { regex: "(\\d+);([^:]+)", replacement: "$2:$1" },
        { regex: "(\\d+);(.*:.*)", replacement: "[$2]:$1" },
      ].map((address) => ({
        source_labels: [annotation("port"), "__meta_kubernetes_pod_ip"],
        ...address,
        target_label: "__address__",
      })),
      {
        source_labels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
        regex: "(.+)",
        target_label: "job",
      },
      { source_labels: ["__meta_kubernetes_namespace"], target_label: "namespace" },
      { source_labels: ["__meta_kubernetes_pod_name"], target_label: "pod" },
    ],
  };
}

function annotation(name: string): string {
  return `__meta_kubernetes_pod_annotation_prometheus_io_${name}`;
}
