import { appSource, litellmSource, organisation } from "llm-slo";
import metrics from "./metrics.ts";

const language = organisation({
  source: appSource(metrics),
  receivers: ["pager", "chat"],
  teams: { assist: { critical: "pager", warning: "chat" } },
  defaultReceiver: "chat",
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
  hallucinationRate,
  faithfulness,
  evaluationPassRate,
  qualityScore,
  retrievalRelevance,
  formatCompliance,
  taskCompletion,
  userFeedback,
  rateLimitPressure,
  retryStorm,
  averageCostPerRequest,
  contextNearEnd,
  queueDepth,
  inflightSaturation,
  tokenAnomaly,
  spendAnomaly,
  dailyBudget,
  weeklyBudget,
  monthlyBudget,
} = language;
/** The same words over a LiteLLM proxy. */
export const proxy = language.onSource(litellmSource({ features: ["support_chat"], models: ["gpt-5-mini"] }));
