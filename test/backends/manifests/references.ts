// What objects say of one another: every name, port, key and address must be somebody's.
import { parse } from "yaml";
import { collectorModelProblems } from "./collector-model.ts";

// biome-ignore lint/suspicious/noExplicitAny: parsed YAML of many kinds.
export type Manifest = Record<string, any>;

/** Namespaces of others, which a stack may write to. */
const foreign = ["monitoring"];

const workloadKinds = ["Deployment", "StatefulSet", "DaemonSet"];
type Labels = Readonly<Record<string, string>>;

const named = ({ kind, metadata }: Manifest) => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
const has = (labels: Labels, wanted: Labels) => Object.entries(wanted).every(([key, value]) => labels[key] === value);

/** Keys of Secrets that people are told to make, as `name/key`. */
export function referenceProblems(objects: readonly Manifest[], secretKeys: ReadonlySet<string>): readonly string[] {
  const workloads = objects.filter(({ kind }) => workloadKinds.includes(kind));
  const exists = (kind: string, namespace: string | undefined, name: string) =>
    objects.some((o) => o.kind === kind && o.metadata.namespace === namespace && o.metadata.name === name);
  const selected = (namespace: string, labels: Labels) =>
    workloads.filter(
      ({ metadata, spec }) => metadata.namespace === namespace && has(spec.template.metadata.labels, labels),
    );
  const problems: string[] = [];
  const expect = (holds: boolean, object: Manifest, problem: string) => {
    if (!holds) problems.push(`${named(object)}: ${problem}`);
  };
  const names = objects.map(named);
  for (const [index, name] of names.entries())
    if (names.indexOf(name) !== index) problems.push(`${name} is there twice`);

  for (const object of objects) {
    const { kind, metadata, spec } = object;
    expect(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(metadata.name), object, "no name for an object");
    expect(JSON.stringify(object).length < 262_144, object, "too large for kubectl apply");
    if (metadata.namespace && !["Role", "RoleBinding"].includes(kind) && !foreign.includes(metadata.namespace))
      expect(exists("Namespace", undefined, metadata.namespace), object, `no namespace ${metadata.namespace}`);
    if (kind === "GrafanaDashboard") {
      const { name, key } = spec.configMapRef;
      const map = objects.find((o) => o.kind === "ConfigMap" && o.metadata.name === name);
      expect(map?.metadata.namespace === metadata.namespace && map?.data[key], object, `no file ${key} in ${name}`);
    }
    if (kind === "AlertmanagerConfig")
      for (const { name, key } of spec.receivers.flatMap(secretsOf))
        expect(secretKeys.has(`${name}/${key}`), object, `nobody is told of ${name}/${key}`);
    if (workloadKinds.includes(kind))
      for (const problem of workloadProblems(object, objects, secretKeys)) expect(false, object, problem);
    if (kind === "Service") {
      const targets = selected(metadata.namespace, spec.selector);
      expect(targets.length === 1, object, `selects ${targets.length} workloads`);
      for (const { targetPort } of spec.ports)
        expect(
          targets.every((target) => portNames(target).includes(targetPort)),
          object,
          `no port ${targetPort}`,
        );
    }
    if (kind === "PodDisruptionBudget")
      expect(selected(metadata.namespace, spec.selector.matchLabels).length === 1, object, "selects nothing");
    if (kind === "PodMonitor" && metadata.name !== "apps") {
      const namespace = spec.namespaceSelector?.matchNames[0] ?? metadata.namespace;
      const targets = selected(namespace, spec.selector.matchLabels);
      expect(targets.length === 1, object, "selects nothing");
      for (const { port } of spec.podMetricsEndpoints)
        expect(
          targets.every((target) => portNames(target).includes(port)),
          object,
          `no port ${port}`,
        );
    }
    if (kind.endsWith("RoleBinding")) {
      expect(exists(object.roleRef.kind, metadata.namespace, object.roleRef.name), object, "no such role");
      for (const subject of object.subjects)
        expect(exists(subject.kind, subject.namespace, subject.name), object, `no ${subject.kind} ${subject.name}`);
    }
    if (kind === "NetworkPolicy") {
      const own = selected(metadata.namespace, spec.podSelector.matchLabels ?? {});
      expect(own.length > 0 || !spec.podSelector.matchLabels, object, "selects nothing");
      const open = new Set(own.flatMap(portNumbers));
      for (const rule of spec.ingress ?? [])
        for (const { port } of rule.ports) expect(open.has(port), object, `nobody listens at ${port}`);
      for (const rule of spec.egress ?? [])
        for (const { podSelector } of rule.to ?? []) {
          const targets = selected(metadata.namespace, podSelector.matchLabels);
          expect(targets.length === 1, object, "asks nobody");
          for (const { port } of rule.ports)
            expect(
              targets.every((target) => portNumbers(target).includes(port)),
              object,
              `nobody listens at ${port}`,
            );
        }
    }
    for (const problem of addressProblems(object, objects)) expect(false, object, problem);
  }
  return problems;
}

