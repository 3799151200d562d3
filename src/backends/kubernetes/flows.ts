// Who talks to whom inside the stack: the one table that network policies are made of.
import type { StackPlan } from "../../plan/plan.ts";

export type Peer =
  /** Pods of a component. */
  | { readonly component: string }
  /** Pods of the apps' namespaces, or of all where none are named. */
  | "apps"
  /** Pods of the ingress controller's namespace. */
  | "ingress";

export interface Flow {
  readonly to: string;
  readonly ports: readonly number[];
  readonly protocol?: "TCP" | "UDP";
  readonly from: readonly Peer[];
}

/** Where Alertmanagers find each other, if there are several. */
const MESH_PORT = 9094;

const of = (...names: string[]): readonly Peer[] => names.map((component) => ({ component }));
const langfuse = of("langfuse-web", "langfuse-worker");

/** Every flow there may be; those of components that aren't in the cluster fall away. */
const flows: readonly Flow[] = [
  { to: "prometheus", ports: [9090], from: of("grafana", "otel-collector") },
  { to: "alertmanager", ports: [9093], from: of("prometheus", "grafana") },
  { to: "alertmanager", ports: [9093], from: ["ingress"] },
  { to: "alertmanager", ports: [MESH_PORT], from: of("alertmanager") },
  { to: "alertmanager", ports: [MESH_PORT], protocol: "UDP", from: of("alertmanager") },
  { to: "grafana", ports: [3000], from: ["ingress", ...of("prometheus")] },
  { to: "kube-state-metrics", ports: [8080, 8081], from: of("prometheus") },
  { to: "otel-collector", ports: [4317, 4318], from: ["apps"] },
  { to: "otel-collector", ports: [8888], from: of("prometheus") },
  { to: "otel-sampler", ports: [4317], from: of("otel-collector") },
  { to: "otel-sampler", ports: [8888], from: of("prometheus") },
  { to: "jaeger", ports: [4317], from: of("otel-collector", "otel-sampler") },
  { to: "jaeger", ports: [16686], from: ["ingress", ...of("grafana")] },
  { to: "jaeger", ports: [8888], from: of("prometheus") },
  { to: "loki", ports: [3100], from: of("otel-collector", "grafana", "prometheus") },
  {
    to: "langfuse-web",
    ports: [3000],
    from: ["ingress", "apps", ...of("otel-collector", "otel-sampler", "langfuse-worker")],
  },
  { to: "langfuse-postgres", ports: [5432], from: langfuse },
  { to: "langfuse-clickhouse", ports: [8123, 9000], from: langfuse },
  { to: "langfuse-clickhouse", ports: [9363], from: of("prometheus") },
  { to: "langfuse-valkey", ports: [6379], from: langfuse },
  { to: "langfuse-seaweedfs", ports: [8333], from: ["ingress", ...langfuse] },
  { to: "dcgm-exporter", ports: [9400], from: of("prometheus") },
];

/** The components whose pods run in the stack's own namespace. */
export function deployed({ components }: StackPlan): ReadonlySet<string> {
  const { collector, langfuse } = components;
  const own = langfuse.kind === "inCluster" ? langfuse : undefined;
  const names: Readonly<Record<string, boolean>> = {
    prometheus: components.prometheus.kind === "inCluster",
    alertmanager: components.alertmanager.kind === "inCluster",
    grafana: components.grafana.kind === "inCluster",
    "kube-state-metrics": components.kubeStateMetrics.kind === "inCluster",
    "otel-collector": collector.kind === "inCluster",
    "otel-sampler": collector.kind === "inCluster" && collector.sampling !== undefined,
    jaeger: components.jaeger.kind === "inCluster",
    loki: components.loki.kind === "inCluster",
    "langfuse-web": own !== undefined,
    "langfuse-worker": own !== undefined,
    "langfuse-postgres": own?.postgres.kind === "inCluster",
    "langfuse-clickhouse": own?.clickhouse.kind === "inCluster",
    "langfuse-valkey": own?.valkey.kind === "inCluster",
    "langfuse-seaweedfs": own?.bucket.kind === "inCluster",
  };
  return new Set(Object.keys(names).filter((name) => names[name]));
}

/** Components of other namespaces, nobody knows which, that ask those of the stack. */
export function elsewhere({ components }: StackPlan): ReadonlySet<string> {
  const { prometheus, grafana, collector } = components;
  const names: Readonly<Record<string, boolean>> = {
    prometheus: prometheus.kind !== "inCluster",
    grafana: grafana.kind === "external" || grafana.kind === "operator",
    "otel-collector": collector.kind === "external",
  };
  return new Set(Object.keys(names).filter((name) => names[name]));
}

/** Components that ask for addresses nobody knows here: the API server, apps on any port, receivers, stores and models outside. */
export function asksOutside({ components }: StackPlan): ReadonlySet<string> {
  const { collector, grafana, jaeger, loki, prometheus, alertmanager, langfuse } = components;
  const external = [jaeger, loki, langfuse].some(({ kind }) => kind === "external") || prometheus.kind !== "inCluster";
  const sends = collector.kind === "inCluster" && Object.keys(collector.alsoTo).length > 0;
  const names = ["prometheus", "alertmanager", "kube-state-metrics", "langfuse-web", "langfuse-worker"];
  if (external || sends) names.push("otel-collector", "otel-sampler");
  if (grafana.kind === "inCluster" && (external || alertmanager.kind === "external")) names.push("grafana");
  return new Set(names);
}

export function flowsOf(stack: StackPlan): readonly Flow[] {
  const here = deployed(stack);
  const { alertmanager } = stack.components;
  const { replicas = 1, url } = alertmanager.kind === "inCluster" ? alertmanager : {};
  return (
    flows
      .filter(({ to }) => here.has(to))
      .filter(({ ports }) => replicas > 1 || !ports.includes(MESH_PORT))
      // It asks nobody who they are: only who was told to protect it lets people in.
      .filter(({ to, from }) => url !== undefined || to !== "alertmanager" || !from.includes("ingress"))
  );
}

/** What the GPU exporter's namespace admits. */
export const gpuFlow: Flow = flows.find(({ to }) => to === "dcgm-exporter") as Flow;
