// What the compiler refuses, at the very field: `tsc` fails where an expected error is missing. Each is refused at run time too, see refused.test.ts.
import { appSource, type Budget, declareMetrics, type Guardrail, litellmSource, organisation, type Slo } from "llm-slo";
import type { DiagnosticId } from "../../src/slo/diagnostics.ts";

const metrics = declareMetrics({
  features: ["support_chat", "search"],
  models: { "gpt-5": "openai", "gpt-5-mini": "openai" },
  evaluators: ["hallucination"],
  checks: ["json_schema"],
  labels: { tenant: ["free", "paid"] },
  buckets: { llm_request_duration_seconds: [1, 3, 9] },
});

const language = organisation({
  source: appSource(metrics),
  receivers: ["pager", "chat"],
  teams: { assist: { critical: "pager", warning: "chat" } },
  defaultReceiver: "chat",
});
export default language;

const { service, stack, latency, timeToFirstToken, errorRate, availability, costPerRequest, eventRatio } = language;
const { hallucinationRate, faithfulness, qualityScore, formatCompliance, taskCompletion } = language;
const { rateLimitPressure, contextNearEnd, queueDepth, tokenAnomaly } = language;
const { dailyBudget, monthlyBudget } = language;
const proxy = language.onSource(litellmSource({ features: ["support_chat"], models: ["gpt-5-mini"] }));

const where = {
  grafanaUrl: "https://grafana.example.com",
  runbooksUrl: "https://git.example.com/runbooks",
  heartbeat: "none: nobody listens to an example",
} as const;
const receivers = { pager: { kind: "pagerduty" }, chat: { kind: "slack", channel: "#llm-alerts" } } as const;
const slos = { errors: errorRate({ below: "1%" }) };

/** Accepted by both. */
export const accepted: readonly Slo[] = [
  latency({ percentile: 95, below: "3s" }),
  timeToFirstToken({ percentile: 95, below: "0.25s", where: { model: "gpt-5", tenant: "free" } }),
  availability({ atLeast: "99.9%", arms: { fast: false } }),
  costPerRequest({ percentile: 95, below: "$0.05", period: "28d" }),
  hallucinationRate({ below: "5%", evaluatedEvery: "15m" }),
  faithfulness({ atLeast: "75%", evaluatedEvery: "2h", evaluator: "hallucination" }),
  qualityScore({ above: 0.8, atLeast: "80%", evaluator: "hallucination", evaluatedEvery: "15m" }),
  formatCompliance({ check: "json_schema", atLeast: "99%" }),
];

type Refused = readonly [title: string, id: DiagnosticId, make: () => unknown];

/** Budgets accepted by both. */
export const acceptedBudgets: readonly Budget[] = [
  dailyBudget({ usd: 50, weekend: 20, pace: { "90%": "20:00" }, where: { tenant: "free" } }),
  monthlyBudget({ usd: 1_000, timeZone: "Europe/Berlin", severity: "warning" }),
];

