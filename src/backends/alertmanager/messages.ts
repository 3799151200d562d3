// What a message says, as Alertmanager templates (https://prometheus.io/docs/alerting/latest/notifications/). Alerts of other rules may lack annotations.

/** The alert that speaks for the group: the first that fires, or the first resolved where none does. */
const lead = "(index (or .Alerts.Firing .Alerts.Resolved) 0)";
const summary = "or .Annotations.summary .Labels.alertname";

/** Characters that Slack would read as markup. */
const escapeSlack = 'reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;"';

const state =
  '[{{ if eq .Status "firing" }}{{ or .CommonLabels.severity "alert" | toUpper }}{{ else }}RESOLVED{{ end }}]';

/** What the message is about. @example "[CRITICAL] support-chat / errors" */
export const headline = `${state} {{ or .CommonLabels.service .CommonLabels.alertname "several services" }}{{ with .CommonLabels.slo }} / {{ . }}{{ end }}`;

export const leadSummary = `{{ with ${lead} }}{{ ${summary} }}{{ end }}`;

/** All of it in one line, for subjects and notifications. */
export const oneLine = `${state} ${leadSummary}`;

export const firstDashboard = `{{ ${lead}.Annotations.dashboard_url }}`;

export const color =
  '{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "warning" }}warning{{ else }}danger{{ end }}';

/** PagerDuty refuses events with any other severity. */
export const pagerdutySeverity =
  '{{ if eq .CommonLabels.severity "critical" "error" "warning" "info" }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}';

/**
 * Plain text, an empty line after each alert. A resolved alert keeps its summary alone: what it measured is no longer so.
 * The bullet also keeps Alertmanager from taking "service: summary" in a PagerDuty detail for YAML, as newer versions do.
 */
export function listAlerts(state: "Firing" | "Resolved"): string {
  if (state === "Resolved") return `{{ range .Alerts.Resolved -}}\n* Resolved: {{ ${summary} }}\n\n{{ end }}`;
  return [
    "{{ range .Alerts.Firing -}}",
    `* {{ ${summary} }}`,
    "{{ with .Annotations.description }}{{ . }}",
    "{{ end }}{{ with .Annotations.dashboard_url }}Dashboard: {{ . }}",
    "{{ end }}{{ with .Annotations.runbook_url }}Runbook: {{ . }}",
    "{{ end }}",
    "{{ end }}",
  ].join("\n");
}

/** The same in Slack's markup. */
export const slackText = [
  "{{ range .Alerts.Firing -}}",
  `*{{ ${summary} | ${escapeSlack} }}*`,
  `{{ with .Annotations.description }}{{ . | ${escapeSlack} }}`,
  "{{ end }}{{ with .Annotations.dashboard_url }}<{{ . }}|Dashboard>{{ end }}{{ with .Annotations.runbook_url }} · <{{ . }}|Runbook>{{ end }}",
  "",
  "{{ end }}{{ range .Alerts.Resolved -}}",
  `Resolved: {{ ${summary} | ${escapeSlack} }}`,
  "",
  "{{ end }}",
].join("\n");