/** The keys of Secrets that a receiver of an AlertmanagerConfig reads. */
function secretsOf({ name: _, ...kinds }: Manifest): Manifest[] {
  const fields = Object.values(kinds)
    .flat()
    .flatMap((config) => Object.values<Manifest>(config));
  return fields.filter((field) => typeof field === "object" && !Array.isArray(field));
}

const containers = ({ spec }: Manifest): Manifest[] => spec.template.spec.containers;
const firstContainers = ({ spec }: Manifest): Manifest[] => spec.template.spec.initContainers ?? [];
const ports = (workload: Manifest): Manifest[] => containers(workload).flatMap((container) => container.ports);
const portNames = (workload: Manifest): string[] => ports(workload).map(({ name }) => name);
const portNumbers = (workload: Manifest): number[] => ports(workload).map(({ containerPort }) => containerPort);

function workloadProblems(object: Manifest, objects: readonly Manifest[], secretKeys: ReadonlySet<string>): string[] {
  const { metadata, spec } = object;
  const { namespace } = metadata;
  const pod = spec.template.spec;
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  const find = (kind: string, name: string) =>
    objects.find((o) => o.kind === kind && o.metadata.namespace === namespace && o.metadata.name === name);
  const secrets = new Set([...secretKeys].map((key) => key.split("/")[0]));

  expect(has(spec.template.metadata.labels, spec.selector.matchLabels), "doesn't select its own pods");
  expect(find("ServiceAccount", pod.serviceAccountName) !== undefined, `no service account ${pod.serviceAccountName}`);
  expect(pod.enableServiceLinks === false, "has variables of its neighbours");
  if (object.kind === "StatefulSet")
    expect(find("Service", spec.serviceName)?.spec.clusterIP === "None", "no headless Service");
  const volumes = new Set(
    [...(pod.volumes ?? []), ...(spec.volumeClaimTemplates ?? []).map((c: Manifest) => c.metadata)].map(
      ({ name }) => name,
    ),
  );
  const mounted = new Set(
    containers(object).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }: Manifest) => name)),
  );
  expect([...volumes].sort().join() === [...mounted].sort().join(), "mounts other volumes than it has");
  for (const volume of pod.volumes ?? []) {
    const maps = [
      volume.configMap,
      ...(volume.projected?.sources ?? []).map((source: Manifest) => source.configMap),
    ].filter(Boolean);
    for (const { name } of maps) expect(find("ConfigMap", name) !== undefined, `no ConfigMap ${name}`);
    if (volume.secret)
      expect(secrets.has(volume.secret.secretName), `nobody is told of the Secret ${volume.secret.secretName}`);
  }
  for (const { resources, securityContext } of firstContainers(object)) {
    expect(resources?.requests && resources?.limits, "no resources");
    expect(
      securityContext.capabilities.drop.includes("ALL") && securityContext.readOnlyRootFilesystem,
      "isn't restricted",
    );
  }
  for (const container of containers(object)) {
    for (const probe of ["startupProbe", "livenessProbe", "readinessProbe"]) {
      const port = container[probe]?.httpGet?.port;
      expect(port === undefined || portNames(object).includes(port), `${probe} asks an unknown port`);
      expect(container[probe] !== undefined, `no ${probe}`);
    }
    for (const { name, valueFrom } of container.env ?? []) {
      const ref = valueFrom?.secretKeyRef;
      if (ref) expect(secretKeys.has(`${ref.name}/${ref.key}`), `nobody is told of ${ref.name}/${ref.key} for ${name}`);
    }
    for (const { name, subPath } of container.volumeMounts ?? []) {
      const map = (pod.volumes ?? []).find((volume: Manifest) => volume.name === name)?.configMap?.name;
      if (subPath) expect(find("ConfigMap", map)?.data[subPath] !== undefined, `no file ${subPath}`);
    }
    expect(container.resources?.requests && container.resources?.limits, "no resources");
    if (namespace.endsWith("-gpu")) continue;
    const { securityContext } = container;
    expect(
      securityContext.capabilities.drop.includes("ALL") && securityContext.readOnlyRootFilesystem,
      "isn't restricted",
    );
    expect(pod.securityContext.runAsNonRoot && pod.securityContext.runAsUser > 0, "may be root");
  }
  for (const problem of collectorProblems(object, objects)) problems.push(problem);
  return problems;
}

