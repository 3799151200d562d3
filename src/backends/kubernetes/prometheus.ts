import type { Chart } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { images } from "./images.ts";
import { labels, metadata, selectorLabels } from "./metadata.ts";
import { restrictedContainer, restrictedPod } from "./pod-security.ts";
import { addPrometheusAccess } from "./prometheus-access.ts";
import { prometheusConfig, RULES_FOLDER } from "./prometheus-config.ts";
import { ruleShards } from "./prometheus-rules.ts";

const NAME = "prometheus";
const PORT = { name: "web", number: 9090 } as const;
const CONFIG_FOLDER = "/etc/prometheus/config";
const DATA_FOLDER = "/prometheus";
const CONFIG_FILE = "prometheus.yml";
/** `nobody`, as the image has it. */
const USER = 65_534;

/** One Prometheus with its configuration, storage and access; its rules are in a file of their own. */
export function addPrometheus(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  addPrometheusAccess(chart, stack);
  new k8s.KubeConfigMap(chart, "config", {
    metadata: metadata(stack, NAME),
    data: { [CONFIG_FILE]: prometheusConfig(stack) },
  });
  addServices(chart, stack);
  addStatefulSet(chart, stack, files);
  addNetworkPolicy(chart, stack);
}

function addServices(chart: Chart, stack: StackPlan): void {
  const spec = {
    selector: selectorLabels(NAME),
    ports: [{ name: PORT.name, port: PORT.number, targetPort: k8s.IntOrString.fromString(PORT.name) }],
  };
  new k8s.KubeService(chart, "service", { metadata: metadata(stack, NAME), spec });
  new k8s.KubeService(chart, "service-headless", {
    metadata: metadata(stack, NAME, `${NAME}-headless`),
    spec: { ...spec, clusterIp: "None" },
  });
}

function addStatefulSet(chart: Chart, stack: StackPlan, files: readonly GeneratedFile[]): void {
  new k8s.KubeStatefulSet(chart, "stateful-set", {
    metadata: metadata(stack, NAME),
    spec: {
      replicas: 1,
      serviceName: `${NAME}-headless`,
      selector: { matchLabels: selectorLabels(NAME) },
      template: { metadata: { labels: labels(NAME) }, spec: podSpec(stack, files) },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: k8s.Quantity.fromString(stack.prometheus.storage) } },
          },
        },
      ],
    },
  });
}

/** No checksum annotation: Prometheus looks for changed files by itself, so that new rules need no restart. */
function podSpec(stack: StackPlan, files: readonly GeneratedFile[]): k8s.PodSpec {
  return {
    serviceAccountName: NAME,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    securityContext: restrictedPod(USER),
    terminationGracePeriodSeconds: 300,
    containers: [container(stack)],
    volumes: [
      { name: "config", configMap: { name: NAME } },
      { name: "rules", projected: { sources: ruleShards(files).map(({ name }) => ({ configMap: { name } })) } },
    ],
  };
}

function container({ prometheus }: StackPlan): k8s.Container {
  return {
    name: NAME,
    image: images.prometheus,
    args: [
      `--config.file=${CONFIG_FOLDER}/${CONFIG_FILE}`,
      "--config.auto-reload",
      "--config.auto-reload-interval=30s",
      `--storage.tsdb.path=${DATA_FOLDER}`,
      `--storage.tsdb.retention.time=${prometheus.retention}`,
    ],
    ports: [{ name: PORT.name, containerPort: PORT.number }],
    securityContext: restrictedContainer,
    resources: {
      requests: { cpu: k8s.Quantity.fromString("500m"), memory: k8s.Quantity.fromString("1Gi") },
      limits: { cpu: k8s.Quantity.fromString("2"), memory: k8s.Quantity.fromString("4Gi") },
    },
    // Replaying a large write-ahead log takes minutes: up to half an hour is no failure.
    startupProbe: probe("ready", 10, 180),
    livenessProbe: probe("healthy", 10, 6),
    readinessProbe: probe("ready", 10, 3),
    volumeMounts: [
      { name: "config", mountPath: CONFIG_FOLDER, readOnly: true },
      { name: "rules", mountPath: RULES_FOLDER, readOnly: true },
      { name: "data", mountPath: DATA_FOLDER },
    ],
  };
}

function probe(path: "healthy" | "ready", periodSeconds: number, failureThreshold: number): k8s.Probe {
  return {
    httpGet: { path: `/-/${path}`, port: k8s.IntOrString.fromString(PORT.name) },
    periodSeconds,
    timeoutSeconds: 5,
    failureThreshold,
  };
}

/** Only the stack asks Prometheus. What Prometheus asks is open: apps on any port, and an API server whose address isn't known. */
function addNetworkPolicy(chart: Chart, stack: StackPlan): void {
  new k8s.KubeNetworkPolicy(chart, "network-policy", {
    metadata: metadata(stack, NAME),
    spec: {
      podSelector: { matchLabels: selectorLabels(NAME) },
      policyTypes: ["Ingress"],
      ingress: [
        {
          from: [{ podSelector: {} }],
          ports: [{ port: k8s.IntOrString.fromNumber(PORT.number), protocol: "TCP" }],
        },
      ],
    },
  });
}
