// Units, colours and names: a panel's field configuration applied to its frames, by Grafana's own code.
import {
  applyFieldOverrides,
  type DataFrame,
  type Field,
  FieldConfigOptionsRegistry,
  type FieldConfigPropertyItem,
  type FieldConfigSource,
} from "@grafana/data";
import type { Panel } from "../../test/backends/dashboards/dashboards.ts";
import { theme } from "./theme.ts";

/** What Grafana's editor offers for all panels; those of each kind are read off the panel. */
const properties = [
  "color",
  "decimals",
  "displayName",
  "links",
  "mappings",
  "max",
  "min",
  "noValue",
  "thresholds",
  "unit",
];

const editor = () => null;

function property(id: string): FieldConfigPropertyItem {
  const isCustom = id.startsWith("custom.");
  const path = id.replace("custom.", "");
  const process = (value: unknown) => value;
  return { id, path, name: path, isCustom, editor, override: editor, process, shouldApply: () => true };
}

/** Numbers can't be -Infinity in JSON, so that the base of thresholds is null there. */
const withBase = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (key, part) =>
    key === "steps" && Array.isArray(part)
      ? part.map((step) => (step.value === null ? { ...step, value: Number.NEGATIVE_INFINITY } : step))
      : part,
  );

export function fieldConfigOf({ fieldConfig, type }: Panel): FieldConfigSource {
  const { defaults = {}, overrides = [] } = fieldConfig ?? {};
  const color = { mode: type === "timeseries" ? "palette-classic" : "thresholds" };
  return withBase({ defaults: { color, ...defaults }, overrides }) as FieldConfigSource;
}

/** Frames whose fields know how to show their values. */
export function withFieldConfig(panel: Panel, data: DataFrame[]): DataFrame[] {
  const fieldConfig = fieldConfigOf(panel);
  const ids = fieldConfig.overrides.flatMap((override) => override.properties.map(({ id }) => id));
  const custom = Object.keys(fieldConfig.defaults.custom ?? {}).map((name) => `custom.${name}`);
  const registry = new FieldConfigOptionsRegistry(() => [...new Set([...properties, ...custom, ...ids])].map(property));
  return applyFieldOverrides({
    data,
    fieldConfig,
    fieldConfigRegistry: registry,
    replaceVariables: (text) => text,
    theme,
    timeZone: "utc",
  });
}

/** The field of numbers in a frame of one series. */
export const valuesOf = (frame: DataFrame): Field | undefined => frame.fields.find(({ type }) => type === "number");
export const timesOf = (frame: DataFrame): readonly number[] =>
  frame.fields.find(({ type }) => type === "time")?.values ?? [];
