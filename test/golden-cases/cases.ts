// Services that between them use every word of the language: one for each indicator, metric source and option that changes rules.
import { litellmSource, type Service } from "llm-slo";
import { language, type TestStack } from "../support/model.ts";

/** A service, and the environment it is compiled for where that matters. */
export interface GoldenCase {
  readonly name: string;
  readonly service: Service;
  readonly stack?: TestStack;
}

const { service, latency, timeToFirstToken, errorRate, availability, rateLimitRate, costPerRequest, eventRatio } =
  language;
const {
  hallucinationRate,
  faithfulness,
  evaluationPassRate,
  qualityScore,
  retrievalRelevance,
  formatCompliance,
  taskCompletion,
  userFeedback,
} = language;
const {
  averageCostPerRequest,
  rateLimitPressure,
  retryStorm,
  contextNearEnd,
  queueDepth,
  inflightSaturation,
  tokenAnomaly,
  spendAnomaly,
} = language;
const { dailyBudget, weeklyBudget, monthlyBudget } = language;
const proxy = language.onSource(
  litellmSource({ features: ["support-chat-key"], models: ["gpt-5-mini"], featureLabel: "api_key_alias" }),
);

type Slos = Service["slos"];
const chat = (slos: Slos) => service("support-chat", { team: "assist", features: ["support_chat"], slos });

