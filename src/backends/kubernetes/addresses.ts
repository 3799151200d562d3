// Where components are found inside the cluster. Names are whole, so that other namespaces can use them too.
import type { StackPlan } from "../../plan/plan.ts";

/** A Service of the stack. @example "http://loki.llm-slo.svc:3100" */
export function serviceUrl(stack: StackPlan, name: string, port: number): string {
  return `http://${serviceHost(stack, name)}:${port}`;
}

export function serviceHost({ namespace }: StackPlan, name: string): string {
  return `${name}.${namespace}.svc`;
}

/** The pods of a StatefulSet, each by its own address. */
export function podAddresses(stack: StackPlan, name: string, replicas: number, port: number): readonly string[] {
  const host = serviceHost(stack, `${name}-headless`);
  return Array.from({ length: replicas }, (_, index) => `${name}-${index}.${host}:${port}`);
}

/** Where metrics are queried: our Prometheus, or somebody else's. */
export function prometheusUrl(stack: StackPlan): string {
  const { prometheus } = stack.components;
  return prometheus.kind === "inCluster" ? serviceUrl(stack, "prometheus", 9090) : prometheus.url;
}

/** Where an operator's Alertmanager reads its routes and Secrets. */
export function alertmanagerNamespace({ components, namespace }: StackPlan): string {
  const { alertmanager } = components;
  return (alertmanager.kind === "operator" ? alertmanager.namespace : undefined) ?? namespace;
}

/** The namespace of what needs privileges. */
export function gpuNamespace({ namespace }: StackPlan): string {
  return `${namespace}-gpu`;
}
