// Panels of ours to Grafana's.
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as text from "@grafana/grafana-foundation-sdk/text";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import { printDuration } from "../../promql/print.ts";
import type {
  BarGaugePanel,
  DataPanel,
  HeatmapPanel,
  Panel,
  Query,
  StateTimelinePanel,
  StatPanel,
  TextPanel,
  TimeSeriesPanel,
} from "./dashboard.ts";
import { refId } from "./finalize.ts";
import { mappings, thresholds, unitIds } from "./grafana-fields.ts";
import { buildHeatmapQuery, buildQuery, dataSource } from "./grafana-queries.ts";
import { buildTable } from "./grafana-table.ts";
import type { Place } from "./layout.ts";

export function buildPanel(panel: Panel, place: Place) {
  switch (panel.kind) {
    case "text":
      return buildText(panel, place);
    case "stat":
      return begin(buildStat(panel), panel, place);
    case "bar-gauge":
      return begin(buildBarGauge(panel), panel, place);
    case "time-series":
      return begin(buildTimeSeries(panel), panel, place);
    case "table":
      return begin(buildTable(panel), panel, place);
    case "state-timeline":
      return begin(buildStateTimeline(panel), panel, place);
    case "heatmap":
      return begin(buildHeatmap(panel), panel, place);
  }
}

/** What the builders of all kinds of panels have. */
interface Builder {
  build(): grafana.Panel;
  title(title: string): unknown;
  description(description: string): unknown;
  datasource(source: typeof dataSource): unknown;
  gridPos(place: grafana.GridPos): unknown;
  timeFrom(range: string): unknown;
  interval(interval: string): unknown;
  maxDataPoints(points: number): unknown;
}

/** More points than these are finer than a screen. */
const mostPoints = 400;
/** Finer than most apps are scraped. */
const finestSeconds = 60;

function begin<B extends Builder>(builder: B, panel: DataPanel, place: Place): B {
  builder.title(panel.title);
  builder.description(panel.description);
  builder.datasource(dataSource);
  builder.gridPos({ ...place });
  builder.maxDataPoints(panel.maxDataPoints ?? mostPoints);
  if (panel.timeFrom !== undefined) builder.timeFrom(panel.timeFrom);
  builder.interval(printDuration(panel.intervalSeconds ?? finestSeconds));
  return builder;
}

const latest = () => new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]);
const byThresholds = () => new grafana.FieldColorBuilder().mode(grafana.FieldColorModeId.Thresholds);

function buildStat({ queries, unit, decimals, steps = [], words = [], noValue = "no data" }: StatPanel) {
  const builder = new stat.PanelBuilder()
    .unit(unitIds[unit])
    .noValue(noValue)
    .mappings(mappings(words))
    .colorScheme(byThresholds())
    .thresholds(thresholds(steps))
    .colorMode(common.BigValueColorMode.Value)
    .graphMode(common.BigValueGraphMode.None)
    .textMode(queries.length > 1 ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Value)
    .reduceOptions(latest());
  if (decimals !== undefined) builder.decimals(decimals);
  for (const query of queries) builder.withTarget(buildQuery(query).instant());
  return builder;
}

function buildBarGauge({ queries, steps }: BarGaugePanel) {
  const builder = new bargauge.PanelBuilder()
    .unit(unitIds.share)
    .decimals(1)
    .min(0)
    .max(1)
    .noValue("no data")
    .mappings(mappings([]))
    .colorScheme(byThresholds())
    .thresholds(thresholds(steps))
    .orientation(common.VizOrientation.Horizontal)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .reduceOptions(latest());
  for (const query of queries) builder.withTarget(buildQuery(query).instant());
  return builder;
}

