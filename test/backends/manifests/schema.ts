// Objects against the types of Kubernetes 1.28, which cdk8s-plus-28 carries, and against the forms that types don't say.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { operatorProblems } from "./operator-model.ts";

interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: "array" | "map"; readonly elementtype: TypeReference };
}

interface Type {
  readonly kind: "interface" | "class" | "enum";
  readonly properties?: readonly {
    readonly name: string;
    readonly optional?: boolean;
    readonly type: TypeReference;
    readonly docs?: { readonly custom?: { readonly schema?: string } };
  }[];
}

const folder = dirname(createRequire(import.meta.url).resolve("cdk8s-plus-28/package.json"));
const { types }: { readonly types: Readonly<Record<string, Type>> } = JSON.parse(
  readFileSync(join(folder, ".jsii"), "utf8"),
);
const prefix = "cdk8s-plus-28.k8s.";

interface Field {
  readonly required: boolean;
  readonly type: TypeReference;
}

/** Fields by the names that the API server knows; the library has its own spelling of some. */
function fieldsOf(fqn: string): ReadonlyMap<string, Field> {
  const found = cache.get(fqn);
  if (found) return found;
  const properties = types[fqn]?.properties ?? [];
  const fields = new Map(
    properties.map(({ name, optional, type, docs }) => [
      docs?.custom?.schema?.split("#")[1] ?? name,
      { required: optional !== true, type },
    ]),
  );
  cache.set(fqn, fields);
  return fields;
}
const cache = new Map<string, ReadonlyMap<string, Field>>();

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const portNumber = /^([1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d{2}|655[0-2]\d|6553[0-5])$/;
const protocol = /^(TCP|UDP|SCTP)$/;
const quantity = /^\d+(\.\d+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$/;

/** What the server asks of the values of a field, by type and field. */
const forms: Readonly<Record<string, RegExp>> = {
  "Container.imagePullPolicy": /^(Always|IfNotPresent|Never)$/,
  "Container.name": dnsLabel,
  "ContainerPort.containerPort": portNumber,
  "ContainerPort.name": /^(?=.{1,15}$)(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/,
  "ContainerPort.protocol": protocol,
  "DaemonSetUpdateStrategy.type": /^(RollingUpdate|OnDelete)$/,
  "DeploymentStrategy.type": /^(RollingUpdate|Recreate)$/,
  "EmptyDirVolumeSource.medium": /^(|Memory)$/,
  "EnvVar.name": /^[A-Za-z_][A-Za-z0-9_]*$/,
  "HostPathVolumeSource.type": /^(|Directory|DirectoryOrCreate|File|FileOrCreate|Socket|CharDevice|BlockDevice)$/,
  "NetworkPolicyPort.protocol": protocol,
  "NetworkPolicySpec.policyTypes": /^(Ingress|Egress)$/,
  "PersistentVolumeClaimSpec.accessModes": /^(ReadWriteOnce|ReadOnlyMany|ReadWriteMany|ReadWriteOncePod)$/,
  "PodSecurityContext.fsGroupChangePolicy": /^(OnRootMismatch|Always)$/,
  "RoleRef.kind": /^(Role|ClusterRole)$/,
  "SeccompProfile.type": /^(RuntimeDefault|Localhost|Unconfined)$/,
  "ServicePort.name": dnsLabel,
  "ServicePort.port": portNumber,
  "ServicePort.protocol": protocol,
  "StatefulSetSpec.podManagementPolicy": /^(OrderedReady|Parallel)$/,
  "Subject.kind": /^(ServiceAccount|User|Group)$/,
  "Toleration.effect": /^(NoSchedule|PreferNoSchedule|NoExecute)$/,
  "Toleration.operator": /^(Exists|Equal)$/,
  "TopologySpreadConstraint.whenUnsatisfiable": /^(ScheduleAnyway|DoNotSchedule)$/,
  "Volume.name": dnsLabel,
};

/** Keys and values of labels, and keys of files. */
const keyForms: Readonly<Record<string, { readonly key: RegExp; readonly value?: RegExp }>> = {
  labels: labelForm(),
  matchLabels: labelForm(),
  nodeSelector: labelForm(),
  data: { key: /^[-._a-zA-Z0-9]{1,253}$/ },
  stringData: { key: /^[-._a-zA-Z0-9]{1,253}$/ },
};

function labelForm() {
  return {
    key: /^([a-z0-9.-]{1,253}\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/,
    value: /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/,
  };
}

/** What is wrong with an object; empty where nothing is. */
export function schemaProblems(object: Readonly<Record<string, unknown>>): readonly string[] {
  const { apiVersion, kind, ...rest } = object;
  const ofOperator = operatorProblems(object);
  if (ofOperator) return ofOperator;
  const fqn = `${prefix}Kube${kind}Props`;
  if (!types[fqn]) return [`${apiVersion} ${kind} is no kind of Kubernetes`];
  return objectProblems(rest, fqn, String(kind));
}

function objectProblems(value: object, fqn: string, path: string): readonly string[] {
  const fields = fieldsOf(fqn);
  const missing = [...fields].filter(([name, { required }]) => required && !(name in value));
  return [
    ...missing.map(([name]) => `${path}: ${name} is missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const field = fields.get(name);
      if (!field) return [`${path}: unknown field ${name}`];
      return [
        ...valueProblems(item, field.type, `${path}.${name}`),
        ...formProblems(item, `${fqn.slice(prefix.length)}.${name}`, `${path}.${name}`),
        ...mapProblems(item, name, `${path}.${name}`),
      ];
    }),
  ];
}

function formProblems(value: unknown, field: string, path: string): readonly string[] {
  const form = forms[field];
  const values = Array.isArray(value) ? value : [value];
  return form ? values.filter((one) => !form.test(String(one))).map((one) => `${path}: ${one} is not allowed`) : [];
}

function mapProblems(value: unknown, name: string, path: string): readonly string[] {
  const form = keyForms[name];
  if (!form || typeof value !== "object" || value === null) return [];
  const bad = Object.entries(value).filter(
    ([key, text]) => !form.key.test(key) || form.value?.test(String(text)) === false,
  );
  return bad.map(([key, text]) => `${path}: ${key}=${text} is not allowed`);
}

function valueProblems(value: unknown, type: TypeReference, path: string): readonly string[] {
  const { collection, primitive, fqn } = type;
  if (primitive === "any" || primitive === "json") return [];
  if (primitive) return typeof value === primitive ? [] : [`${path}: ${JSON.stringify(value)} is not a ${primitive}`];
  if (collection?.kind === "array")
    return Array.isArray(value)
      ? value.flatMap((item, index) => valueProblems(item, collection.elementtype, `${path}[${index}]`))
      : [`${path} is not a list`];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return scalarProblems(value, fqn, path);
  if (collection)
    return Object.entries(value).flatMap(([key, item]) =>
      valueProblems(item, collection.elementtype, `${path}.${key}`),
    );
  return objectProblems(value, fqn ?? "", path);
}

/** Quantities, and what is a number or a name. */
function scalarProblems(value: unknown, fqn: string | undefined, path: string): readonly string[] {
  if (types[fqn ?? ""]?.kind === "interface" || !["string", "number"].includes(typeof value))
    return [`${path} is not an object`];
  return fqn === `${prefix}Quantity` && !quantity.test(String(value)) ? [`${path}: ${value} is not a quantity`] : [];
}