export const refusedSlos: readonly Refused[] = [
  [
    "a pace that isn't a percentage",
    "invalid-field",
    () =>
      dailyBudget({
        usd: 50,
        pace: {
          // @ts-expect-error
          half: "20:00",
        },
      }),
  ],
  [
    "a time of day in words",
    "invalid-field",
    () =>
      dailyBudget({
        usd: 50,
        pace: {
          // @ts-expect-error
          "90%": "evening",
        },
      }),
  ],
  [
    "a month with a weekend",
    "unknown-field",
    () =>
      monthlyBudget({
        usd: 50,
        // @ts-expect-error
        weekend: 20,
      }),
  ],
  [
    "a budget for a model that nobody calls",
    "unknown-model",
    () =>
      dailyBudget({
        usd: 50,
        where: {
          // @ts-expect-error
          model: "gpt-6",
        },
      }),
  ],
  [
    "a boundary of the contract that own buckets replaced",
    "not-a-bucket",
    () =>
      latency({
        percentile: 95,
        // @ts-expect-error
        below: "2s",
      }),
  ],
  [
    "a threshold between two boundaries",
    "not-a-bucket",
    () =>
      timeToFirstToken({
        percentile: 95,
        // @ts-expect-error
        below: "3s",
      }),
  ],
  [
    "dollars without their sign",
    "not-a-bucket",
    () =>
      costPerRequest({
        percentile: 95,
        // @ts-expect-error
        below: "0.05",
      }),
  ],
  [
    "a misspelt field",
    "unknown-field",
    () =>
      errorRate({
        // @ts-expect-error
        belw: "1%",
      }),
  ],
  [
    "a percentage without its sign",
    "invalid-field",
    () =>
      errorRate({
        // @ts-expect-error
        below: "1",
      }),
  ],
  [
    "a status that can't be bad",
    "invalid-field",
    () =>
      availability({
        atLeast: "99%",
        // @ts-expect-error
        bad: ["success"],
      }),
  ],
  [
    "a model that nobody calls",
    "unknown-model",
    () =>
      errorRate({
        below: "1%",
        where: {
          // @ts-expect-error
          model: "gpt-6",
        },
      }),
  ],
  [
    "a label that nobody has",
    "unknown-label",
    () =>
      errorRate({
        below: "1%",
        where: {
          // @ts-expect-error
          tenent: "free",
        },
      }),
  ],
  [
    "a value that a label never has",
    "unknown-value",
    () =>
      errorRate({
        below: "1%",
        where: {
          // @ts-expect-error
          tenant: "gratis",
        },
      }),
  ],
  [
    "an arm that doesn't exist",
    "unknown-field",
    () =>
      errorRate({
        below: "1%",
        arms: {
          // @ts-expect-error
          fats: false,
        },
      }),
  ],
  [
    "a severity that doesn't exist",
    "invalid-field",
    () =>
      errorRate({
        below: "1%",
        // @ts-expect-error
        severity: "page",
      }),
  ],
  [
    "a period in weeks",
    "invalid-field",
    () =>
      errorRate({
        below: "1%",
        // @ts-expect-error
        period: "4w",
      }),
  ],
  [
    "an event ratio that selects twice",
    "unknown-field",
    () =>
      eventRatio({
        objective: "99%",
        bad: 'sum(rate(jobs_total{result="failed"}[$window]))',
        total: "sum(rate(jobs_total[$window]))",
        // @ts-expect-error
        where: { model: "gpt-5" },
      }),
  ],
  [
    "an evaluator that nobody declared",
    "unknown-evaluator",
    () =>
      hallucinationRate({
        below: "5%",
        evaluatedEvery: "15m",
        // @ts-expect-error
        evaluator: "halucination",
      }),
  ],
  [
    "the usual evaluator, which nobody declared",
    "unknown-evaluator",
    () =>
      faithfulness(
        // @ts-expect-error
        { atLeast: "75%", evaluatedEvery: "15m" },
      ),
  ],
  [
    "a check that nobody declared",
    "unknown-check",
    () =>
      formatCompliance({
        // @ts-expect-error
        check: "xml_schema",
        atLeast: "99%",
      }),
  ],
  [
    "a score between two boundaries",
    "not-a-bucket",
    () =>
      qualityScore({
        // @ts-expect-error
        above: 0.85,
        atLeast: "80%",
        evaluator: "hallucination",
        evaluatedEvery: "15m",
      }),
  ],
  [
    "a score that nothing can exceed",
    "objective-out-of-range",
    () =>
      qualityScore({
        // @ts-expect-error
        above: 1,
        atLeast: "80%",
        evaluator: "hallucination",
        evaluatedEvery: "15m",
      }),
  ],
  [
    "a cadence in seconds",
    "invalid-field",
    () =>
      hallucinationRate({
        below: "5%",
        // @ts-expect-error
        evaluatedEvery: "900s",
      }),
  ],
  [
    "a model of what is counted by feature alone",
    "unknown-label",
    () =>
      taskCompletion({
        atLeast: "90%",
        // @ts-expect-error
        where: { model: "gpt-5" },
      }),
  ],
];

/** Over a source without these signals or buckets. */
export const refusedProxySlos: readonly Refused[] = [
  [
    "a judge over LiteLLM",
    "signal-not-published",
    () =>
      proxy.hallucinationRate({
        // @ts-expect-error
        below: "5%",
        evaluatedEvery: "15m",
      }),
  ],
  [
    "cost per request over LiteLLM",
    "signal-not-published",
    () =>
      proxy.costPerRequest({
        percentile: 95,
        // @ts-expect-error
        below: "$0.05",
      }),
  ],
  [
    "a boundary that LiteLLM doesn't have",
    "not-a-bucket",
    () =>
      proxy.latency({
        percentile: 95,
        // @ts-expect-error
        below: "16s",
      }),
  ],
];

export const proxyService = (slo: Slo) =>
  proxy.service("proxy", { team: "assist", features: ["support_chat"], slos: { slo } });

