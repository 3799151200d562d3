// A dashboard of ours to Grafana's. All that is known of the SDK is here, so that another could take its place.
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import * as units from "@grafana/grafana-foundation-sdk/units";
import { print } from "../../promql/print.ts";
import type { BarGaugePanel, ColorStep, Dashboard, Panel, Query, TimeSeriesPanel } from "./dashboard.ts";
import { refId } from "./finalize.ts";

/** A variable and not a name or uid, so that the file fits every Grafana. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana resolves it.
const dataSource = { type: "prometheus", uid: "${datasource}" };

/** The classic (v1) model, which Grafana 10 to 13 read from files. To be finalized: the builder leaves traps in it. */
export function buildDashboard(dashboard: Dashboard): grafana.Dashboard {
  const builder = new grafana.DashboardBuilder(dashboard.title)
    .uid(dashboard.uid)
    .description(dashboard.description)
    .tags([...dashboard.tags])
    .readonly()
    .tooltip(grafana.DashboardCursorSync.Crosshair)
    .time({ from: "now-24h", to: "now" })
    .refresh("1m")
    .timezone("browser")
    .withVariable(new grafana.DatasourceVariableBuilder("datasource").label("Data source").type("prometheus"))
    .link(
      new grafana.DashboardLinkBuilder("LLM SLO dashboards")
        .type(grafana.DashboardLinkType.Dashboards)
        .tags(["llm-slo"])
        .asDropdown(true)
        .includeVars(true)
        .keepTime(true),
    );
  for (const panel of dashboard.panels) builder.withPanel(buildPanel(panel));
  return builder.build();
}

function buildPanel(panel: Panel) {
  switch (panel.kind) {
    case "bar-gauge":
      return buildBarGauge(panel);
    case "time-series":
      return buildTimeSeries(panel);
  }
}

function buildBarGauge(panel: BarGaugePanel) {
  const builder = new bargauge.PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(dataSource)
    .span(panel.width)
    .height(panel.height)
    .unit(units.PercentUnit)
    .decimals(1)
    .min(0)
    .max(1)
    .noValue("no data")
    .mappings([noDataMapping])
    .colorScheme(new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.Thresholds))
    .thresholds(thresholds(panel.steps))
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]));
  for (const query of panel.queries) builder.withTarget(buildQuery(query).instant());
  return builder;
}

function buildTimeSeries(panel: TimeSeriesPanel) {
  const builder = new timeseries.PanelBuilder()
    .title(panel.title)
    .description(panel.description)
    .datasource(dataSource)
    .span(panel.width)
    .height(panel.height)
    .unit(units.PercentUnit)
    .min(0)
    .noValue("no data")
    .lineWidth(2)
    .showPoints(common.VisibilityMode.Never)
    .spanNulls(false)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.List)
        .placement(common.LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  for (const [index, query] of panel.queries.entries()) {
    builder.withTarget(buildQuery(query).refId(refId(index)).range());
    if (query.dashed) builder.overrideByQuery(refId(index), dashedLine);
  }
  return builder;
}

function buildQuery({ expr, legend }: Query) {
  return new prometheus.DataqueryBuilder()
    .datasource(dataSource)
    .expr(print(expr))
    .legendFormat(legend)
    .editorMode(prometheus.QueryEditorMode.Code);
}

const dashedLine = [
  { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
  { id: "custom.lineWidth", value: 1 },
];

const noDataMapping: grafana.SpecialValueMap = {
  type: grafana.MappingType.SpecialValue,
  options: { match: grafana.SpecialValueMatch.NullAndNan, result: { text: "no data", color: "text", index: 0 } },
};

/** The base is neutral, since Grafana gives it to missing values. */
function thresholds(steps: readonly ColorStep[]) {
  return new grafana.ThresholdsConfigBuilder()
    .mode(grafana.ThresholdsMode.Absolute)
    .steps([{ value: null, color: "text" }, ...steps.map(({ from, color }) => ({ value: from, color }))]);
}
