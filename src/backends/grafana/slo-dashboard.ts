// The details of one SLO, chosen by service and SLO: how it is now, where its budget went, why.
import { dashboardNames, dashboardUid, identityLabels, ratioRecord, records } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { call, max, mul, or, select, sub, sum } from "../../promql/build.ts";
import { serviceAnnotations } from "./annotations.ts";
import { chosen, of, one } from "./chosen-slo.ts";
import type { Dashboard, Panel } from "./dashboard.ts";
import { budgetRow } from "./slo-budget-row.ts";
import { burnRow } from "./slo-burn-row.ts";
import { nowPanels } from "./slo-now.ts";
import { firing, overStep, sloStateOverTime, stateWords } from "./slo-queries.ts";

const hour = 3_600;

export function sloDashboard(plan: Plan): Dashboard {
  const { uidPrefix, titlePrefix } = plan.stack.dashboards;
  return {
    uid: dashboardUid(uidPrefix, dashboardNames.slo),
    title: `${titlePrefix} / SLO details`,
    description: "One SLO: how it is now, where its error budget went, how fast it goes, and which events are bad.",
    tags: [uidPrefix, "slo"],
    from: "now-24h",
    variables: [
      { kind: "label", name: "service", label: "Service", of: select(records.objective), read: "service" },
      { kind: "label", name: "slo", label: "SLO", of: select(records.objective, { service: "$service" }), read: "slo" },
      { kind: "label", name: "period", label: "Period", of: of(records.info), read: "period", hidden: true },
    ],
    annotations: serviceAnnotations(plan, { id: "$service" }),
    rows: [
      { panels: nowPanels(plan) },
      { title: "Error budget", panels: budgetRow(plan) },
      { title: "Burn rates", panels: burnRow(plan) },
      { title: "Events", panels: events() },
      { title: "Alerts", panels: history() },
    ],
  };
}

function events(): readonly Panel[] {
  const perMinute = (expr: Expr) => mul(max(expr, identityLabels), 60);
  const good = call("clamp_min", sub(of(records.total), of(records.bad), identityLabels), { kind: "number", value: 0 });
  return [
    {
      kind: "time-series",
      title: "Events per minute",
      description: "Good and bad events, one on top of the other, averaged over 5 minutes. A gap: none were recorded.",
      queries: [
        { expr: perMinute(of(records.bad)), legend: "bad", color: "red" },
        { expr: perMinute(good), legend: "good", color: "green" },
      ],
      unit: "number",
      style: "areas",
      stacked: true,
      min: 0,
      width: 12,
      height: 9,
    },
    {
      kind: "time-series",
      title: "Bad share of events",
      description:
        "The share of events that were bad, over 5 minutes and over an hour. The dashed line is what the objective allows. A gap: no events were recorded.",
      queries: [
        { expr: one(ratioRecord(300)), legend: "5m" },
        { expr: one(ratioRecord(hour)), legend: "1h" },
        { expr: one(records.budget), legend: "allowed", dashed: true, color: "red" },
      ],
      unit: "share",
      min: 0,
      width: 12,
      height: 9,
    },
    {
      kind: "time-series",
      title: "Failed requests per minute, by reason",
      description:
        "Requests of the service that did not succeed, by the kind of error. Not each of them is a bad event of this SLO. A gap: its source tells of none.",
      queries: [
        { expr: mul(sum(select(records.failed, { service: chosen.service }), ["reason"]), 60), legend: "{{reason}}" },
      ],
      unit: "number",
      style: "areas",
      stacked: true,
      min: 0,
      legend: "beside",
      intervalSeconds: 300,
      width: 24,
      height: 8,
    },
  ];
}

const string = (value: string) => ({ kind: "string", value }) as const;

function history(): readonly Panel[] {
  const fired = (severity: string, value: number): Expr =>
    mul(max(call("max_over_time", overStep(firing({ ...chosen, severity }))), ["alertname", "arm"]), value);
  // Alerts that aren't an arm's have no such label.
  const alerts = call(
    "label_join",
    or(fired("critical", 5), fired("warning", 4)),
    ...["alert", " ", "alertname", "arm"].map(string),
  );
  return [
    {
      kind: "state-timeline",
      title: "State and alerts over time",
      description:
        "The SLO's state, and each of its alerts while it fired. A line that isn't there is an alert that didn't fire; a gap in the state: no rules were evaluated.",
      queries: [
        { expr: sloStateOverTime(chosen), legend: "state" },
        { expr: alerts, legend: "{{alert}}" },
      ],
      words: [
        ...stateWords,
        { value: 4, text: "warning", color: "yellow" },
        { value: 5, text: "critical", color: "red" },
      ],
      width: 24,
      height: 8,
    },
  ];
}
