// A dashboard of ours to Grafana's. All that is known of the SDK is in the grafana-*.ts files, so that another could take its place.
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import { print } from "../../promql/print.ts";
import type { Annotation, Dashboard, Row, Variable } from "./dashboard.ts";
import { buildPanel } from "./grafana-panels.ts";
import { buildQuery, dataSource } from "./grafana-queries.ts";
import { layOut, type PlacedRow } from "./layout.ts";

/** The classic (v1) model, which Grafana 10 to 13 read from files. To be finalized: the builder leaves traps in it. */
export function buildDashboard(dashboard: Dashboard): grafana.Dashboard {
  const builder = new grafana.DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(dashboard.description)
    .tags([...dashboard.tags])
    .readonly()
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .time({ from: dashboard.from, to: "now" })
    .refresh("1m")
    .timezone("browser")
    .withVariable(new grafana.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"))
    .annotation(ownAnnotations())
    .link(linkToOthers(dashboard.tags[0]));
  for (const variable of dashboard.variables) builder.withVariable(buildVariable(variable));
  for (const annotation of dashboard.annotations) builder.annotation(buildAnnotation(annotation));
  const rows = dashboard.rows.filter(({ panels }) => panels.length > 0);
  for (const [index, placed] of layOut(rows).entries()) addRow(builder, rows[index], placed);
  return builder.build();
}

function linkToOthers(tag: string) {
  return new grafana.DashboardLinkBuilder("All dashboards")
    .type(grafana.DashboardLinkType.Dashboards)
    .tags([tag])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}

function addRow(builder: grafana.DashboardBuilder, row: Row | undefined, { heading, panels }: PlacedRow): void {
  const built = panels.map(({ panel, place }) => buildPanel(panel, place));
  const inside = row?.collapsed ?? false;
  if (heading) {
    const rowBuilder = new grafana.RowBuilder(row?.title ?? "").gridPos(heading).collapsed(inside);
    if (inside) for (const panel of built) rowBuilder.withPanel(panel);
    builder.withRow(rowBuilder);
  }
  if (!inside) for (const panel of built) builder.withPanel(panel);
}

const all: grafana.VariableOption = { selected: true, text: ["All"], value: ["$__all"] };

function buildVariable(variable: Variable) {
  switch (variable.kind) {
    case "values":
      return new grafana.CustomVariableBuilder(variable.name)
        .label(variable.label)
        .values(variable.values.join(","))
        .multi(true)
        .includeAll(true)
        .allValue(variable.all)
        .current(all);
    case "label": {
      const builder = new grafana.QueryVariableBuilder(variable.name)
        .label(variable.label)
        .datasource(dataSource)
        .query(`label_values(${print(variable.of)}, ${variable.read})`)
        .refresh(grafana.VariableRefresh.OnTimeRangeChanged)
        .sort(grafana.VariableSort.AlphabeticalAsc);
      if (variable.multi) builder.multi(true).includeAll(true).allValue(".*").current(all);
      if (variable.hidden) builder.hide(grafana.VariableHide.HideVariable);
      return builder;
    }
  }
}

/** What people write on graphs themselves. Grafana would add it. */
function ownAnnotations() {
  return new grafana.AnnotationQueryBuilder()
    .name("Annotations & Alerts")
    .datasource({ type: "grafana", uid: "-- Grafana --" })
    .enable(true)
    .hide(true)
    .iconColor("rgba(0, 211, 255, 1)")
    .type("dashboard")
    .builtIn(1);
}

const annotationStep = "60s";

function buildAnnotation({ name, expr, title, text, color }: Annotation) {
  return new grafana.AnnotationQueryBuilder()
    .name(name)
    .datasource(dataSource)
    .enable(true)
    .iconColor(color)
    .expr(print(expr))
    .step(annotationStep)
    .titleFormat(title)
    .textFormat(text)
    .target(buildQuery({ expr, legend: "" }).refId("Anno").interval(annotationStep).range());
}