export const goldenCases: readonly GoldenCase[] = [
  { name: "latency", service: chat({ "answer-latency": latency({ percentile: 95, below: "2s" }) }) },
  {
    name: "time-to-first-token",
    service: chat({ "first-token": timeToFirstToken({ percentile: 90, below: "0.5s" }) }),
  },
  { name: "error-rate", service: chat({ errors: errorRate({ below: "1%", expectedPerHour: 3_000 }) }) },
  { name: "availability", service: chat({ availability: availability({ atLeast: "99.9%", bad: ["error"] }) }) },
  { name: "rate-limit-rate", service: chat({ "rate-limits": rateLimitRate({ below: "0.1%" }) }) },
  { name: "cost-per-request", service: chat({ cost: costPerRequest({ percentile: 80, below: "$0.05" }) }) },
  {
    name: "event-ratio",
    service: chat({
      ingestion: eventRatio({
        objective: "99%",
        bad: 'sum(rate(ingest_jobs_total{result="failed"}[$window]))',
        total: "sum(rate(ingest_jobs_total[$window])) # every job, also retried ones",
        describes: "failed ingestion jobs",
      }),
    }),
  },
  {
    name: "litellm",
    service: proxy.service("proxy", {
      team: "assist",
      features: ["support-chat-key"],
      slos: {
        errors: proxy.errorRate({ below: "1%" }),
        latency: proxy.latency({ percentile: 95, below: "2.5s", where: { model: "gpt-5-mini" } }),
      },
    }),
  },
  {
    name: "options",
    service: service("search", {
      team: "assist",
      features: ["search", "support_chat"],
      description: "Searches, and says what it found.",
      slos: {
        errors: errorRate({
          below: "0.5%",
          bad: ["error", "timeout", "content_filtered"],
          where: { model: "claude-sonnet-5", tenant: "paid" },
          period: "7d",
          severity: "warning",
          expectedPerHour: 1_200,
          arms: { medium: false, drift: false },
          labels: { tier: "gold", route: "{{ $labels.service }}-desk" },
          annotations: { see: "https://wiki.example.com/{{ $labels.slo }}" },
        }),
      },
    }),
  },
  {
    name: "two-periods",
    service: chat({
      errors: errorRate({ below: "1%" }),
      latency: latency({ percentile: 95, below: "2s", period: "7d" }),
      "latency-tail": latency({ percentile: 99, below: "10s", period: "7d" }),
    }),
  },
  {
    name: "daily-budget",
    service: chat({
      errors: errorRate({ below: "1%" }),
      "daily-spend": dailyBudget({ usd: 50, weekend: 20, pace: { "90%": "20:00", "50%": "12:00" } }),
    }),
  },
  {
    name: "budgets",
    service: chat({
      errors: errorRate({ below: "1%" }),
      "daily-spend": dailyBudget({ usd: 0.5, timeZone: "Asia/Kathmandu", where: { model: "gpt-5-mini" } }),
      "weekly-spend": weeklyBudget({ usd: 250, severity: "warning", where: { tenant: "paid" } }),
      "monthly-spend": monthlyBudget({ usd: 1_000 }),
    }),
    stack: { timeZone: "Europe/Berlin", match: { cluster: "eu-1" } },
  },
  {
    name: "litellm-budget",
    service: proxy.service("proxy", {
      team: "assist",
      features: ["support-chat-key"],
      slos: { errors: proxy.errorRate({ below: "1%" }), spend: proxy.dailyBudget({ usd: 50 }) },
    }),
  },
  {
    name: "environment",
    service: chat({ latency: latency({ percentile: 99, below: "5s", where: { tenant: "free" } }) }),
    stack: {
      scrape: { interval: "15s", jobs: { "support-chat": "apps/support-chat" } },
      match: { cluster: "eu-1", prometheus: "main" },
      grafanaUrl: "https://grafana.example.com/eu/",
    },
  },
  {
    name: "hallucination-rate",
    service: chat({ grounded: hallucinationRate({ below: "5%", evaluatedEvery: "15m" }) }),
  },
  {
    name: "faithfulness",
    service: chat({ faithful: faithfulness({ atLeast: "75%", evaluatedEvery: "1h", evaluator: "answer_quality" }) }),
  },
  {
    name: "evaluation-pass-rate",
    service: chat({
      quality: evaluationPassRate({ atLeast: "80%", evaluator: "answer_quality", evaluatedEvery: "6h", period: "7d" }),
    }),
  },
  {
    name: "quality-score",
    service: chat({
      errors: errorRate({ below: "1%" }),
      quality: qualityScore({ above: 0.8, atLeast: "80%", evaluator: "answer_quality", evaluatedEvery: "5m" }),
    }),
    stack: { match: { cluster: "eu-1" } },
  },
  { name: "retrieval-relevance", service: chat({ retrieval: retrievalRelevance({ above: 0.5, atLeast: "90%" }) }) },
  { name: "format-compliance", service: chat({ format: formatCompliance({ check: "json_schema", atLeast: "99%" }) }) },
  { name: "task-completion", service: chat({ tasks: taskCompletion({ atLeast: "90%" }) }) },
  { name: "user-feedback", service: chat({ feedback: userFeedback({ atLeast: "80%" }) }) },
  {
    name: "guardrails",
    service: service("search", {
      team: "assist",
      features: ["search", "support_chat"],
      slos: { errors: errorRate({ below: "1%" }) },
      guardrails: {
        "rate-limits": rateLimitPressure({ above: "2.5%", atLeast: 3 }),
        retries: retryStorm({ above: 0.5, atLeast: 50 }),
        cost: averageCostPerRequest({ aboveUsd: 0.05, atLeast: 30 }),
        context: contextNearEnd({ above: 0.95, share: "10%" }),
        queue: queueDepth({ above: 25, for: "5m", severity: "critical" }),
        inflight: inflightSaturation({ limit: 20, above: "80%" }),
        tokens: tokenAnomaly({ floorPerHour: 50_000 }),
        spend: spendAnomaly({ factor: 5, floorUsdPerHour: 0.5 }),
      },
    }),
    stack: { scrape: { interval: "30s" }, match: { cluster: "eu-1" } },
  },
  {
    name: "platform",
    service: chat({ errors: errorRate({ below: "1%" }) }),
    stack: {
      platform: { team: "assist", gpu: true },
      match: { cluster: "eu-1" },
      namespace: "observability",
      appNamespaces: ["chat", "search"],
      scrape: { jobs: { "support-chat": "apps/support.chat" } },
    },
  },
];
