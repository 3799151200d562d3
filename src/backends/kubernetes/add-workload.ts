// A workload to its objects: service account, services, disruption budget, and a Deployment, or a StatefulSet where it stores something.

import type { StackPlan } from "../../plan/plan.ts";
import { type Chart, k8s, type types } from "./cdk8s.ts";
import { metadata, selectorLabels } from "./metadata.ts";
import { type Port, podTemplate, type Workload } from "./workload.ts";

export interface Copies {
  readonly replicas: number;
  /** Whether clients ask for every pod by its own address. */
  readonly headless?: boolean;
  /** Whether an update starts one new pod after the other. Default: a quarter of them at once. */
  readonly oneByOne?: boolean;
}

export interface Storage {
  readonly replicas: number;
  readonly path: string;
  readonly size: string;
  /** Whether peers must find each other before they are ready. */
  readonly findsPeers?: boolean;
}

const oneByOne: types.DeploymentStrategy = {
  type: "RollingUpdate",
  rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(1), maxUnavailable: k8s.IntOrString.fromNumber(0) },
};

export function addDeployment(chart: Chart, stack: StackPlan, workload: Workload, copies: Copies): void {
  const { name, ports } = workload;
  addServiceAccount(chart, stack, name);
  if (ports.length > 0) addService(chart, stack, name, ports);
  if (copies.headless) addHeadlessService(chart, stack, name, ports);
  new k8s.KubeDeployment(chart, `${name}-deployment`, {
    metadata: metadata(stack, name),
    spec: {
      replicas: copies.replicas,
      selector: { matchLabels: selectorLabels(name) },
      template: podTemplate(stack, workload, copies.replicas),
      ...(copies.oneByOne ? { strategy: oneByOne } : {}),
    },
  });
  addDisruptionBudget(chart, stack, name, copies.replicas);
}

export function addStatefulSet(chart: Chart, stack: StackPlan, workload: Workload, storage: Storage): void {
  const { name, ports } = workload;
  addServiceAccount(chart, stack, name);
  addService(chart, stack, name, ports);
  addHeadlessService(chart, stack, name, ports, storage.findsPeers);
  new k8s.KubeStatefulSet(chart, `${name}-stateful-set`, {
    metadata: metadata(stack, name),
    spec: {
      replicas: storage.replicas,
      serviceName: `${name}-headless`,
      ...(storage.findsPeers ? { podManagementPolicy: "Parallel" } : {}),
      selector: { matchLabels: selectorLabels(name) },
      template: podTemplate(stack, workload, storage.replicas, [{ name: "data", path: storage.path }]),
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: {
            accessModes: ["ReadWriteOnce"],
            ...(stack.storageClass === undefined ? {} : { storageClassName: stack.storageClass }),
            resources: { requests: { storage: k8s.Quantity.fromString(storage.size) } },
          },
        },
      ],
    },
  });
  addDisruptionBudget(chart, stack, name, storage.replicas);
}

/** Tokens are mounted by the pods that need one. */
function addServiceAccount(chart: Chart, stack: StackPlan, name: string): void {
  new k8s.KubeServiceAccount(chart, `${name}-service-account`, {
    metadata: metadata(stack, name),
    automountServiceAccountToken: false,
  });
}

function addService(chart: Chart, stack: StackPlan, name: string, ports: readonly Port[]): void {
  new k8s.KubeService(chart, `${name}-service`, {
    metadata: metadata(stack, name),
    spec: { selector: selectorLabels(name), ports: servicePorts(ports) },
  });
}

function addHeadlessService(chart: Chart, stack: StackPlan, name: string, ports: readonly Port[], early = false): void {
  new k8s.KubeService(chart, `${name}-service-headless`, {
    metadata: metadata(stack, name, `${name}-headless`),
    spec: {
      selector: selectorLabels(name),
      ports: servicePorts(ports),
      clusterIp: "None",
      ...(early ? { publishNotReadyAddresses: true } : {}),
    },
  });
}

function servicePorts(ports: readonly Port[]): types.ServicePort[] {
  return ports.flatMap(({ name, number, protocols = ["TCP"] }) =>
    protocols.map((protocol, index) => {
      const portName = index === 0 ? name : `${name}-${protocol.toLowerCase()}`;
      return {
        name: portName,
        port: number,
        targetPort: k8s.IntOrString.fromString(portName),
        ...(protocol === "TCP" ? {} : { protocol }),
      };
    }),
  );
}

/** None for a single pod: it would keep nodes from being drained. */
function addDisruptionBudget(chart: Chart, stack: StackPlan, name: string, replicas: number): void {
  if (replicas < 2) return;
  new k8s.KubePodDisruptionBudget(chart, `${name}-disruption-budget`, {
    metadata: metadata(stack, name),
    spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: selectorLabels(name) } },
  });
}
