import type { Plan } from "../../plan/plan.ts";
import { gpuNamespace } from "./addresses.ts";
import { type Chart, k8s } from "./cdk8s.ts";
import { labels } from "./metadata.ts";

/** The stack's namespace, which admits pods of the Pod Security Standard "restricted" only; and one for what can't be such a pod. */
export function addNamespaces(chart: Chart, { stack }: Plan): void {
  addNamespace(chart, stack.namespace, "restricted");
  if (stack.components.dcgm.kind === "inCluster") addNamespace(chart, gpuNamespace(stack), "privileged");
}

function addNamespace(chart: Chart, name: string, level: "restricted" | "privileged"): void {
  const standard = ["enforce", "warn", "audit"].map((mode) => [`pod-security.kubernetes.io/${mode}`, level]);
  new k8s.KubeNamespace(chart, name, {
    metadata: { name, labels: { ...labels("llm-slo"), ...Object.fromEntries(standard) } },
  });
}
