// The service whose rules are mutated: every indicator, and every set of arms that objectives from 80 to 99.99 % have.
import { appSource, declareMetrics, organisation } from "llm-slo";
import { compile } from "../../src/compile/compile.ts";
import type { TimeZoneTable } from "../../src/compile/time-zone-table.ts";
import type { Plan } from "../../src/plan/plan.ts";

const metrics = declareMetrics({
  features: ["golden", "silver", "copper", "iron", "lead"],
  models: { "model-a": "openai" },
  evaluators: ["hallucination"],
});
const language = organisation({
  source: appSource(metrics),
  receivers: ["pager", "chat"],
  teams: { golden: { critical: "pager", warning: "chat" } },
  defaultReceiver: "chat",
});
const {
  service,
  stack,
  latency,
  timeToFirstToken,
  errorRate,
  availability,
  rateLimitRate,
  costPerRequest,
  eventRatio,
  rateLimitPressure,
  retryStorm,
  averageCostPerRequest,
  contextNearEnd,
  queueDepth,
  inflightSaturation,
  tokenAnomaly,
  spendAnomaly,
  hallucinationRate,
  retrievalRelevance,
  dailyBudget,
  monthlyBudget,
} = language;

const golden = service("golden", {
  team: "golden",
  features: ["golden"],
  slos: {
    latency: latency({ percentile: 95, below: "2s" }),
    "first-token": timeToFirstToken({ percentile: 80, below: "1s" }),
    errors: errorRate({ below: "2%" }),
    availability: availability({ atLeast: "99.9%", expectedPerHour: 3_600 }),
    "rate-limits": rateLimitRate({ below: "1%" }),
    cost: costPerRequest({ percentile: 90, below: "$0.05" }),
    jobs: eventRatio({
      objective: "99.99%",
      bad: 'sum(rate(ingest_jobs_total{result="failed"}[$window]))',
      total: "sum(rate(ingest_jobs_total[$window]))",
    }),
    "daily-spend": dailyBudget({ usd: 50, weekend: 20, pace: { "90%": "20:00" } }),
    "monthly-spend": monthlyBudget({ usd: 500 }),
    // Its slow arm is built as its fast one is.
    grounded: hallucinationRate({ below: "5%", evaluatedEvery: "15m", arms: { slow: false } }),
    retrieval: retrievalRelevance({ above: 0.5, atLeast: "95%" }),
  },
  guardrails: {
    "limit-pressure": rateLimitPressure({ above: "5%" }),
    retries: retryStorm({ above: 1 }),
    "average-cost": averageCostPerRequest({ aboveUsd: 0.05 }),
    context: contextNearEnd({ above: 0.9, share: "5%" }),
    queue: queueDepth({ above: 100, for: "10m" }),
    inflight: inflightSaturation({ limit: 50, above: "90%" }),
    tokens: tokenAnomaly({ floorPerHour: 100_000 }),
    spend: spendAnomaly({ floorUsdPerHour: 2 }),
  },
});

/** Asks the same providers, and has nothing else to be proven. */
const others = service("others", {
  team: "golden",
  features: ["silver", "copper", "iron", "lead"],
  slos: { "monthly-spend": monthlyBudget({ usd: 500 }) },
});

/** Proofs begin in 1970: there, clocks go forward on the 21st of January and back on the 27th. */
const berlin: TimeZoneTable = {
  name: "Europe/Berlin",
  offsetSeconds: 3_600,
  transitions: [
    { atSeconds: 20 * 86_400 + 3_600, offsetSeconds: 7_200 },
    { atSeconds: 26 * 86_400 + 3_600, offsetSeconds: 3_600 },
  ],
};

/** The plan of the golden service, and of others beside it. */
export function goldenPlan(): Plan {
  const links = {
    grafanaUrl: "https://grafana.example.com",
    runbooksUrl: "https://runbooks.example.com",
    heartbeat: "none: nobody listens to an example",
  } as const;
  const receivers = { pager: { kind: "pagerduty" }, chat: { kind: "slack", channel: "#golden" } } as const;
  const model = {
    environment: "",
    organisation: language,
    stack: stack({ ...links, receivers, timeZone: "Europe/Berlin", platform: { team: "golden", gpu: true } }),
    services: [golden, others],
  };
  return compile(model, () => berlin);
}
