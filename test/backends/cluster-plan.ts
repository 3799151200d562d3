// A small plan for the tests of the Grafana and Kubernetes backends: two services, three SLOs, no rules.
import { resolveComponents } from "../../src/compile/components.ts";
import type { Plan, ServicePlan, SloPlan, StackPlan } from "../../src/plan/plan.ts";

function slo(service: string, id: string, objective: number, windowsSeconds: readonly number[]): SloPlan {
  return {
    service,
    id,
    indicator: "errorRate",
    alertName: "LlmErrorRate",
    category: "slo",
    title: `${id} of ${service}`,
    measures: "requests",
    badEvents: "requests that failed",
    checks: [],
    objective,
    objectiveText: `${objective * 100}%`,
    budget: 1 - objective,
    periodSeconds: 30 * 86_400,
    arms: [],
    windowsSeconds,
    examples: { good: [], bad: [], silent: [] },
    splitBy: [],
    badIsRemainder: false,
  };
}

function service(id: string, slos: readonly SloPlan[]): ServicePlan {
  return {
    id,
    team: "ml",
    description: `What ${id} does.`,
    job: id,
    features: [id],
    match: {},
    observed: { source: "app", unpublished: [], feature: "feature" },
    slos,
    guardrails: [],
    budgets: [],
    calendars: [],
    groups: [],
  };
}

const windows = [300, 1_800, 3_600, 21_600, 259_200];

export const clusterPlan: Plan = {
  environment: "",
  stack: {
    namespace: "llm-slo",
    match: {},
    dashboards: { folder: "LLM SLO", titlePrefix: "LLM SLO", uidPrefix: "llm-slo" },
    scrapeIntervalSeconds: 60,
    appNamespaces: [],
    components: resolveComponents(),
    images: {},
    grafanaUrl: "https://grafana.example.com",
  },
  services: [
    service("rag-pipeline", [
      slo("rag-pipeline", "errors", 0.99, windows),
      slo("rag-pipeline", "latency", 0.95, windows),
    ]),
    service("ticket-classifier", [
      slo("ticket-classifier", "errors", 0.999, windows),
      slo("ticket-classifier", "grounded", 0.95, [2_700, 7_200, 21_600]),
      slo("ticket-classifier", "slow-judge", 0.9, [7_200, 21_600]),
    ]),
  ],
  alertKinds: [],
  defaultReceiver: "default",
  receivers: [{ kind: "slack", name: "default", channel: "#llm-alerts", secretKey: "default-url" }],
  teams: [],
};

/** With everything in the cluster, and what can be chosen chosen. */
export const fullStack: Partial<StackPlan> = {
  components: resolveComponents({
    prometheus: { kind: "inCluster", remoteWrite: { url: "https://metrics.example.com/push", secret: "remote-write" } },
    alertmanager: { kind: "inCluster", replicas: 3 },
    dcgm: { kind: "inCluster" },
    collector: {
      kind: "inCluster",
      scrubPatterns: ["EMP-[0-9]{6}$"],
      sampling: { keep: "10%" },
      metricsFromSpans: true,
      alsoTo: { phoenix: { url: "https://phoenix.example.com", headers: { "api-key": "phoenix-key" } } },
    },
    langfuse: {
      kind: "inCluster",
      url: "https://langfuse.example.com",
      bucket: { kind: "inCluster", url: "https://media.langfuse.example.com" },
    },
  }),
  imagePullSecrets: ["registry"],
  storageClass: "fast-ssd",
  ingressNamespace: "ingress-nginx",
  secretStore: { name: "vault", scope: "ClusterSecretStore", prefix: "llm-obs/" },
};
