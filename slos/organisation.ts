// Who answers for what, and where SLIs are measured.
import { appSource, organisation } from "llm-slo";
import metrics from "./metrics.ts";

const language = organisation({
  source: appSource(metrics),
  receivers: ["oncall", "ml-team", "llm-quality", "llm-costs", "support-tools", "default"],
  teams: {
    ml: { critical: "oncall", warning: "ml-team", cost: "llm-costs", quality: "llm-quality" },
    "support-tools": { critical: "oncall", warning: "support-tools", cost: "llm-costs" },
  },
  defaultReceiver: "default",
});

export default language;
export const {
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
  faithfulness,
  evaluationPassRate,
  qualityScore,
  retrievalRelevance,
  formatCompliance,
  taskCompletion,
  userFeedback,
  dailyBudget,
} = language;
