// Queries of ours to Grafana's, and from where they are answered.
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import { print } from "../../promql/print.ts";
import type { Query } from "./dashboard.ts";

/** A variable and not a name or uid, so that the file fits every Grafana. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana resolves it.
export const dataSource = { type: "prometheus", uid: "${datasource}" };

export function buildQuery({ expr, legend, exemplars }: Query) {
  const builder = new prometheus.DataqueryBuilder()
    .datasource(dataSource)
    .expr(print(expr))
    .legendFormat(legend)
    .editorMode(prometheus.QueryEditorMode.Code);
  return exemplars ? builder.exemplar(true) : builder;
}

/** The latest values as rows. */
export function buildTableQuery(query: Query) {
  return buildQuery(query).instant().format(prometheus.PromQueryFormat.Table);
}

/** Buckets over time. */
export function buildHeatmapQuery(query: Query) {
  return buildQuery(query).range().format(prometheus.PromQueryFormat.Heatmap);
}
