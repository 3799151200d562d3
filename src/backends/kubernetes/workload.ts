// What a component's pods are, as data, to a pod template that meets the Pod Security Standard "restricted".

import { createHash } from "node:crypto";
import type { StackPlan } from "../../plan/plan.ts";
import { k8s, type types } from "./cdk8s.ts";
import { type Image, imageOf, pullSecrets } from "./images.ts";
import { labels, selectorLabels } from "./metadata.ts";
import { restrictedContainer, restrictedPod } from "./pod-security.ts";

export interface Port {
  readonly name: string;
  readonly number: number;
  /** Default TCP; of several, TCP comes first. */
  readonly protocols?: readonly ("TCP" | "UDP")[];
}

/** A volume and where it is mounted. Without a source it is empty, writable and gone with the pod. */
export interface Mount {
  readonly name: string;
  readonly path: string;
  readonly configMaps?: readonly string[];
  readonly secret?: string;
  /** A single file, whose changes the pod never sees. */
  readonly file?: string;
  readonly inMemory?: boolean;
}

/** A setting, or the key of a Secret that holds it, or a field of the pod. */
export type Setting = string | { readonly secret: string; readonly key: string } | { readonly field: string };

export interface Amounts {
  readonly cpu: string;
  readonly memory: string;
}

export interface Workload {
  readonly name: string;
  readonly image: Image;
  readonly user: number;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** In this order, since later ones may refer to earlier ones. */
  readonly env?: Readonly<Record<string, Setting>>;
  /** What its image runs before the container starts, and must end well. */
  readonly initContainer?: InitContainer;
  readonly ports: readonly Port[];
  readonly startup: Probe;
  readonly liveness: Probe;
  readonly readiness: Probe;
  readonly requests: Amounts;
  readonly limits: Amounts;
  readonly mounts: readonly Mount[];
  readonly graceSeconds?: number;
  /** Whether it talks to the API server. */
  readonly usesApi?: boolean;
  /** Text that it reads at its start only: another one makes new pods. */
  readonly configuration?: string;
}

export interface InitContainer {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, Setting>>;
  readonly requests: Amounts;
  readonly limits: Amounts;
}

export interface Probe {
  /** A path at a port, or a command. */
  readonly get?: { readonly path: string; readonly port: string };
  readonly run?: readonly string[];
  readonly everySeconds: number;
  readonly failures: number;
}

const { fromString: quantity } = k8s.Quantity;

export function amounts({ cpu, memory }: Amounts): Record<string, types.Quantity> {
  return { cpu: quantity(cpu), memory: quantity(memory) };
}

export function probe({ get, run, everySeconds, failures }: Probe): types.Probe {
  return {
    ...(get ? { httpGet: { path: get.path, port: k8s.IntOrString.fromString(get.port) } } : {}),
    ...(run ? { exec: { command: [...run] } } : {}),
    periodSeconds: everySeconds,
    timeoutSeconds: 5,
    failureThreshold: failures,
  };
}

export function environment(settings: Readonly<Record<string, Setting>>): types.EnvVar[] {
  return Object.entries(settings).map(([name, setting]) => {
    if (typeof setting === "string") return { name, value: setting };
    if ("field" in setting) return { name, valueFrom: { fieldRef: { fieldPath: setting.field } } };
    return { name, valueFrom: { secretKeyRef: { name: setting.secret, key: setting.key } } };
  });
}

function volume({ name, configMaps, secret, inMemory }: Mount): types.Volume {
  if (secret !== undefined) return { name, secret: { secretName: secret } };
  const [only, ...more] = configMaps ?? [];
  if (only === undefined) return { name, emptyDir: inMemory ? { medium: "Memory" } : {} };
  if (more.length === 0) return { name, configMap: { name: only } };
  return { name, projected: { sources: [only, ...more].map((configMap) => ({ configMap: { name: configMap } })) } };
}

function volumeMount({ name, path, configMaps, secret, file }: Mount): types.VolumeMount {
  return {
    name,
    mountPath: path,
    ...(file === undefined ? {} : { subPath: file }),
    ...((configMaps ?? secret) ? { readOnly: true } : {}),
  };
}

export function containerPorts(ports: readonly Port[]): types.ContainerPort[] {
  return ports.flatMap(({ name, number, protocols = ["TCP"] }) =>
    protocols.map((protocol, index) => ({
      name: index === 0 ? name : `${name}-${protocol.toLowerCase()}`,
      containerPort: number,
      ...(protocol === "TCP" ? {} : { protocol }),
    })),
  );
}

/** The template of a workload's pods. `stored` is a volume that somebody else claims. */
export function podTemplate(
  stack: StackPlan,
  workload: Workload,
  replicas: number,
  stored: readonly Mount[] = [],
): types.PodTemplateSpec {
  const { name, user, initContainer: init, mounts, configuration, graceSeconds, usesApi = false } = workload;
  return {
    metadata: {
      labels: labels(name),
      ...(configuration === undefined ? {} : { annotations: readAtStart(configuration) }),
    },
    spec: {
      serviceAccountName: name,
      automountServiceAccountToken: usesApi,
      enableServiceLinks: false,
      ...pullSecrets(stack),
      securityContext: restrictedPod(user),
      ...(replicas > 1 ? { topologySpreadConstraints: [onOtherNodes(name)] } : {}),
      ...(graceSeconds === undefined ? {} : { terminationGracePeriodSeconds: graceSeconds }),
      ...(init ? { initContainers: [initContainer(imageOf(stack, workload.image), init)] } : {}),
      containers: [container(stack, workload, [...mounts, ...stored])],
      ...(mounts.length > 0 ? { volumes: mounts.map(volume) } : {}),
    },
  };
}

/** Where there are nodes enough, none takes two of a component down with it. */
function onOtherNodes(name: string): types.TopologySpreadConstraint {
  return {
    topologyKey: "kubernetes.io/hostname",
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: selectorLabels(name) },
  };
}

function container(stack: StackPlan, workload: Workload, mounts: readonly Mount[]): types.Container {
  const { name, image, command, args, env, ports, startup, liveness, readiness, requests, limits } = workload;
  return {
    name,
    image: imageOf(stack, image),
    ...(command ? { command: [...command] } : {}),
    ...(args ? { args: [...args] } : {}),
    ...(env ? { env: environment(env) } : {}),
    ports: containerPorts(ports),
    securityContext: restrictedContainer,
    resources: { requests: amounts(requests), limits: amounts(limits) },
    startupProbe: probe(startup),
    livenessProbe: probe(liveness),
    readinessProbe: probe(readiness),
    ...(mounts.length > 0 ? { volumeMounts: mounts.map(volumeMount) } : {}),
  };
}

function initContainer(image: string, { name, command, env, requests, limits }: InitContainer): types.Container {
  return {
    name,
    image,
    command: [...command],
    env: environment(env),
    securityContext: restrictedContainer,
    resources: { requests: amounts(requests), limits: amounts(limits) },
  };
}

/** The annotation of pods that read a text at their start only: another text makes new pods. */
export function readAtStart(text: string): Record<string, string> {
  return { "llm-slo/configuration": createHash("sha256").update(text).digest("hex").slice(0, 16) };
}
