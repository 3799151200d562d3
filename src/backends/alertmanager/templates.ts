// What messages say, as one file of Alertmanager templates (https://prometheus.io/docs/alerting/latest/notifications/), in what 0.25 knows.
import type { GeneratedFile } from "../../plan/generated-file.ts";

/** The alert that speaks for the group: the first that fires, or the first resolved where none does. */
const lead = "(index (or .Alerts.Firing .Alerts.Resolved) 0)";
/** Alerts of other rules may lack annotations. */
const summary = "(or .Annotations.summary .Labels.alertname)";
const since = '{{ .StartsAt.UTC.Format "2006-01-02 15:04" }}';
const until = '{{ .EndsAt.UTC.Format "2006-01-02 15:04" }}';

const labelFilter = (name: string) => `{{ with .Labels.${name} }}%2C${name}%3D%22{{ . | urlquery }}%22{{ end }}`;
/** The form of a new silence for all arms of an alert. Inside of a range over alerts. */
const silence = `{{ $.ExternalURL }}/#/silences/new?filter=%7Balertname%3D%22{{ .Labels.alertname | urlquery }}%22${labelFilter("service")}${labelFilter("slo")}${labelFilter("provider")}%7D`;

/** How a channel writes bold text, links, the end of a line, and text that isn't its own markup. */
interface Markup {
  readonly title: (text: string) => string;
  readonly link: (text: string, url: string) => string;
  readonly betweenLinks: string;
  readonly line: string;
  readonly text: (value: string) => string;
}

const plain: Markup = {
  // The bullet also keeps Alertmanager from taking "service: summary" in a PagerDuty detail for YAML, as newer versions do.
  title: (text) => `* ${text}`,
  link: (text, url) => `${text}: ${url}`,
  betweenLinks: "\n",
  line: "\n",
  text: (value) => `{{ ${value} }}`,
};

const slack: Markup = {
  title: (text) => `*${text}*`,
  link: (text, url) => `<${url}|${text}>`,
  betweenLinks: " · ",
  line: "\n",
  text: (value) => `{{ ${value} | reReplaceAll "&" "&amp;" | reReplaceAll "<" "&lt;" | reReplaceAll ">" "&gt;" }}`,
};

const teams: Markup = {
  title: (text) => `**${text}**`,
  link: (text, url) => `[${text}](${url})`,
  betweenLinks: " · ",
  // A single line break is none in a card.
  line: "\n\n",
  text: (value) => `{{ ${value} }}`,
};

/** What fires: what, how fast, since when, whose, and where to go. */
function firing({ title, link, betweenLinks, line, text }: Markup): string {
  const annotation = (name: string) => `{{ with .Annotations.${name} }}${text(".")}${line}{{ end }}`;
  const linkTo = (name: string, label: string) =>
    `{{ with .Annotations.${name} }}${link(label, "{{ . }}")}${betweenLinks}{{ end }}`;
  return [
    `{{ range .Alerts.Firing }}${title(text(summary))}${line}`,
    annotation("burn"),
    annotation("description"),
    `Since ${since} UTC{{ with .Labels.team }}, for the team ${text(".")}{{ end }}.${line}`,
    linkTo("dashboard_url", "Dashboard"),
    linkTo("runbook_url", "Runbook"),
    `${link("Silence", silence)}\n\n{{ end }}`,
  ].join("");
}

/** A resolved alert keeps its summary: what else it measured is no longer so. The dashboard shows whether it is really over. */
function resolved({ title, link, line, text }: Markup): string {
  const dashboard = `{{ with .Annotations.dashboard_url }}${line}${link("Dashboard", "{{ . }}")}{{ end }}`;
  return `{{ range .Alerts.Resolved }}${title(`Resolved: ${text(summary)}`)}${line}It fired from ${since} to ${until} UTC.${dashboard}\n\n{{ end }}`;
}

const state =
  '[{{ if eq .Status "firing" }}{{ or .CommonLabels.severity "alert" | toUpper }}{{ else }}RESOLVED{{ end }}]';
const aboutSlo =
  '{{ or .CommonLabels.service .CommonLabels.alertname .CommonLabels.category "several services" }}{{ with .CommonLabels.slo }} / {{ . }}{{ end }}';
const about = `{{ with .CommonLabels.provider }}provider {{ . }}{{ else }}${aboutSlo}{{ end }}`;

const definitions = {
  /** @example "[CRITICAL] support-chat / errors" */
  headline: `${state} ${about}`,
  summary: `{{ with ${lead} }}{{ ${summary} }}{{ end }}`,
  /** All of it in one line, for subjects and notifications. */
  line: `${state} {{ with ${lead} }}{{ ${summary} }}{{ end }}`,
  /** Of a group that is about several services, nothing. */
  service: "{{ .CommonLabels.service }}",
  alert: "{{ .CommonLabels.alertname }}",
  dashboard: `{{ with ${lead} }}{{ .Annotations.dashboard_url }}{{ end }}`,
  text: firing(plain) + resolved(plain),
  firing: firing(plain),
  resolved: resolved(plain),
  "slack.text": firing(slack) + resolved(slack),
  "slack.color":
    '{{ if ne .Status "firing" }}good{{ else if eq .CommonLabels.severity "warning" }}warning{{ else }}danger{{ end }}',
  "teams.text": firing(teams) + resolved(teams),
  /** PagerDuty refuses events with any other severity. */
  "pagerduty.severity":
    '{{ if eq .CommonLabels.severity "critical" "error" "warning" "info" }}{{ .CommonLabels.severity }}{{ else }}error{{ end }}',
  "opsgenie.priority": '{{ if eq .CommonLabels.severity "warning" }}P3{{ else }}P1{{ end }}',
} as const;

/** The text of a field that a template fills. @example message("headline") // '{{ template "llm-slo.headline" . }}' */
export function message(name: keyof typeof definitions): string {
  return `{{ template "llm-slo.${name}" . }}`;
}

/** A field's text with the templates themselves in the place of their names, for what can't carry a file of them. None refers to another. */
export function withoutNames(text: string): string {
  return text.replaceAll(
    /\{\{ template "llm-slo\.([\w.]+)" \. \}\}/g,
    (_, name) => definitions[name as keyof typeof definitions],
  );
}

const header = "{{/* Generated by llm-slo from slos/. Do not edit: change the SLOs and run synth. */ -}}";

/** The templates that all receivers share. */
export function templateFile(): GeneratedFile {
  const blocks = Object.entries(definitions).map(([name, text]) => `{{ define "llm-slo.${name}" }}${text}{{ end }}`);
  return { path: "alertmanager/templates/llm-slo.tmpl", content: `${[header, ...blocks].join("\n\n")}\n` };
}
