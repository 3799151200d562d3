// A small plan for the tests of the Grafana and Kubernetes backends: two services, three SLOs, no rules.
import type { Plan, ServicePlan, SloPlan } from "../../src/plan/plan.ts";

function slo(service: string, id: string, objective: number, windowsSeconds: readonly number[]): SloPlan {
  return {
    service,
    id,
    indicator: "errorRate",
    alertName: "LlmErrorRate",
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
    slos,
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
    scrapeIntervalSeconds: 60,
    appNamespaces: [],
    prometheus: { retention: "60d", storage: "50Gi" },
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
  receivers: [],
  teams: [],
};
