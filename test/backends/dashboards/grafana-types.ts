// What a dashboard's JSON has to be, in the SDK's own words. grafana-schema.ts reads this file and makes a JSON schema of it.
import type * as barchart from "@grafana/grafana-foundation-sdk/barchart";
import type * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import type * as gauge from "@grafana/grafana-foundation-sdk/gauge";
import type * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import type * as piechart from "@grafana/grafana-foundation-sdk/piechart";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import type * as table from "@grafana/grafana-foundation-sdk/table";
import type * as text from "@grafana/grafana-foundation-sdk/text";
import type * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

export interface GrafanaTypes {
  readonly dashboard: Dashboard;
  readonly query: Dataquery;
  /** By the panel's `type`: its `options`, and `custom` of its fields where it has some. */
  readonly panels: {
    readonly barchart: { readonly options: barchart.Options; readonly custom: barchart.FieldConfig };
    readonly bargauge: { readonly options: bargauge.Options };
    readonly gauge: { readonly options: gauge.Options };
    readonly heatmap: { readonly options: heatmap.Options; readonly custom: heatmap.FieldConfig };
    readonly piechart: { readonly options: piechart.Options; readonly custom: piechart.FieldConfig };
    readonly stat: { readonly options: stat.Options };
    /** The SDK's `disablePagination()` writes null. */
    readonly "state-timeline": {
      readonly options: Omit<statetimeline.Options, "perPage"> & { readonly perPage?: number | null };
      readonly custom: statetimeline.FieldConfig;
    };
    readonly table: { readonly options: table.Options; readonly custom: table.FieldConfig };
    readonly text: { readonly options: text.Options };
    readonly timeseries: { readonly options: timeseries.Options; readonly custom: timeseries.FieldConfig };
  };
}
