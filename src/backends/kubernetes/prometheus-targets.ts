// What Prometheus scrapes of the stack itself: a job for each component, under the component's name.
import type { StackPlan } from "../../plan/plan.ts";
import { gpuNamespace, podAddresses, serviceHost } from "./addresses.ts";

interface Targets {
  readonly job_name: string;
  readonly [field: string]: unknown;
}

const at = (job_name: string, targets: readonly string[], more: object = {}): Targets => ({
  job_name,
  ...more,
  static_configs: [{ targets }],
});

/** The single pod of a StatefulSet, by an address that outlives it: gone is down, and not forgotten. */
const pod = (stack: StackPlan, name: string, port: number) => at(name, podAddresses(stack, name, 1, port));

/** Labels that kube-state-metrics and the GPU exporter set are about others than themselves. */
const honest = { honor_labels: true };

export function stackJobs(stack: StackPlan): readonly Targets[] {
  const { alertmanager, grafana, kubeStateMetrics, collector, jaeger, loki, langfuse } = stack.components;
  const jobs: Targets[] = [at("prometheus", ["localhost:9090"])];
  if (alertmanager.kind === "inCluster")
    jobs.push(at("alertmanager", podAddresses(stack, "alertmanager", alertmanager.replicas, 9093)));
  if (grafana.kind === "inCluster") jobs.push(pod(stack, "grafana", 3000));
  if (kubeStateMetrics.kind === "inCluster")
    jobs.push(at("kube-state-metrics", [`${serviceHost(stack, "kube-state-metrics")}:8080`], honest));
  if (kubeStateMetrics.kind === "external") jobs.push(at("kube-state-metrics", [kubeStateMetrics.address], honest));
  if (collector.kind === "inCluster") {
    jobs.push(everyPod(stack, "otel-collector", 8888));
    if (collector.sampling) jobs.push(everyPod(stack, "otel-sampler", 8888));
  }
  if (collector.kind === "external") jobs.push(at("otel-collector", [collector.address]));
  if (jaeger.kind === "inCluster") jobs.push(pod(stack, "jaeger", 8888));
  if (loki.kind === "inCluster") jobs.push(pod(stack, "loki", 3100));
  if (langfuse.kind === "inCluster" && langfuse.clickhouse.kind === "inCluster")
    jobs.push(pod(stack, "langfuse-clickhouse", 9363));
  return [...jobs, ...gpuJobs(stack)];
}

/** Every pod of a Deployment. */
function everyPod(stack: StackPlan, name: string, port: number): Targets {
  return {
    job_name: name,
    dns_sd_configs: [{ names: [serviceHost(stack, `${name}-headless`)], type: "A", port }],
  };
}

/** The namespace in which the GPU exporter runs, if one does. */
export function gpuExporterNamespace(stack: StackPlan): string | undefined {
  const { dcgm } = stack.components;
  if (dcgm.kind === "off") return undefined;
  return dcgm.kind === "inCluster" ? gpuNamespace(stack) : dcgm.namespace;
}

function gpuJobs(stack: StackPlan): readonly Targets[] {
  const namespace = gpuExporterNamespace(stack);
  if (namespace === undefined) return [];
  return [
    {
      job_name: "dcgm-exporter",
      ...honest,
      kubernetes_sd_configs: [{ role: "pod", namespaces: { names: [namespace] } }],
      relabel_configs: [
        {
          source_labels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name", "__meta_kubernetes_pod_label_app"],
          regex: "dcgm-exporter;.*|.*;nvidia-dcgm-exporter",
          action: "keep",
        },
        { source_labels: ["__meta_kubernetes_pod_container_port_number"], regex: "9400", action: "keep" },
        { source_labels: ["__meta_kubernetes_pod_node_name"], target_label: "node" },
      ],
    },
  ];
}
