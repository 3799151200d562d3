// The flows to policies: nothing is allowed but what the table says, and asking for names.

import type { Plan, StackPlan } from "../../plan/plan.ts";
import { gpuNamespace } from "./addresses.ts";
import { type Chart, k8s, type types } from "./cdk8s.ts";
import { asksOutside, deployed, elsewhere, type Flow, flowsOf, gpuFlow, type Peer } from "./flows.ts";
import { labels, metadata, selectorLabels } from "./metadata.ts";

export function addNetworkPolicies(chart: Chart, { stack }: Plan): void {
  new k8s.KubeNetworkPolicy(chart, "deny-all", {
    metadata: metadata(stack, "llm-slo", "deny-all"),
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  });
  const flows = flowsOf(stack);
  const outside = asksOutside(stack);
  for (const name of deployed(stack)) addPolicy(chart, stack, name, flows, outside.has(name));
  if (stack.components.dcgm.kind === "inCluster") addGpuPolicy(chart, stack);
}

function addPolicy(chart: Chart, stack: StackPlan, name: string, flows: readonly Flow[], asksOutside: boolean): void {
  const incoming = flows.filter(({ to }) => to === name);
  const rules = incoming.flatMap((flow) => ingressRule(stack, flow));
  const outgoing = flows.filter(({ from }) => from.some((peer) => isComponent(peer, name)));
  new k8s.KubeNetworkPolicy(chart, name, {
    metadata: metadata(stack, name),
    spec: {
      podSelector: { matchLabels: selectorLabels(name) },
      policyTypes: ["Ingress", "Egress"],
      ...(rules.length > 0 ? { ingress: [...rules] } : {}),
      // An empty rule allows everything.
      egress: asksOutside
        ? [{}]
        : [
            ...outgoing.map((flow) => ({
              to: [{ podSelector: { matchLabels: selectorLabels(flow.to) } }],
              ports: portsOf(flow),
            })),
            nameServers,
          ],
    },
  });
}

const isComponent = (peer: Peer, name: string) => typeof peer === "object" && peer.component === name;

function ingressRule(stack: StackPlan, flow: Flow): readonly types.NetworkPolicyIngressRule[] {
  const there = new Set([...deployed(stack), ...elsewhere(stack)]);
  const from = flow.from
    .filter((peer) => typeof peer === "string" || there.has(peer.component))
    .flatMap((peer) => peersOf(stack, peer));
  return from.length > 0 ? [{ from, ports: portsOf(flow) }] : [];
}

function peersOf(stack: StackPlan, peer: Peer): readonly types.NetworkPolicyPeer[] {
  if (typeof peer === "object" && elsewhere(stack).has(peer.component)) return [{ namespaceSelector: {} }];
  if (typeof peer === "object") return [{ podSelector: { matchLabels: selectorLabels(peer.component) } }];
  if (peer === "ingress") return stack.ingressNamespace === undefined ? [] : [namespacePeer(stack.ingressNamespace)];
  return stack.appNamespaces.length === 0 ? [{ namespaceSelector: {} }] : stack.appNamespaces.map(namespacePeer);
}

function namespacePeer(namespace: string): types.NetworkPolicyPeer {
  return { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } } };
}

function portsOf({ ports, protocol = "TCP" }: Flow): types.NetworkPolicyPort[] {
  return ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol }));
}

/** In whatever namespace they run. */
const nameServers: types.NetworkPolicyEgressRule = {
  ports: ["UDP", "TCP"].map((protocol) => ({ port: k8s.IntOrString.fromNumber(53), protocol })),
};

function addGpuPolicy(chart: Chart, stack: StackPlan): void {
  const peer = deployed(stack).has("prometheus")
    ? { ...namespacePeer(stack.namespace), podSelector: { matchLabels: selectorLabels("prometheus") } }
    : { namespaceSelector: {} };
  new k8s.KubeNetworkPolicy(chart, "gpu", {
    metadata: { name: "dcgm-exporter", namespace: gpuNamespace(stack), labels: labels("dcgm-exporter") },
    spec: {
      podSelector: {},
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [peer], ports: portsOf(gpuFlow) }],
    },
  });
}
