// Whom an alert reaches, and whom to call next.
import type { Plan, Receiver } from "../../plan/plan.ts";
import { receiversOf, waits } from "../../plan/receivers.ts";
import type { Subject } from "./coverage.ts";
import { blocks, table } from "./markdown.ts";

function reach(receiver: Receiver | undefined, name: string): string {
  switch (receiver?.kind) {
    case "slack":
      return `${name} (Slack ${receiver.channel})`;
    case "pagerduty":
      return `${name} (PagerDuty)`;
    case "email":
      return `${name} (mail to ${receiver.to})`;
    case "webhook":
    case "heartbeat":
      return `${name} (webhook)`;
    case "opsgenie":
      return `${name} (Opsgenie)`;
    case "msteams":
      return `${name} (Microsoft Teams)`;
    case "nobody":
    case undefined:
      return name;
  }
}

/** Who hears of it at each severity, and who is next. */
export function escalation(plan: Plan, { service, alerts }: Subject): string {
  const nameOf = (name: string) =>
    reach(
      plan.receivers.find((receiver) => receiver.name === name),
      name,
    );
  const bySeverity = new Map(alerts.map((rule) => [rule.labels.severity, rule]));
  const rows = [...bySeverity].map(([severity, rule]) => [
    severity,
    receiversOf(plan, rule).map(nameOf).join(", "),
    waits(plan, rule) ? "in business hours" : "at any time",
  ]);
  const [owner = ""] = alerts.map(({ labels }) => labels.team);
  const pager = plan.teams.find(({ team }) => team === owner)?.receivers.critical ?? plan.defaultReceiver;
  return blocks(
    table(["Severity", "Goes to", "When"], rows),
    `The team ${owner} answers for ${service?.id ?? "the stack"}. Where nobody answers, or it gets worse: ${nameOf(pager)}.`,
  );
}