export const refusedServices: readonly Refused[] = [
  [
    "a team that doesn't exist",
    "unknown-team",
    () =>
      service("support-chat", {
        // @ts-expect-error
        team: "asist",
        features: ["support_chat"],
        slos,
      }),
  ],
  [
    "a feature that doesn't exist",
    "unknown-feature",
    () =>
      service("support-chat", {
        team: "assist",
        // @ts-expect-error
        features: ["support-chat"],
        slos,
      }),
  ],
  [
    "no feature",
    "invalid-field",
    () =>
      service("support-chat", {
        team: "assist",
        // @ts-expect-error
        features: [],
        slos,
      }),
  ],
  [
    "a feature of another source",
    "unknown-feature",
    () =>
      proxy.service("search", {
        team: "assist",
        // @ts-expect-error
        features: ["search"],
        slos,
      }),
  ],
  [
    "a signal to show that nobody knows",
    "invalid-field",
    () =>
      service("support-chat", {
        team: "assist",
        features: ["support_chat"],
        // @ts-expect-error
        alsoShow: ["caches"],
        slos,
      }),
  ],
  [
    "a signal to show that the source doesn't publish",
    "signal-not-published",
    () =>
      proxy.service("support-chat", {
        team: "assist",
        features: ["support_chat"],
        // @ts-expect-error
        alsoShow: ["feedback"],
        slos: { errors: proxy.errorRate({ below: "1%" }) },
      }),
  ],
  [
    "something that is no SLO",
    "invalid-field",
    () =>
      service("support-chat", {
        team: "assist",
        features: ["support_chat"],
        slos: {
          // @ts-expect-error
          errors: "1%",
        },
      }),
  ],
];

export const guardedService = (guardrail: unknown) =>
  service("support-chat", {
    team: "assist",
    features: ["support_chat"],
    slos,
    guardrails: { guardrail: guardrail as Guardrail },
  });

export const refusedGuardrails: readonly Refused[] = [
  [
    "a fullness between two boundaries",
    "not-a-bucket",
    () =>
      contextNearEnd({
        // @ts-expect-error
        above: 0.8,
        share: "5%",
      }),
  ],
  [
    "a percentage without its sign in a guardrail",
    "invalid-field",
    () =>
      rateLimitPressure({
        // @ts-expect-error
        above: 5,
      }),
  ],
  [
    "a span of time that is no number of minutes",
    "invalid-field",
    () =>
      queueDepth({
        above: 100,
        // @ts-expect-error
        for: "1h",
      }),
  ],
  [
    "an anomaly without a floor",
    "missing-field",
    () =>
      // @ts-expect-error
      tokenAnomaly({ factor: 2 }),
  ],
];

/** Over a source without these signals. */
export const refusedProxyGuardrails: readonly Refused[] = [
  [
    "retries over LiteLLM",
    "signal-not-published",
    () =>
      proxy.retryStorm({
        // @ts-expect-error
        above: 1,
      }),
  ],
  [
    "an average cost over LiteLLM",
    "signal-not-published",
    () =>
      proxy.averageCostPerRequest({
        // @ts-expect-error
        aboveUsd: 0.05,
      }),
  ],
  [
    "context windows over LiteLLM",
    "signal-not-published",
    () =>
      proxy.contextNearEnd({
        // @ts-expect-error
        above: 0.9,
        share: "5%",
      }),
  ],
];

export const guardedProxyService = (guardrail: unknown) =>
  proxy.service("proxy", {
    team: "assist",
    features: ["support_chat"],
    slos: { errors: proxy.errorRate({ below: "1%" }) },
    guardrails: { guardrail: guardrail as Guardrail },
  });

export const refusedStacks: readonly Refused[] = [
  [
    "a heartbeat that nobody declined",
    "missing-field",
    () => {
      const { heartbeat: _, ...rest } = where;
      // @ts-expect-error
      return stack({ ...rest, receivers });
    },
  ],
  [
    "a heartbeat declined without a reason",
    "invalid-field",
    () =>
      stack({
        ...where,
        receivers,
        // @ts-expect-error
        heartbeat: "none",
      }),
  ],
  [
    "business hours in words",
    "invalid-field",
    () =>
      stack({
        ...where,
        receivers,
        businessHours: {
          // @ts-expect-error
          from: "nine",
          to: "17:00",
        },
      }),
  ],
  [
    "a folder of dashboards that is no name",
    "invalid-field",
    () =>
      stack({
        ...where,
        receivers,
        dashboards: {
          // @ts-expect-error
          folder: 7,
        },
      }),
  ],
  [
    "a receiver that isn't there",
    "missing-receiver",
    () =>
      stack({
        ...where,
        // @ts-expect-error
        receivers: { chat: receivers.chat },
      }),
  ],
  [
    "a receiver that nobody knows",
    "unknown-receiver",
    () =>
      stack({
        ...where,
        receivers: {
          ...receivers,
          // @ts-expect-error
          chta: { kind: "webhook" },
        },
      }),
  ],
  [
    "a misspelt field of a receiver",
    "unknown-field",
    () =>
      stack({
        ...where,
        receivers: {
          pager: { kind: "pagerduty" },
          chat: {
            kind: "slack",
            // @ts-expect-error
            chanel: "#llm-alerts",
          },
        },
      }),
  ],
  [
    "a scrape interval that isn't on offer",
    "invalid-field",
    () =>
      stack({
        ...where,
        receivers,
        scrape: {
          // @ts-expect-error
          interval: "10s",
        },
      }),
  ],
  [
    "a stack without a Prometheus",
    "invalid-field",
    () =>
      stack({
        ...where,
        receivers,
        components: {
          prometheus: {
            // @ts-expect-error
            kind: "off",
          },
        },
      }),
  ],
  [
    "two Alertmanagers",
    "invalid-field",
    () =>
      stack({
        ...where,
        receivers,
        components: {
          alertmanager: {
            kind: "inCluster",
            // @ts-expect-error
            replicas: 2,
          },
        },
      }),
  ],
  [
    "an image that nothing runs",
    "unknown-field",
    () =>
      stack({
        ...where,
        receivers,
        images: {
          // @ts-expect-error
          graffana: "registry.example.com/grafana:13.2.0",
        },
      }),
  ],
];

