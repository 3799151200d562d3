// Moments that explain a graph: alerts that begin, and what was deployed.
import type { Plan, ServicePlan } from "../../plan/plan.ts";
import { call, lte, type MatcherSpec, max, select, sub } from "../../promql/build.ts";
import type { Annotation } from "./dashboard.ts";
import { firing } from "./slo-queries.ts";

type Labels = Readonly<Record<string, MatcherSpec>>;

function alerts(labels: Labels): Annotation {
  return {
    name: "Critical alerts",
    expr: max(firing({ severity: "critical", ...labels }), ["alertname", "service", "slo"]),
    title: "{{alertname}}",
    text: "{{service}} {{slo}}",
    color: "red",
  };
}

/** A ReplicaSet is made when a deployment changes its pods: a release, a new image, a new setting. Scaling makes none. */
function deploys({ stack }: Plan, within: Labels): readonly Annotation[] {
  if (stack.components.kubeStateMetrics.kind === "off") return [];
  const namespaces = stack.appNamespaces.length > 0 ? { namespace: stack.appNamespaces } : {};
  const created = max(select("kube_replicaset_created", { ...namespaces, ...within, ...stack.match }), [
    "namespace",
    "replicaset",
  ]);
  return [
    {
      name: "Deploys",
      expr: lte(sub(call("time"), created), 60),
      title: "{{replicaset}}",
      text: "A new ReplicaSet in {{namespace}}: a deployment changed its pods.",
      color: "blue",
    },
  ];
}

export function environmentAnnotations(plan: Plan): readonly Annotation[] {
  return [alerts({}), ...deploys(plan, {})];
}

export function serviceAnnotations(plan: Plan, { id }: Pick<ServicePlan, "id">): readonly Annotation[] {
  return [alerts({ service: id }), ...deploys(plan, {})];
}
