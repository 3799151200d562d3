// Every indicator there is. A new one is a file beside this one and a row here.
import { costPerRequestIndicator } from "./cost-per-request.ts";
import { evaluationPassRateIndicator, faithfulnessIndicator, hallucinationRateIndicator } from "./evaluations.ts";
import { eventRatioIndicator } from "./event-ratio.ts";
import type { Indicator } from "./indicator.ts";
import { latencyIndicator } from "./latency.ts";
import { formatComplianceIndicator, taskCompletionIndicator, userFeedbackIndicator } from "./outcomes.ts";
import { availabilityIndicator, errorRateIndicator, rateLimitRateIndicator } from "./request-statuses.ts";
import { qualityScoreIndicator, retrievalRelevanceIndicator } from "./scores.ts";
import { timeToFirstTokenIndicator } from "./time-to-first-token.ts";

const rows = [
  latencyIndicator,
  timeToFirstTokenIndicator,
  errorRateIndicator,
  availabilityIndicator,
  rateLimitRateIndicator,
  costPerRequestIndicator,
  eventRatioIndicator,
  hallucinationRateIndicator,
  faithfulnessIndicator,
  evaluationPassRateIndicator,
  qualityScoreIndicator,
  retrievalRelevanceIndicator,
  formatComplianceIndicator,
  taskCompletionIndicator,
  userFeedbackIndicator,
] as const;

/** The indicators by kind. Specs are checked against `fields` before an indicator sees them. */
export const indicators: ReadonlyMap<string, Indicator<never>> = new Map(
  rows.map((row) => [row.kind, row as unknown as Indicator<never>]),
);
