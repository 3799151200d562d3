import type { StackPlan } from "../../plan/plan.ts";
import type { types } from "./cdk8s.ts";

/**
 * Images by component, as of 2026-08-22. Tags, so that people can read them; `images` of a stack replaces them, for example by digests.
 * Web and worker of Langfuse are of one version. Langfuse 4 needs ClickHouse 25.12 or newer. PostgreSQL stays
 * at 17 here: 18 keeps its data in another folder.
 */
const images = {
  alertmanager: "quay.io/prometheus/alertmanager:v0.34.0",
  clickhouse: "docker.io/clickhouse/clickhouse-server:26.3.20.7",
  collector: "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-contrib:0.159.0",
  dcgm: "nvcr.io/nvidia/k8s/dcgm-exporter:4.5.3-4.8.2-distroless",
  grafana: "docker.io/grafana/grafana:13.2.0",
  jaeger: "docker.io/jaegertracing/jaeger:2.20.0",
  kubeStateMetrics: "registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0",
  langfuseWeb: "docker.io/langfuse/langfuse:3.225.4",
  langfuseWorker: "docker.io/langfuse/langfuse-worker:3.225.4",
  loki: "docker.io/grafana/loki:3.7.6",
  postgres: "docker.io/library/postgres:17.9",
  prometheus: "quay.io/prometheus/prometheus:v3.14.0",
  seaweedfs: "docker.io/chrislusf/seaweedfs:4.44",
  valkey: "docker.io/valkey/valkey:8.1.4",
} as const;

const langfuse4 = {
  langfuseWeb: "docker.langfuse.com/langfuse/langfuse:4.16.0",
  langfuseWorker: "docker.langfuse.com/langfuse/langfuse-worker:4.16.0",
} as const;

export type Image = keyof typeof images;
export const imageNames = Object.keys(images);

export function imageOf({ images: own, components }: StackPlan, name: Image): string {
  const { langfuse } = components;
  const newer: Partial<Record<Image, string>> = langfuse.kind === "inCluster" && langfuse.major === 4 ? langfuse4 : {};
  return own[name] ?? newer[name] ?? images[name];
}

/** What a pod's images are pulled with. */
export function pullSecrets({ imagePullSecrets }: StackPlan): Pick<types.PodSpec, "imagePullSecrets"> {
  return imagePullSecrets ? { imagePullSecrets: imagePullSecrets.map((name) => ({ name })) } : {};
}
