import type { GeneratedFile } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { addStatefulSet } from "./add-workload.ts";
import type { Chart } from "./cdk8s.ts";
import { addConfigMap } from "./config-map.ts";
import { dashboardConfigMaps } from "./grafana-dashboards.ts";
import { DASHBOARDS_FOLDER, dashboardProviders, dataSources } from "./grafana-provisioning.ts";
import { loginSettings } from "./logins.ts";
import type { Mount, Setting, Workload } from "./workload.ts";

const NAME = "grafana";
const PROVISIONING = "/etc/grafana/provisioning";

/** Grafana with all of its data sources and dashboards; what people add themselves is on its volume. */
export function addGrafana(chart: Chart, { stack }: Plan, files: readonly GeneratedFile[]): void {
  const { grafana } = stack.components;
  if (grafana.kind !== "inCluster") return;
  const sources = dataSources(stack);
  const providers = dashboardProviders(stack);
  addConfigMap(chart, stack, NAME, `${NAME}-data-sources`, { "llm-slo.yaml": sources });
  addConfigMap(chart, stack, NAME, `${NAME}-dashboard-providers`, { "llm-slo.yaml": providers });
  const storage = { replicas: 1, path: "/var/lib/grafana", size: grafana.storage };
  addStatefulSet(chart, stack, workload(stack, files, sources + providers), storage);
}

const settings: Readonly<Record<string, Setting>> = {
  GF_SECURITY_ADMIN_USER: { secret: "grafana", key: "admin-user" },
  GF_SECURITY_ADMIN_PASSWORD: { secret: "grafana", key: "admin-password" },
  GF_SECURITY_SECRET_KEY: { secret: "grafana", key: "secret-key" },
  GF_LOG_MODE: "console",
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  GF_NEWS_NEWS_FEED_ENABLED: "false",
  GF_UNIFIED_STORAGE_INDEX_PATH: "/var/lib/grafana/search",
  // Grafana 13 replaces the plugins of its image at its start, which a read-only root leaves half done: no data source works then.
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
  GF_PLUGINS_PREINSTALL_AUTO_UPDATE: "false",
  GF_PLUGINS_PLUGIN_ADMIN_ENABLED: "false",
  GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: "true",
};

function workload(stack: StackPlan, files: readonly GeneratedFile[], configuration: string): Workload {
  const dashboards = dashboardConfigMaps(files).map(({ name }) => name);
  const dashboardMount: Mount[] =
    dashboards.length > 0 ? [{ name: "dashboards", path: DASHBOARDS_FOLDER, configMaps: dashboards }] : [];
  return {
    name: NAME,
    image: "grafana",
    user: 472,
    env: {
      GF_SERVER_ROOT_URL: stack.grafanaUrl,
      ...settings,
      ...loginSettings(stack, ["prometheus", "alertmanager", "loki", "jaeger"]),
    },
    ports: [{ name: "http", number: 3000 }],
    startup: { get: { path: "/api/health", port: "http" }, everySeconds: 5, failures: 60 },
    liveness: { get: { path: "/api/health", port: "http" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/api/health", port: "http" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { cpu: "1", memory: "1Gi" },
    mounts: [
      { name: "data-sources", path: `${PROVISIONING}/datasources`, configMaps: [`${NAME}-data-sources`] },
      { name: "providers", path: `${PROVISIONING}/dashboards`, configMaps: [`${NAME}-dashboard-providers`] },
      ...dashboardMount,
      { name: "tmp", path: "/tmp" },
    ],
    configuration,
  };
}
