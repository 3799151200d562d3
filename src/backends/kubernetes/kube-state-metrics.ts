import type { Plan } from "../../plan/plan.ts";
import { addDeployment } from "./add-workload.ts";
import { type Chart, k8s } from "./cdk8s.ts";
import { labels } from "./metadata.ts";
import type { Workload } from "./workload.ts";

const NAME = "kube-state-metrics";

/** What dashboards and alerts ask about, by API group. It may see nothing else. */
const watched: Readonly<Record<string, readonly string[]>> = {
  apps: ["deployments", "replicasets"],
  autoscaling: ["horizontalpodautoscalers"],
};

const workload: Workload = {
  name: NAME,
  image: "kubeStateMetrics",
  user: 65_534,
  args: ["--port=8080", "--telemetry-port=8081", `--resources=${Object.values(watched).flat().sort().join(",")}`],
  ports: [
    { name: "metrics", number: 8080 },
    { name: "telemetry", number: 8081 },
  ],
  startup: { get: { path: "/healthz", port: "metrics" }, everySeconds: 5, failures: 60 },
  liveness: { get: { path: "/livez", port: "metrics" }, everySeconds: 10, failures: 6 },
  readiness: { get: { path: "/readyz", port: "telemetry" }, everySeconds: 10, failures: 3 },
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "500m", memory: "512Mi" },
  mounts: [],
  usesApi: true,
};

export function addKubeStateMetrics(chart: Chart, { stack }: Plan): void {
  if (stack.components.kubeStateMetrics.kind !== "inCluster") return;
  // Cluster-wide, where another environment may have its own.
  const metadata = { name: `${stack.namespace}-${NAME}`, labels: labels(NAME) };
  new k8s.KubeClusterRole(chart, "role", {
    metadata,
    rules: Object.entries(watched).map(([group, resources]) => ({
      apiGroups: [group],
      resources: [...resources],
      verbs: ["list", "watch"],
    })),
  });
  new k8s.KubeClusterRoleBinding(chart, "binding", {
    metadata,
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: metadata.name },
    subjects: [{ kind: "ServiceAccount", name: NAME, namespace: stack.namespace }],
  });
  addDeployment(chart, stack, workload, { replicas: 1 });
}
