import type { Chart } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import type { Plan } from "../../plan/plan.ts";
import { labels } from "./metadata.ts";

/** The stack's namespace, which admits pods of the Pod Security Standard "restricted" only. */
export function addNamespace(chart: Chart, { stack }: Plan): void {
  new k8s.KubeNamespace(chart, "namespace", {
    metadata: {
      name: stack.namespace,
      labels: {
        ...labels("llm-slo"),
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/audit": "restricted",
      },
    },
  });
}
