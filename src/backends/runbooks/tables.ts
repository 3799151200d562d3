// The tables of a runbook: what it covers, when it fires, whom to page.
import type { Arm, Plan, Receiver, ServicePlan } from "../../plan/plan.ts";
import { printDuration, printNumber } from "../../promql/print.ts";
import { type Coverage, type CoveredSlo, dashboardOf } from "./coverage.ts";
import { blocks, table } from "./markdown.ts";

function linked(text: string, url: string | undefined): string {
  return url === undefined ? text : `[${text}](${url})`;
}

function sloRow({ service, slo }: CoveredSlo, alert: string): readonly string[] {
  const name = linked(slo.id, dashboardOf(service, alert, slo.id));
  const objective = `${slo.objectiveText} over ${printDuration(slo.periodSeconds)}`;
  return [service.id, name, objective, slo.title, slo.badEvents, service.team];
}

/** The SLOs an alert burns for; their names link to the dashboard. */
export function sloTable({ slos }: Coverage, alert: string): string {
  const head = ["Service", "SLO", "Objective", "Goal", "What counts as bad", "Team"];
  return table(
    head,
    slos.map((covered) => sloRow(covered, alert)),
  );
}

function serviceRow(service: ServicePlan, alert: string): readonly string[] {
  const slos = service.slos.map(({ id }) => id).join(", ");
  return [
    linked(service.id, dashboardOf(service, alert)),
    service.description,
    slos,
    `\`${service.job}\``,
    service.team,
  ];
}

/** The services an alert watches; their names link to the dashboard. */
export function serviceTable({ services }: Coverage, alert: string): string {
  const head = ["Service", "What it does", "SLOs", "Job", "Team"];
  return table(
    head,
    services.map((service) => serviceRow(service, alert)),
  );
}

/** The guardrails an alert belongs to, and when each fires. */
export function guardrailTable({ services, guardrails }: Coverage, alert: string): string {
  const rows = guardrails.map(({ service: id, id: name, title, conditions, severity }) => {
    const service = services.find((one) => one.id === id);
    const link = service && dashboardOf(service, alert);
    return [id, linked(name, link), title, conditions.join("; "), severity, service?.team ?? ""];
  });
  return table(["Service", "Guardrail", "What it guards against", "Fires when", "Severity", "Team"], rows);
}

/** When alerts of the stack itself fire. */
export function platformTable({ platform }: Coverage): string {
  const rows = platform.map(({ id, condition, rule }) => [id, condition, rule.labels.severity, rule.labels.team]);
  return table(["Alert", "Fires when", "Severity", "Team"], rows);
}

function armRow(arm: Arm): readonly string[] {
  const windows = `${printDuration(arm.longSeconds)} and ${printDuration(arm.shortSeconds)}`;
  const threshold = `${printNumber(arm.threshold * 100)}%`;
  return [arm.name, arm.severity, windows, threshold, `${printNumber(arm.burnRate)}x`];
}

/** The arms of the SLOs, once for all SLOs that have the same. */
export function armTables({ slos }: Coverage): readonly string[] {
  const sharing = new Map<string, CoveredSlo[]>();
  for (const covered of slos.filter(({ slo }) => slo.arms.length > 0)) {
    const key = JSON.stringify(covered.slo.arms);
    sharing.set(key, [...(sharing.get(key) ?? []), covered]);
  }
  const head = ["Arm", "Severity", "Windows", "Bad share above", "Burn rate"];
  const tables = [...sharing.values()].map((group) => {
    const names = group.map(({ service, slo }) => `${service.id} / ${slo.id}`).join(", ");
    return blocks(`**${names}**`, table(head, (group[0]?.slo.arms ?? []).map(armRow)));
  });
  if (tables.length === 0) return [];
  return [
    "An arm fires while the share of bad events is above its threshold over both windows, and there are enough of them to be sure.",
    ...tables,
  ];
}

function reach(receiver: Receiver | undefined, name: string): string {
  switch (receiver?.kind) {
    case "slack":
      return `${name} (Slack ${receiver.channel})`;
    case "pagerduty":
      return `${name} (PagerDuty)`;
    case "email":
      return `${name} (mail to ${receiver.to})`;
    case "webhook":
      return `${name} (webhook)`;
    case undefined:
      return name;
  }
}

/** Who answers for what the alert covers, and where. */
export function pagingTable({ receivers }: Plan, { teams }: Coverage): string {
  const receiverOf = (name: string) =>
    reach(
      receivers.find((receiver) => receiver.name === name),
      name,
    );
  return table(
    ["Team", "Critical", "Warning"],
    teams.map(({ team, receivers: of }) => [team, receiverOf(of.critical), receiverOf(of.warning)]),
  );
}
