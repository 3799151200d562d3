// What dashboards may read besides the contract and recorded series: metrics of the stack's components, by who exports them.

/** Metric names, by exporter. Each is written down where its `source` says. */
export const exporterMetrics: readonly { readonly source: string; readonly metrics: readonly string[] }[] = [
  {
    source:
      "https://prometheus.io/docs/concepts/jobs_instances/ and https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/",
    metrics: ["up", "ALERTS", "ALERTS_FOR_STATE"],
  },
];