export const refusedPlatforms: readonly Refused[] = [
  [
    "a platform of a team that doesn't exist",
    "unknown-team",
    () =>
      stack({
        ...where,
        receivers,
        // @ts-expect-error
        platform: { team: "asist" },
      }),
  ],
  [
    "a part of the platform that doesn't exist",
    "unknown-field",
    () =>
      stack({
        ...where,
        receivers,
        platform: {
          team: "assist",
          // @ts-expect-error
          gpus: true,
        },
      }),
  ],
];

export const refusedOrganisations: readonly Refused[] = [
  [
    "a receiver of a category that doesn't exist",
    "unknown-receiver",
    () =>
      organisation({
        source: appSource(metrics),
        receivers: ["pager", "chat"],
        teams: {
          assist: {
            critical: "pager",
            warning: "chat",
            // @ts-expect-error
            cost: "finance",
          },
        },
        defaultReceiver: "chat",
      }),
  ],
  [
    "a misspelt key inside of a team",
    "unknown-field",
    () =>
      organisation({
        source: appSource(metrics),
        receivers: ["pager", "chat"],
        teams: {
          assist: {
            critical: "pager",
            // @ts-expect-error
            warnings: "chat",
          },
        },
        defaultReceiver: "chat",
      }),
  ],
  [
    "a receiver of a team that doesn't exist",
    "unknown-receiver",
    () =>
      organisation({
        source: appSource(metrics),
        receivers: ["pager", "chat"],
        teams: {
          assist: {
            // @ts-expect-error
            critical: "pagr",
            warning: "chat",
          },
        },
        defaultReceiver: "chat",
      }),
  ],
  [
    "a default receiver that doesn't exist",
    "unknown-receiver",
    () =>
      organisation({
        source: appSource(metrics),
        receivers: ["pager", "chat"],
        teams: { assist: { critical: "pager", warning: "chat" } },
        // @ts-expect-error
        defaultReceiver: "nobody",
      }),
  ],
  [
    "a label that LiteLLM can't tell features by",
    "unknown-label",
    () =>
      organisation({
        source: litellmSource({
          features: ["support_chat"],
          models: ["gpt-5"],
          // @ts-expect-error
          featureLabel: "team",
        }),
        receivers: ["pager", "chat"],
        teams: { assist: { critical: "pager", warning: "chat" } },
        defaultReceiver: "chat",
      }),
  ],
];

export const refusedMetrics: readonly Refused[] = [
  [
    "models without saying who serves them",
    "invalid-field",
    () =>
      declareMetrics({
        features: ["support_chat"],
        // @ts-expect-error
        models: ["gpt-5"],
      }),
  ],
  [
    "a provider that is no name",
    "invalid-field",
    () =>
      declareMetrics({
        features: ["support_chat"],
        models: {
          // @ts-expect-error
          "gpt-5": 5,
        },
      }),
  ],
  [
    "an evaluator that is no name",
    "invalid-field",
    () =>
      declareMetrics({
        features: ["support_chat"],
        models: { "gpt-5": "openai" },
        // @ts-expect-error
        evaluators: [5],
      }),
  ],
  [
    "a histogram that the contract doesn't have",
    "unknown-metric",
    () =>
      declareMetrics({
        features: ["support_chat"],
        models: { "gpt-5": "openai" },
        // @ts-expect-error
        buckets: { llm_request_duration_second: [1, 2] },
      }),
  ],
];

// @ts-expect-error A misspelt id is no id.
export const misspelt: DiagnosticId = "not-a-buket";

export const soundStack = stack({ ...where, receivers });
export const soundService = (slo: Slo | Budget) =>
  service("support-chat", { team: "assist", features: ["support_chat"], slos: { slo } });
