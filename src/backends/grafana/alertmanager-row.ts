// Whether people hear of alerts.
import type { StackPlan } from "../../plan/plan.ts";
import { max } from "../../promql/build.ts";
import type { Panel } from "./dashboard.ts";
import { graph } from "./panels.ts";
import { of, perMinute } from "./stack-queries.ts";

export function alertmanagerRow(stack: StackPlan): readonly Panel[] {
  if (stack.components.alertmanager.kind !== "inCluster") return [];
  const gap = "A gap: Alertmanager isn't scraped.";
  return [
    graph(
      "Notifications per minute",
      `Messages to people, by the kind of receiver, the heartbeat's webhook among them. ${gap}`,
      {
        queries: [
          {
            expr: perMinute(of(stack, "alertmanager_notifications_total"), ["integration"]),
            legend: "{{integration}}",
          },
        ],
        unit: "number",
        style: "areas",
        stacked: true,
        width: 8,
      },
    ),
    graph(
      "Failed notifications per minute",
      `Messages that a receiver didn't take. They are tried again for a while. ${gap}`,
      {
        queries: [
          {
            expr: perMinute(of(stack, "alertmanager_notifications_failed_total"), ["integration"]),
            legend: "{{integration}}",
          },
        ],
        unit: "number",
        softMax: 1,
        width: 8,
      },
    ),
    graph(
      "Alerts held",
      `Alerts that Alertmanager knows of: those that people hear of, and those that a silence or another alert mutes. ${gap}`,
      {
        queries: [{ expr: max(of(stack, "alertmanager_alerts"), ["state"]), legend: "{{state}}" }],
        unit: "number",
        decimals: 0,
        width: 8,
      },
    ),
  ];
}
