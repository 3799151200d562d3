// A component to the monitor that finds its pods. Not its Services: a StatefulSet has two, and both would be scraped.
import type { StackPlan } from "../../plan/plan.ts";
import { selectorLabels } from "./metadata.ts";
import { gpuExporterNamespace } from "./prometheus-targets.ts";

interface Monitor {
  readonly kind: "PodMonitor";
  readonly spec: object;
}

/** The name of the port that serves metrics. */
const ports: Readonly<Record<string, string>> = {
  alertmanager: "web",
  grafana: "http",
  "kube-state-metrics": "metrics",
  "otel-collector": "metrics",
  "otel-sampler": "metrics",
  jaeger: "metrics",
  loki: "http",
  "langfuse-clickhouse": "metrics",
};

/** None for what the operator watches itself, or what isn't here. */
export function monitorOf(stack: StackPlan, name: string): Monitor | undefined {
  if (name === "dcgm-exporter") return gpuMonitor(stack);
  const { kubeStateMetrics, collector } = stack.components;
  const external: Readonly<Record<string, boolean>> = {
    "kube-state-metrics": kubeStateMetrics.kind === "external",
    "otel-collector": collector.kind === "external",
  };
  const port = ports[name];
  if (port === undefined || external[name]) return undefined;
  const honest = name === "kube-state-metrics" ? { honorLabels: true } : {};
  return {
    kind: "PodMonitor",
    spec: {
      selector: { matchLabels: selectorLabels(name) },
      podMetricsEndpoints: [{ port, ...honest, relabelings: [jobOf(name)] }],
    },
  };
}

const jobOf = (name: string) => ({ targetLabel: "job", replacement: name, action: "replace" });

function gpuMonitor(stack: StackPlan): Monitor | undefined {
  const namespace = gpuExporterNamespace(stack);
  if (namespace === undefined || stack.components.dcgm.kind === "external") return undefined;
  return {
    kind: "PodMonitor",
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: selectorLabels("dcgm-exporter") },
      podMetricsEndpoints: [
        {
          port: "metrics",
          honorLabels: true,
          relabelings: [
            jobOf("dcgm-exporter"),
            { sourceLabels: ["__meta_kubernetes_pod_node_name"], targetLabel: "node", action: "replace" },
          ],
        },
      ],
    },
  };
}