/** Addresses in texts and variables: a Service of the stack's, and a port of its. */
function addressProblems(object: Manifest, objects: readonly Manifest[]): string[] {
  const [stack] = objects.filter(({ kind }) => kind === "Namespace");
  const namespace = stack?.metadata.name;
  const found = JSON.stringify(object).matchAll(new RegExp(`([a-z0-9-]+)\\.${namespace}\\.svc(?::(\\d+))?`, "g"));
  return [...found].flatMap(([address, name, port]) => {
    const service = objects.find((o) => o.kind === "Service" && o.metadata.name === name);
    if (!service) return [`${address} is nobody's`];
    const numbers = service.spec.ports.map((one: Manifest) => String(one.port));
    return port === undefined || numbers.includes(port) ? [] : [`${address}: its ports are ${numbers.join()}`];
  });
}

/** A collector's configuration uses what it defines, defines what it uses, and reads variables that are set. */
function collectorProblems(workload: Manifest, objects: readonly Manifest[]): string[] {
  const { name, namespace } = workload.metadata;
  if (!/^otel-|^jaeger$/.test(name)) return [];
  const map = objects.find(
    (o) => o.kind === "ConfigMap" && o.metadata.namespace === namespace && o.metadata.name === name,
  );
  const text = String(Object.values(map?.data ?? {})[0]);
  const config = parse(text);
  const { service, connectors = {}, ...parts } = config;
  const pipelines: Manifest[] = Object.values(service.pipelines);
  const used = (part: string) =>
    new Set<string>(part === "extensions" ? service.extensions : pipelines.flatMap((p) => p[part]));
  const both = new Set([...used("receivers")].filter((id) => used("exporters").has(id)));
  const differences = ["receivers", "processors", "exporters", "extensions"].flatMap((part) => {
    const defined = Object.keys(parts[part]);
    const wanted = [...used(part)].filter((id) => !(id in connectors));
    return [...defined.filter((id) => !wanted.includes(id)), ...wanted.filter((id) => !defined.includes(id))];
  });
  const variables = [...text.matchAll(/\$\{env:(\w+)\}/g)].map(([, variable]) => variable);
  const set = containers(workload).flatMap(({ env = [] }) => env.map((one: Manifest) => one.name));
  return [
    ...collectorModelProblems(config),
    ...differences.map((id) => `${id} is not both defined and used`),
    ...Object.keys(connectors).flatMap((id) => (both.has(id) ? [] : [`${id} doesn't connect two pipelines`])),
    ...variables.flatMap((variable) => (set.includes(variable) ? [] : [`${variable} is not set`])),
  ];
}
