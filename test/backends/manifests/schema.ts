// Objects against the types of Kubernetes 1.28, which cdk8s-plus-28 carries: unknown and missing fields, and values of another type.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

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

/** What is wrong with an object; empty where nothing is. Kinds of operators aren't known here. */
export function schemaProblems(object: Readonly<Record<string, unknown>>): readonly string[] {
  const { apiVersion, kind, ...rest } = object;
  if (/^(monitoring\.coreos\.com|external-secrets\.io)\//.test(String(apiVersion))) return [];
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
      return field ? valueProblems(item, field.type, `${path}.${name}`) : [`${path}: unknown field ${name}`];
    }),
  ];
}

function valueProblems(value: unknown, type: TypeReference, path: string): readonly string[] {
  const { collection, primitive, fqn } = type;
  if (primitive === "any" || primitive === "json") return [];
  if (primitive) return typeof value === primitive ? [] : [`${path}: ${JSON.stringify(value)} is not a ${primitive}`];
  if (collection?.kind === "array")
    return Array.isArray(value)
      ? value.flatMap((item, index) => valueProblems(item, collection.elementtype, `${path}[${index}]`))
      : [`${path} is not a list`];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const scalar = types[fqn ?? ""]?.kind !== "interface" && ["string", "number"].includes(typeof value);
    return scalar ? [] : [`${path} is not an object`];
  }
  if (collection)
    return Object.entries(value).flatMap(([key, item]) =>
      valueProblems(item, collection.elementtype, `${path}.${key}`),
    );
  return objectProblems(value, fqn ?? "", path);
}
