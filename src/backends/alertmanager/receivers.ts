// A receiver of the plan to Alertmanager's own, with its secret as a file.
import { alertmanagerFolders } from "../../plan/conventions.ts";
import type { Receiver } from "../../plan/plan.ts";
import { message } from "./templates.ts";

/** The file of a key of the mounted Secret, read anew for every message. Absolute, since Alertmanager doesn't resolve these paths. */
export function secretFile(key: string): string {
  return `${alertmanagerFolders.secrets}/${key}`;
}

type Of<K extends Receiver["kind"]> = Extract<Receiver, { readonly kind: K }>;

const slack = ({ secretKey, channel }: Of<"slack">) => ({
  api_url_file: secretFile(secretKey),
  channel,
  send_resolved: true,
  color: message("slack.color"),
  title: message("headline"),
  title_link: message("dashboard"),
  fallback: message("line"),
  text: message("slack.text"),
});

const pagerduty = ({ secretKey }: Of<"pagerduty">) => ({
  routing_key_file: secretFile(secretKey),
  send_resolved: true,
  description: message("summary"),
  severity: message("pagerduty.severity"),
  class: message("alert"),
  component: message("service"),
  client: "Grafana",
  client_url: message("dashboard"),
  details: { firing: message("firing"), resolved: message("resolved") },
});

const email = ({ to }: Of<"email">) => ({
  to,
  send_resolved: true,
  headers: { Subject: message("line") },
  // An empty text turns Alertmanager's own HTML off.
  html: "",
  text: message("text"),
});

const opsgenie = ({ secretKey, apiUrl }: Of<"opsgenie">) => ({
  api_key_file: secretFile(secretKey),
  ...(apiUrl === undefined ? {} : { api_url: apiUrl }),
  send_resolved: true,
  message: message("line"),
  description: message("text"),
  priority: message("opsgenie.priority"),
});

const msteams = ({ secretKey }: Of<"msteams">) => ({
  webhook_url_file: secretFile(secretKey),
  send_resolved: true,
  title: message("headline"),
  text: message("teams.text"),
});

function integration(receiver: Receiver): object {
  switch (receiver.kind) {
    case "slack":
      return { slack_configs: [slack(receiver)] };
    case "pagerduty":
      return { pagerduty_configs: [pagerduty(receiver)] };
    case "email":
      return { email_configs: [email(receiver)] };
    case "webhook":
      return { webhook_configs: [{ url_file: secretFile(receiver.secretKey), send_resolved: true }] };
    case "opsgenie":
      return { opsgenie_configs: [opsgenie(receiver)] };
    case "msteams":
      return { msteamsv2_configs: [msteams(receiver)] };
    case "heartbeat":
      // A Watchdog that ends must be heard as silence.
      return { webhook_configs: [{ url_file: secretFile(receiver.secretKey), send_resolved: false }] };
    case "nobody":
      return {};
  }
}

/** A receiver as Alertmanager reads it. */
export function receiverObject(receiver: Receiver): object {
  return { name: receiver.name, ...integration(receiver) };
}
