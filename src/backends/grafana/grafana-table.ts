// A table of ours to Grafana's: its queries are merged by their labels, and every column is named, ordered and formatted.
import * as common from "@grafana/grafana-foundation-sdk/common";
import type * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as table from "@grafana/grafana-foundation-sdk/table";
import type { Column, TablePanel } from "./dashboard.ts";
import { refId } from "./finalize.ts";
import { mappings, thresholdSteps, unitIds } from "./grafana-fields.ts";
import { buildTableQuery } from "./grafana-queries.ts";

type ValueColumn = Extract<Column, { expr: unknown }>;

const isValue = (column: Column): column is ValueColumn => "expr" in column;

export function buildTable({ columns, hide = [], sortBy }: TablePanel) {
  const values = columns.filter(isValue);
  const builder = new table.PanelBuilder()
    .unit(unitIds.number)
    .noValue("no data")
    .cellHeight(common.TableCellHeight.Sm)
    .withTransformation({ id: "merge", options: {} })
    .withTransformation({ id: "organize", options: organized(columns, values, hide) });
  for (const [index, { expr }] of values.entries())
    builder.withTarget(buildTableQuery({ expr, legend: "" }).refId(refId(index)));
  for (const column of columns) builder.overrideByName(column.title, propertiesOf(column));
  if (sortBy)
    builder.sortBy([new common.TableSortByFieldStateBuilder().displayName(sortBy.column).desc(sortBy.descending)]);
  return builder;
}

/** What Grafana calls the column before it is renamed. */
function fieldOf(column: Column, values: readonly ValueColumn[]): string {
  if (!isValue(column)) return column.label;
  return values.length === 1 ? "Value" : `Value #${refId(values.indexOf(column))}`;
}

function organized(columns: readonly Column[], values: readonly ValueColumn[], hide: readonly string[]) {
  const fields = columns.map((column, index) => ({ field: fieldOf(column, values), index, title: column.title }));
  return {
    excludeByName: Object.fromEntries(["Time", ...hide].map((field) => [field, true])),
    indexByName: Object.fromEntries(fields.map(({ field, index }) => [field, index])),
    renameByName: Object.fromEntries(fields.map(({ field, title }) => [field, title])),
  };
}

const cells = {
  bar: { type: common.TableCellDisplayMode.Gauge, mode: common.BarGaugeDisplayMode.Basic, valueDisplayMode: "text" },
  colored: { type: common.TableCellDisplayMode.ColorText },
} as const;

function propertiesOf(column: Column): grafana.DynamicConfigValue[] {
  const { width, link } = column;
  return [
    ...(width === undefined ? [] : [{ id: "custom.width", value: width }]),
    ...(link === undefined ? [] : [{ id: "links", value: [{ title: "Open", url: link }] }]),
    ...(isValue(column) ? valueProperties(column) : [{ id: "noValue", value: "–" }]),
  ];
}

function valueProperties({ unit, decimals, cell, min, max, steps = [], words = [], noValue }: ValueColumn) {
  return [
    { id: "unit", value: unitIds[unit] },
    ...(decimals === undefined ? [] : [{ id: "decimals", value: decimals }]),
    ...(min === undefined ? [] : [{ id: "min", value: min }]),
    ...(max === undefined ? [] : [{ id: "max", value: max }]),
    { id: "mappings", value: mappings(words, noValue) },
    ...(noValue === undefined ? [] : [{ id: "noValue", value: noValue }]),
    { id: "thresholds", value: { mode: "absolute", steps: thresholdSteps(steps) } },
    ...(cell
      ? [
          { id: "color", value: { mode: "thresholds" } },
          { id: "custom.cellOptions", value: cells[cell] },
        ]
      : []),
  ];
}
