import type { StackPlan } from "../../plan/plan.ts";
import { type Chart, k8s, type types } from "./cdk8s.ts";
import { labels } from "./metadata.ts";
import { gpuExporterNamespace } from "./prometheus-targets.ts";

const discovery: types.PolicyRule[] = [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }];

/** Lets Prometheus find pods: in the apps' namespaces where they are named, else in all. */
export function addPrometheusAccess(chart: Chart, stack: StackPlan): void {
  // These live outside the stack's namespace, where another environment may have its own.
  const name = `${stack.namespace}-prometheus`;
  const subjects = [{ kind: "ServiceAccount", name: "prometheus", namespace: stack.namespace }];
  const roleRef = (kind: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind, name });
  if (stack.appNamespaces.length === 0) {
    const clusterWide = { name, labels: labels("prometheus") };
    new k8s.KubeClusterRole(chart, "role", { metadata: clusterWide, rules: discovery });
    new k8s.KubeClusterRoleBinding(chart, "binding", {
      metadata: clusterWide,
      roleRef: roleRef("ClusterRole"),
      subjects,
    });
  }
  const gpu = stack.appNamespaces.length === 0 ? undefined : gpuExporterNamespace(stack);
  for (const namespace of new Set([...stack.appNamespaces, ...(gpu === undefined ? [] : [gpu])])) {
    const inNamespace = { name, namespace, labels: labels("prometheus") };
    new k8s.KubeRole(chart, `role-${namespace}`, { metadata: inNamespace, rules: discovery });
    new k8s.KubeRoleBinding(chart, `binding-${namespace}`, {
      metadata: inNamespace,
      roleRef: roleRef("Role"),
      subjects,
    });
  }
}
