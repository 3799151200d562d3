// Alerts on dashboards: what fires now, and the states of SLOs that follow from it.
import { and, max, mul, select } from "../../promql/build.ts";
import type { StateTimelinePanel, TablePanel } from "./dashboard.ts";
import { firing, type Labels, sloStateOverTime, stateWords } from "./slo-queries.ts";

type Size = Pick<StateTimelinePanel, "width" | "height" | "maxDataPoints">;

const labels = ["severity", "alertname", "service", "slo", "arm", "team", "category"] as const;

/** Those that fire, and since when: the time at which each became active. */
export function alertsTable(of: Labels, width: number): TablePanel {
  const identity = [...labels];
  const since = max(select("ALERTS_FOR_STATE", of), identity);
  const expr = mul(and(since, max(firing(of), identity), identity), 1_000);
  return {
    kind: "table",
    title: "Alerts that fire",
    description:
      'Alerts that fire now, and since when their condition holds. "No data" in place of a table means that none fires. What they mean is in their runbooks, which messages link to.',
    columns: [
      ...labels.map((label) => ({ title: titles[label], label, width: label === "alertname" ? 280 : 120 })),
      { title: "Since", expr, unit: "since" as const },
    ],
    sortBy: { column: "Severity", descending: false },
    width,
    height: 8,
  };
}

const titles: Readonly<Record<(typeof labels)[number], string>> = {
  severity: "Severity",
  alertname: "Alert",
  service: "Service",
  slo: "SLO",
  arm: "Arm",
  team: "Team",
  category: "Category",
};

/** The state of each SLO over time. */
export function statesPanel(of: Labels, legend: string, size: Size): StateTimelinePanel {
  return {
    kind: "state-timeline",
    title: "States",
    description:
      "The state of each SLO over time. Burning: a burn-rate alert fired within that time. Exhausted: no error budget was left. No data: it was not measured. " +
      "A gap: no rules were evaluated.",
    queries: [{ expr: sloStateOverTime(of), legend }],
    words: stateWords,
    ...size,
  };
}
