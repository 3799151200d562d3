import type { StackPlan } from "../../plan/plan.ts";
import { printDuration } from "../../promql/print.ts";
import { podAddresses } from "./addresses.ts";
import { stackJobs } from "./prometheus-targets.ts";
import { printYaml } from "./yaml.ts";

/** Where the rule ConfigMaps are mounted. */
export const RULES_FOLDER = "/etc/prometheus/rules";

/** Where the Secrets that Prometheus logs in with are mounted. */
export const LOGIN_FOLDER = "/etc/prometheus/logins";

/** The text of prometheus.yml. */
export function prometheusConfig(stack: StackPlan): string {
  const interval = printDuration(stack.scrapeIntervalSeconds);
  return printYaml(
    {
      global: { scrape_interval: interval, evaluation_interval: interval },
      rule_files: [`${RULES_FOLDER}/*.yaml`],
      ...alerting(stack),
      ...otlp(stack),
      ...remoteWrite(stack),
      scrape_configs: [...stackJobs(stack), podJob(stack)],
    },
    {
      scrape_configs:
        'Pods annotated prometheus.io/scrape: "true", at the port of prometheus.io/port or else the port named metrics.\n' +
        " Their job is their label app.kubernetes.io/name.",
    },
  );
}

/** Every replica by its own address, since each must hear of every alert. */
function alerting(stack: StackPlan): object {
  const { alertmanager } = stack.components;
  if (alertmanager.kind === "off" || alertmanager.kind === "operator") return {};
  if (alertmanager.kind === "inCluster") {
    const targets = podAddresses(stack, "alertmanager", alertmanager.replicas, 9093);
    return { alerting: { alertmanagers: [{ static_configs: [{ targets }] }] } };
  }
  const { protocol, hostname, port, pathname } = new URL(alertmanager.url);
  const target = `${hostname}:${port || (protocol === "https:" ? "443" : "80")}`;
  const path = pathname === "/" ? {} : { path_prefix: pathname };
  const scheme = protocol.slice(0, -1);
  const login = loginWith(alertmanager.secret);
  return { alerting: { alertmanagers: [{ scheme, ...path, ...login, static_configs: [{ targets: [target] }] }] } };
}

function loginWith(secret: string | undefined): object {
  if (secret === undefined) return {};
  const folder = `${LOGIN_FOLDER}/${secret}`;
  return { basic_auth: { username_file: `${folder}/username`, password_file: `${folder}/password` } };
}

/** What the collector sends arrives late, and names its sender by attributes of the resource. */
function otlp({ components }: StackPlan): object {
  if (components.collector.kind === "off") return {};
  return {
    storage: { tsdb: { out_of_order_time_window: "30m" } },
    otlp: {
      promote_resource_attributes: ["deployment.environment.name", "k8s.namespace.name", "k8s.pod.name"],
    },
  };
}

function remoteWrite({ components: { prometheus } }: StackPlan): object {
  if (prometheus.kind !== "inCluster" || !prometheus.remoteWrite) return {};
  const { url, secret } = prometheus.remoteWrite;
  return { remote_write: [{ url, ...loginWith(secret) }] };
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
