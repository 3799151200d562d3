import type { StackPlan } from "../../plan/plan.ts";
import type { types } from "./cdk8s.ts";

/** The labels that select a component's pods. They can't change once a StatefulSet or Deployment exists. */
export function selectorLabels(component: string): Record<string, string> {
  return { "app.kubernetes.io/name": component, "app.kubernetes.io/part-of": "llm-slo" };
}

export function labels(component: string): Record<string, string> {
  return { ...selectorLabels(component), "app.kubernetes.io/managed-by": "llm-slo" };
}

/** Metadata of a component's object in the stack's namespace. Names are written out: overlays and other objects refer to them. */
export function metadata(stack: StackPlan, component: string, name: string = component): types.ObjectMeta {
  return { name, namespace: stack.namespace, labels: labels(component) };
}
