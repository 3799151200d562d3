// Kubernetes as kube-state-metrics sees it: deployments, their scalers and pods.
import { activity, now } from "./clock.ts";
import {
  type At,
  constant,
  counter,
  type ExportedSeries,
  type Exporter,
  gauge,
  hoursAgo,
  type Labels,
  within,
} from "./exported-series.ts";
import { deployedHoursAgo, pods } from "./workloads.ts";

interface Serving {
  readonly name: string;
  readonly namespace: string;
  readonly kind: "deployment" | "statefulset";
  readonly replicas: At;
  readonly max?: number;
}

const appReplicas =
  (replicas: number): At =>
  (time) =>
    within(time, deployedHoursAgo + 0.05, deployedHoursAgo - 0.05) && replicas > 1 ? replicas - 1 : replicas;
const served: readonly Serving[] = [
  { name: "rag-pipeline", namespace: "ai", kind: "deployment", replicas: appReplicas(2), max: 6 },
  { name: "ticket-classifier", namespace: "ai", kind: "deployment", replicas: appReplicas(1), max: 4 },
  { name: "document-extractor", namespace: "ai", kind: "deployment", replicas: appReplicas(1) },
  {
    name: "vllm-llama",
    namespace: "ai",
    kind: "deployment",
    replicas: (time) => Math.min(4, Math.max(1, Math.round(0.7 + 1.1 * activity(time)))),
    max: 4,
  },
  ...["langfuse-web", "langfuse-worker", "kube-state-metrics", "otel-collector"].map(
    (name): Serving => ({
      name,
      namespace: "llm-slo",
      kind: "deployment",
      replicas: constant(name === "otel-collector" ? 2 : 1),
    }),
  ),
  ...[
    "prometheus",
    "alertmanager",
    "grafana",
    "jaeger",
    "loki",
    "langfuse-clickhouse",
    "langfuse-postgres",
    "langfuse-valkey",
  ].map((name): Serving => ({ name, namespace: "llm-slo", kind: "statefulset", replicas: constant(1) })),
];

/** Replica sets of a deployment: of its pods' names, all but the last part. */
const replicaSets: readonly { readonly labels: Labels; readonly created: number }[] = Object.values(pods).flatMap(
  (list) =>
    [...new Set(list.map(({ name }) => name.replace(/-\w+$/, "")))].map((replicaset) => {
      const from = Math.max(...list.filter(({ name }) => name.startsWith(replicaset)).map((pod) => pod.from));
      const created = Number.isFinite(from) ? now - from * 3_600 : now - 20 * 86_400;
      return { labels: { namespace: "ai", replicaset }, created };
    }),
);

const generation: At = (time) => (hoursAgo(time) > deployedHoursAgo ? 11 : 12);

function workloadSeries({ name, namespace, kind, replicas, max }: Serving): readonly ExportedSeries[] {
  const labels = { namespace, [kind]: name };
  const scaled = { namespace, horizontalpodautoscaler: name };
  const ofKind: readonly ExportedSeries[] =
    kind === "deployment"
      ? [
          ...gauge("kube_deployment_spec_replicas", replicas, labels),
          ...gauge("kube_deployment_status_replicas", replicas, labels),
          ...gauge("kube_deployment_status_replicas_available", replicas, labels),
          ...gauge("kube_deployment_status_replicas_unavailable", 0, labels),
          ...gauge("kube_deployment_status_observed_generation", name === "rag-pipeline" ? generation : 3, labels),
          ...gauge("kube_deployment_metadata_generation", name === "rag-pipeline" ? generation : 3, labels),
        ]
      : [
          ...gauge("kube_statefulset_replicas", replicas, labels),
          ...gauge("kube_statefulset_status_replicas_ready", replicas, labels),
        ];
  const ofScaler =
    max === undefined
      ? []
      : [
          ...gauge("kube_horizontalpodautoscaler_spec_min_replicas", 1, scaled),
          ...gauge("kube_horizontalpodautoscaler_spec_max_replicas", max, scaled),
          ...gauge("kube_horizontalpodautoscaler_status_current_replicas", replicas, scaled),
          ...gauge("kube_horizontalpodautoscaler_status_desired_replicas", replicas, scaled),
        ];
  return [...ofKind, ...ofScaler];
}

/** Pods that run at the end, with the container that has the service's name. */
const running: readonly Labels[] = [
  ...Object.entries(pods).flatMap(([container, list]) =>
    list.filter(({ to }) => to === 0).map(({ name }) => ({ namespace: "ai", pod: name, container })),
  ),
  ...["vllm-llama-6c7d5f8b9-k4m8x", "vllm-llama-6c7d5f8b9-p7q2d"].map((pod) => ({
    namespace: "ai",
    pod,
    container: "vllm",
  })),
  ...served
    .filter(({ namespace }) => namespace === "llm-slo")
    .map(({ name, kind }) => ({
      namespace: "llm-slo",
      pod: kind === "statefulset" ? `${name}-0` : `${name}-5d8f7c6b4-x2z9w`,
      container: name,
    })),
];

const deployedAt = now - deployedHoursAgo * 3_600;

export const kubeStateMetrics: Exporter = {
  name: "kube-state-metrics",
  source: "https://github.com/kubernetes/kube-state-metrics/tree/main/docs/metrics",
  series: [
    ...served.flatMap(workloadSeries),
    ...replicaSets.flatMap(({ labels, created }) => gauge("kube_replicaset_created", created, labels)),
    ...running.flatMap(({ container = "", ...pod }) => [
      ...gauge("kube_pod_status_phase", 1, { ...pod, phase: "Running" }),
      ...gauge("kube_pod_status_phase", 0, { ...pod, phase: "Pending" }, { ...pod, phase: "Failed" }),
      ...gauge("kube_pod_status_ready", 1, { ...pod, condition: "true" }),
      ...gauge("kube_pod_created", container === "rag-pipeline" ? deployedAt : now - 9 * 86_400, pod),
      ...gauge("kube_pod_start_time", container === "rag-pipeline" ? deployedAt : now - 9 * 86_400, pod),
      ...counter(
        "kube_pod_container_status_restarts_total",
        container === "vllm" ? (time) => (within(time, 9, 8.98) ? 1 / 60 : 0) : 0,
        { ...pod, container },
      ),
      ...gauge("kube_pod_container_status_ready", 1, { ...pod, container }),
      ...gauge("kube_pod_info", 1, { ...pod, node: "node-a" }),
    ]),
  ].map((one) => ({
    ...one,
    labels: { ...one.labels, job: "kube-state-metrics", instance: "kube-state-metrics.llm-slo.svc:8080" },
  })),
};
