// prometheus.yml for a drill: one app on this machine in place of the pods that Kubernetes would name.
import { stringify } from "yaml";
import type { Plan } from "../src/plan/plan.ts";
import { printDuration } from "../src/promql/print.ts";

export interface Scraping {
  /** Addresses of the app's processes. @example ["127.0.0.1:40123"] */
  readonly pods: readonly string[];
  readonly alertmanager: string;
  /** A glob of the generated rule files. */
  readonly rules: string;
}

/**
 * The text of prometheus.yml for a plan in scaled time. The one app stands in for a deployment of each service: each job keeps the series of
 * its own features, and those without a feature.
 */
export function prometheusConfig({ services, stack }: Plan, { pods, alertmanager, rules }: Scraping): string {
  const interval = printDuration(stack.scrapeIntervalSeconds);
  return stringify({
    global: {
      scrape_interval: interval,
      evaluation_interval: interval,
      scrape_timeout: interval,
    },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    scrape_configs: services.map(({ job, features }) => ({
      job_name: job,
      static_configs: [{ targets: pods }],
      metric_relabel_configs: [{ source_labels: ["feature"], regex: ["", ...features].join("|"), action: "keep" }],
    })),
  });
}
