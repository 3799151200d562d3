// A dashboard's JSON against a JSON schema that is made of the SDK's types: unknown and missing fields, and values of another type.
import { resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { createGenerator } from "ts-json-schema-generator";
import type { Dashboard, Panel } from "./dashboards.ts";
import type { GrafanaTypes } from "./grafana-types.ts";

interface ObjectSchema {
  readonly properties: Readonly<Record<string, ObjectSchema>>;
}

const schema = createGenerator({
  path: resolve(import.meta.dirname, "grafana-types.ts"),
  tsconfig: resolve(import.meta.dirname, "../../../tsconfig.json"),
  type: "GrafanaTypes" satisfies keyof { GrafanaTypes: GrafanaTypes },
  functions: "hide",
  expose: "none",
  topRef: false,
  skipTypeCheck: true,
  additionalProperties: false,
}).createSchema("GrafanaTypes");

/** An interface without fields, such as that of any data source's query, is any object. */
const withOpenObjects: typeof schema = JSON.parse(JSON.stringify(schema), (_, value) =>
  value?.type === "object" && value.additionalProperties === false && !value.properties ? { type: "object" } : value,
);
const { definitions } = withOpenObjects;
const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true });

function compile(part: ObjectSchema | undefined): ValidateFunction {
  return ajv.compile({ ...part, definitions });
}

const { dashboard, query, panels } = (withOpenObjects as unknown as ObjectSchema).properties;
const isDashboard = compile(dashboard);
const isQuery = compile(query);
const panelSchemas = new Map(
  Object.entries(panels?.properties ?? {}).map(([type, { properties }]) => [
    type,
    { isOptions: compile(properties.options), isCustom: properties.custom && compile(properties.custom) },
  ]),
);

function problemsOf(valid: ValidateFunction, value: unknown, where: string): readonly string[] {
  if (valid(value)) return [];
  return (valid.errors ?? []).map(
    ({ instancePath, message, params }) => `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function panelProblems(panel: Panel): readonly string[] {
  const { type, title, options, targets = [], fieldConfig } = panel;
  if (type === "row") return [];
  const kind = panelSchemas.get(type);
  if (!kind) return [`${title}: no schema of panels of type ${type}; add it to grafana-types.ts`];
  const custom = fieldConfig?.defaults?.custom;
  return [
    ...problemsOf(kind.isOptions, options ?? {}, `${title}/options`),
    ...targets.flatMap((target) => problemsOf(isQuery, target, `${title}/${target.refId}`)),
    ...(custom && kind.isCustom ? problemsOf(kind.isCustom, custom, `${title}/custom`) : []),
    ...(custom && !kind.isCustom ? [`${title}/custom: panels of type ${type} have none`] : []),
  ];
}

/** What a dashboard has that Grafana's types don't, or lacks. */
export function schemaProblems(dashboard: Dashboard, panels: readonly Panel[]): readonly string[] {
  return [...problemsOf(isDashboard, dashboard, dashboard.title), ...panels.flatMap(panelProblems)];
}
