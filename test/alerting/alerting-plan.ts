// A small plan with everything that routes, receivers and runbooks depend on: two teams, all categories, six kinds of receivers.
import { resolveComponents } from "../../src/compile/components.ts";
import type { AlertKind } from "../../src/plan/alert-kind.ts";
import type { Arm, Plan, ServicePlan, SloPlan } from "../../src/plan/plan.ts";
import type { PlatformAlert } from "../../src/plan/platform-plan.ts";
import type { AlertRule } from "../../src/plan/rules.ts";
import { gt, select } from "../../src/promql/build.ts";

const minute = 60;
const hour = 3_600;

const fast: Arm = {
  name: "fast",
  severity: "critical",
  longSeconds: hour,
  shortSeconds: 5 * minute,
  threshold: 0.144,
  burnRate: 14.4,
  keepFiringForSeconds: 5 * minute,
};
const slow: Arm = {
  ...fast,
  name: "slow",
  severity: "warning",
  longSeconds: 12 * hour,
  shortSeconds: hour,
  threshold: 0.018,
  burnRate: 1.8,
};

function errorRate(service: string, id: string): SloPlan {
  return {
    service,
    id,
    indicator: "error-rate",
    alertName: "LlmErrorBudgetBurn",
    category: "slo",
    title: "error rate below 1%",
    measures: "the share of requests that ended without failing",
    badEvents: "failed requests (error, timeout)",
    checks: ["Which kind of error? Split llm_errors_total by error_type."],
    objective: 0.99,
    objectiveText: "99%",
    budget: 0.01,
    periodSeconds: 30 * 24 * hour,
    arms: [fast, slow],
    windowsSeconds: [5 * minute, hour, 12 * hour],
    examples: { good: [], bad: [], silent: [] },
    splitBy: [],
    badIsRemainder: false,
  };
}

function alertRule(alert: string, service: string, labels: AlertRule["labels"], slo?: string): AlertRule {
  const named = alert === "LlmSliMissing" ? "{{ $labels.slo }}" : slo;
  return {
    kind: "alert",
    alert,
    expr: gt(select("up", { job: service }), 0),
    labels,
    annotations: {
      summary: `${service}: ${alert}`,
      description: "{{ $value | humanizePercentage }} of all events were bad.",
      dashboard_url: `https://grafana.example.com/d/llm-slo_${named === undefined ? service : `_slo?var-service=${service}&var-slo=${named}`}`,
      burn: "The error budget burns more than 14.4 times as fast as it may: all 30d of it in less than 50 hours.",
      runbook_url: `https://runbooks.example.com/${service}/${alert}.md${named === undefined ? "" : `#slo-${named}`}`,
    },
    ...(slo === undefined ? {} : { slo }),
  };
}

function service(id: string, team: string, slos: readonly SloPlan[]): ServicePlan {
  const burning = slos.flatMap((slo) =>
    slo.arms.map(({ name, severity }) =>
      alertRule(
        slo.alertName,
        id,
        { service: id, slo: slo.id, arm: name, category: slo.category, severity, team },
        slo.id,
      ),
    ),
  );
  const blind = [
    alertRule("LlmTargetsDown", id, { category: "no-data", severity: "critical", team, service: id }),
    alertRule("LlmSliMissing", id, { category: "no-data", severity: "warning", team }),
  ];
  return {
    id,
    team,
    description: `What ${id} does.`,
    job: id,
    features: [id.replaceAll("-", "_")],
    slos,
    guardrails: [],
    budgets: [],
    calendars: [],
    groups: [{ name: id, intervalSeconds: minute, rules: [...burning, ...blind] }],
    match: {},
    observed: {
      source: "app",
      unpublished: [],
      feature: "feature",
      retries: { selector: select("llm_retries_total", { feature: id.replaceAll("-", "_") }), model: "model" },
    },
  };
}

function outage(service: string, team: string): PlatformAlert {
  const labels = { service, category: "slo", severity: "critical", team } as const;
  return {
    id: `provider-outage-${service}`,
    rule: alertRule("LlmProviderOutage", service, labels),
    records: [],
    condition: "several features fail at one provider at once",
    stories: [],
  };
}