const dashedLine = [
  { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
  { id: "custom.lineWidth", value: 1 },
  { id: "custom.fillOpacity", value: 0 },
  { id: "custom.showPoints", value: "never" },
  { id: "custom.drawStyle", value: "line" },
  { id: "custom.stacking", value: { mode: "none", group: "A" } },
];

function overridesOf({ dashed, color }: Query): grafana.DynamicConfigValue[] {
  return [
    ...(dashed ? dashedLine : []),
    ...(color ? [{ id: "color", value: { mode: grafana.FieldColorModeId.Fixed, fixedColor: color } }] : []),
  ];
}

function addRangeQueries(builder: timeseries.PanelBuilder, queries: readonly Query[]): void {
  for (const [index, query] of queries.entries()) {
    builder.withTarget(buildQuery(query).refId(refId(index)).range());
    const overrides = overridesOf(query);
    if (overrides.length > 0) builder.overrideByQuery(refId(index), overrides);
  }
}

const fills = { lines: 0, areas: 20, bars: 70 } as const;

function buildTimeSeries(panel: TimeSeriesPanel) {
  const { style = "lines", stacked = false, limits = [] } = panel;
  const builder = new timeseries.PanelBuilder()
    .unit(unitIds[panel.unit])
    .noValue("no data")
    .drawStyle(style === "bars" ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .lineWidth(style === "bars" ? 0 : 2)
    .fillOpacity(fills[style])
    .showPoints(common.VisibilityMode.Auto)
    .spanNulls(false)
    .stacking(
      new common.StackingConfigBuilder()
        .mode(stacked ? common.StackingMode.Normal : common.StackingMode.None)
        .group("A"),
    )
    .legend(legend(panel.legend))
    .tooltip(
      new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
    );
  if (panel.decimals !== undefined) builder.decimals(panel.decimals);
  if (panel.min !== undefined) builder.min(panel.min);
  if (panel.max !== undefined) builder.max(panel.max);
  if (panel.softMax !== undefined) builder.axisSoftMax(panel.softMax);
  if (panel.logarithmic)
    builder.scaleDistribution(
      new common.ScaleDistributionConfigBuilder().type(common.ScaleDistribution.Symlog).log(10).linearThreshold(1),
    );
  if (limits.length > 0)
    builder
      .thresholds(thresholds(limits))
      .thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed));
  addRangeQueries(builder, panel.queries);
  return builder;
}

function legend(place: TimeSeriesPanel["legend"] = "below") {
  return new common.VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(common.LegendDisplayMode.List)
    .placement(place === "below" ? common.LegendPlacement.Bottom : common.LegendPlacement.Right)
    .calcs([]);
}

function buildStateTimeline({ queries, words }: StateTimelinePanel) {
  const builder = new statetimeline.PanelBuilder()
    .unit(unitIds.number)
    .noValue("no data")
    .mappings(mappings(words))
    .colorScheme(byThresholds())
    .thresholds(thresholds([]))
    .mergeValues(true)
    .showValue(common.VisibilityMode.Never)
    .rowHeight(0.8)
    .fillOpacity(80)
    .lineWidth(0)
    .spanNulls(false)
    .disablePagination()
    .legend(legend())
    .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Single).sort(common.SortOrder.None));
  for (const query of queries) builder.withTarget(buildQuery(query).range());
  return builder;
}

function buildHeatmap({ queries, unit }: HeatmapPanel) {
  const builder = new heatmap.PanelBuilder()
    .calculate(false)
    .color({
      build: () => ({
        ...heatmap.defaultHeatmapColorOptions(),
        mode: heatmap.HeatmapColorMode.Scheme,
        scheme: "Oranges",
        steps: 64,
      }),
    })
    .filterValues({ build: () => ({ le: 1e-9 }) })
    .yAxis({ build: () => ({ unit: unitIds[unit], axisPlacement: common.AxisPlacement.Left }) })
    .rowsFrame({ build: () => ({ layout: common.HeatmapCellLayout.Auto }) })
    .cellGap(1)
    .showLegend()
    .tooltip({ build: () => ({ mode: common.TooltipDisplayMode.Single, yHistogram: true, showColorScale: false }) });
  for (const query of queries) builder.withTarget(buildHeatmapQuery(query));
  return builder;
}

function buildText({ title, markdown }: TextPanel, place: Place) {
  return new text.PanelBuilder()
    .title(title)
    .gridPos({ ...place })
    .mode(text.TextMode.Markdown)
    .content(markdown);
}
