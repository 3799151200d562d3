// A receiver of the plan to Alertmanager's own, with its secret as a file.
import type { Receiver } from "../../plan/plan.ts";
import {
  color,
  firstDashboard,
  headline,
  leadSummary,
  listAlerts,
  oneLine,
  pagerdutySeverity,
  slackText,
} from "./messages.ts";

/** Where the Secret with the receivers' URLs and keys is mounted. Alertmanager reads a file anew for every message. */
const secretsFolder = "/etc/alertmanager/secrets";

/** The file of a key of the mounted Secret. Absolute, since Alertmanager doesn't resolve these paths. */
export function secretFile(key: string): string {
  return `${secretsFolder}/${key}`;
}

function integration(receiver: Receiver): object {
  switch (receiver.kind) {
    case "slack":
      return {
        slack_configs: [
          {
            api_url_file: secretFile(receiver.secretKey),
            channel: receiver.channel,
            send_resolved: true,
            color,
            title: headline,
            title_link: firstDashboard,
            fallback: oneLine,
            text: slackText,
          },
        ],
      };
    case "pagerduty":
      return {
        pagerduty_configs: [
          {
            routing_key_file: secretFile(receiver.secretKey),
            send_resolved: true,
            description: leadSummary,
            severity: pagerdutySeverity,
            client: "Grafana",
            client_url: firstDashboard,
            details: { firing: listAlerts("Firing"), resolved: listAlerts("Resolved") },
          },
        ],
      };
    case "email":
      return {
        email_configs: [
          {
            to: receiver.to,
            send_resolved: true,
            headers: { Subject: oneLine },
            // An empty text turns Alertmanager's own HTML off.
            html: "",
            text: `${listAlerts("Firing")}${listAlerts("Resolved")}`,
          },
        ],
      };
    case "webhook":
      // url_file needs Alertmanager 0.26.
      return { webhook_configs: [{ url_file: secretFile(receiver.secretKey), send_resolved: true }] };
  }
}

/** A receiver as Alertmanager reads it. */
export function receiverObject(receiver: Receiver): object {
  return { name: receiver.name, ...integration(receiver) };
}