function kind(alert: string, severity: AlertKind["severity"], checks: readonly string[]): AlertKind {
  return {
    alert,
    severity,
    meaning: `What ${alert} means.`,
    impact: "What users notice.",
    checks,
    causes: ["A provider incident."],
    mitigation: ["Roll back what changed.", "Fail over to another model."],
    queries: [{ title: "Bad share over an hour", expr: select("slo:sli_error:ratio_rate1h") }],
  };
}

const ingest: SloPlan = {
  ...errorRate("rag-pipeline", "ingest"),
  title: "failed | skipped jobs\nbelow 1%",
  checks: ["Is the document store full?"],
};
const grounded: SloPlan = {
  ...errorRate("rag-pipeline", "grounded"),
  alertName: "LlmHallucinationBudgetBurn",
  category: "quality",
};
const dear: SloPlan = {
  ...errorRate("rag-pipeline", "cost"),
  alertName: "LlmRequestCostBudgetBurn",
  category: "cost",
};

const outages = [outage("rag-pipeline", "ml"), outage("ticket-classifier", "support-tools")];

/** The plan that alerting tests share. */
export const alertingPlan: Plan = {
  environment: "",
  stack: {
    namespace: "llm-slo",
    match: {},
    dashboards: { folder: "LLM SLO", titlePrefix: "LLM SLO", uidPrefix: "llm-slo" },
    scrapeIntervalSeconds: minute,
    appNamespaces: [],
    components: resolveComponents(),
    images: {},
    grafanaUrl: "https://grafana.example.com",
    smtp: {
      smarthost: "smtp.example.com:587",
      from: "slo@example.com",
      username: "slo",
      secretKey: "smtp-password",
    },
  },
  services: [
    service("rag-pipeline", "ml", [errorRate("rag-pipeline", "errors"), ingest, grounded, dear]),
    service("ticket-classifier", "support-tools", [errorRate("ticket-classifier", "errors")]),
  ],
  platform: {
    team: "ml",
    groups: [{ name: "providers", intervalSeconds: 15, rules: outages.map(({ rule }) => rule) }],
    alerts: outages,
  },
  alertKinds: [
    kind("LlmErrorBudgetBurn", "by arm", ["Which kind of error? Split llm_errors_total by error_type."]),
    kind("LlmHallucinationBudgetBurn", "by arm", ["What did the judge see?"]),
    kind("LlmRequestCostBudgetBurn", "by arm", ["Did the prompt grow?"]),
    kind("LlmTargetsDown", "critical", ["Do the pods run?"]),
    kind("LlmSliMissing", "warning", ["Which side is missing?"]),
    kind("LlmProviderOutage", "critical", ["Does the provider report an incident?"]),
  ],
  defaultReceiver: "default",
  receivers: [
    { kind: "pagerduty", name: "oncall", secretKey: "oncall-routing-key" },
    { kind: "slack", name: "ml-team", channel: "#llm-quality", secretKey: "ml-team-url" },
    { kind: "email", name: "support-mail", to: "support@example.com" },
    { kind: "opsgenie", name: "finance", secretKey: "finance-api-key", apiUrl: "https://api.eu.opsgenie.com/" },
    { kind: "slack", name: "judges", channel: "#llm-judges", secretKey: "judges-url" },
    { kind: "slack", name: "default", channel: "#llm-alerts", secretKey: "default-url" },
    { kind: "nobody", name: "heartbeat", why: "Another Prometheus watches this one." },
  ],
  teams: [
    {
      team: "ml",
      receivers: { critical: "oncall", warning: "ml-team" },
      categories: { cost: "finance", quality: "judges" },
    },
    { team: "support-tools", receivers: { critical: "oncall", warning: "support-mail" }, categories: {} },
  ],
  businessHours: { timeZone: "Europe/Berlin", days: ["monday:friday"], from: "09:00", to: "17:30" },
};

/** The same with receivers that only Alertmanager 0.28 and later can have. */
export const newerPlan: Plan = {
  ...alertingPlan,
  receivers: [
    ...alertingPlan.receivers.filter(({ kind }) => kind !== "nobody"),
    { kind: "webhook", name: "tickets", secretKey: "tickets-url" },
    { kind: "msteams", name: "cards", secretKey: "cards-url" },
    { kind: "heartbeat", name: "heartbeat", secretKey: "heartbeat-url" },
  ],
};
