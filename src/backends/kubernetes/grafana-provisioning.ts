// The files that Grafana reads at its start: where data comes from, and where dashboards lie.
import type { StackPlan } from "../../plan/plan.ts";
import { prometheusUrl, serviceUrl } from "./addresses.ts";
import { type Guarded, loginSecret, loginVariables } from "./logins.ts";
import { printYaml } from "./yaml.ts";

export const DASHBOARDS_FOLDER = "/etc/grafana/dashboards";

export function dataSources(stack: StackPlan): string {
  const sources = [prometheus(stack), ...alertmanager(stack), ...loki(stack), ...jaeger(stack)];
  const provisioned = sources.map((source) => ({
    access: "proxy",
    editable: false,
    ...source,
    ...login(stack, source.uid),
  }));
  return printYaml({ apiVersion: 1, prune: true, datasources: provisioned });
}

export function dashboardProviders({ dashboards }: StackPlan): string {
  return printYaml({
    apiVersion: 1,
    providers: [
      {
        name: "llm-slo",
        folder: dashboards.folder,
        folderUid: dashboards.uidPrefix,
        type: "file",
        // A dashboard whose file is gone goes too.
        disableDeletion: false,
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path: DASHBOARDS_FOLDER },
      },
    ],
  });
}

interface DataSource {
  readonly uid: Guarded;
  readonly [field: string]: unknown;
}

/** Grafana puts its own variables in. */
function login(stack: StackPlan, name: Guarded): object {
  if (loginSecret(stack, name) === undefined) return {};
  const { username, password } = loginVariables(name);
  return {
    basicAuth: true,
    basicAuthUser: `\${${username}}`,
    secureJsonData: { basicAuthPassword: `\${${password}}` },
  };
}

const has = (stack: StackPlan, name: "jaeger" | "loki") => stack.components[name].kind !== "off";

/** Where the dots on graphs lead to. Langfuse finds the project of a trace by itself. `$$` is Grafana's own `$`. */
function traceDestinations(stack: StackPlan): readonly object[] {
  const { langfuse } = stack.components;
  const name = "trace_id";
  const inLangfuse = (url: string) => ({
    name,
    url: `${url.replace(/\/+$/, "")}/trace/$$\{__value.raw}`,
    urlDisplayLabel: "Open in Langfuse",
  });
  return [
    ...(langfuse.kind === "off" ? [] : [inLangfuse(langfuse.url)]),
    ...(has(stack, "jaeger") ? [{ name, datasourceUid: "jaeger", urlDisplayLabel: "Open in Jaeger" }] : []),
  ];
}

function prometheus(stack: StackPlan): DataSource {
  const traces = traceDestinations(stack);
  return {
    name: "Prometheus",
    type: "prometheus",
    uid: "prometheus",
    isDefault: true,
    url: prometheusUrl(stack),
    jsonData: {
      httpMethod: "POST",
      timeInterval: `${stack.scrapeIntervalSeconds}s`,
      prometheusType: prometheusType(stack),
      ...(traces.length > 0 ? { exemplarTraceIdDestinations: traces } : {}),
    },
  };
}

function prometheusType({ components: { prometheus } }: StackPlan): string {
  const ruler = prometheus.kind === "external" ? prometheus.ruler : undefined;
  return { mimir: "Mimir", thanos: "Thanos", none: "Prometheus" }[ruler ?? "none"];
}

function alertmanager(stack: StackPlan): readonly DataSource[] {
  const { alertmanager } = stack.components;
  if (alertmanager.kind === "off" || alertmanager.kind === "operator") return [];
  const url = alertmanager.kind === "inCluster" ? serviceUrl(stack, "alertmanager", 9093) : alertmanager.url;
  const jsonData = { implementation: "prometheus", handleGrafanaManagedAlerts: false };
  return [{ name: "Alertmanager", type: "alertmanager", uid: "alertmanager", url, jsonData }];
}

function loki(stack: StackPlan): readonly DataSource[] {
  const { loki } = stack.components;
  if (loki.kind === "off") return [];
  const url = loki.kind === "inCluster" ? serviceUrl(stack, "loki", 3100) : loki.url;
  // Logs that came as OTLP keep their trace beside the line. `$$` is Grafana's own `$`.
  const field = { name: "trace_id", matcherType: "label", matcherRegex: "trace_id", url: "$${__value.raw}" };
  const jsonData = has(stack, "jaeger") ? { derivedFields: [{ ...field, datasourceUid: "jaeger" }] } : {};
  return [{ name: "Loki", type: "loki", uid: "loki", url, jsonData }];
}

function jaeger(stack: StackPlan): readonly DataSource[] {
  const { jaeger } = stack.components;
  if (jaeger.kind === "off") return [];
  const url = jaeger.kind === "inCluster" ? serviceUrl(stack, "jaeger", 16686) : jaeger.url;
  const tracesToLogsV2 = {
    datasourceUid: "loki",
    spanStartTimeShift: "-1h",
    spanEndTimeShift: "1h",
    filterByTraceID: true,
    tags: [{ key: "service.name", value: "service_name" }],
  };
  const jsonData = { nodeGraph: { enabled: true }, ...(has(stack, "loki") ? { tracesToLogsV2 } : {}) };
  return [{ name: "Jaeger", type: "jaeger", uid: "jaeger", url, jsonData }];
}
