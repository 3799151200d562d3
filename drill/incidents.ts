// What can go wrong in a drill, and who must hear of it.
import type { FaultShares } from "../examples/rag-service/faults.ts";

/** An alert that must be told, for a service. */
export interface Expected {
  readonly alert: string;
  readonly service: string;
  readonly severity: "critical" | "warning";
}

export interface Incident {
  readonly says: string;
  /** What the app's stand-in for a provider does wrong; or the app itself is gone. */
  readonly breaks: FaultShares | "app";
  /** When it begins, on life's clock in the budgets' time zone. */
  readonly at: string;
  readonly expected: readonly Expected[];
  /** Alerts that may fire beside them, since the same incident truly causes them. */
  readonly alongside: readonly string[];
}

const usersAtWork = ["rag-pipeline", "ticket-classifier"];
const page = (alert: string, services: readonly string[]): readonly Expected[] =>
  services.map((service) => ({ alert, service, severity: "critical" }));

const failing = ["LlmErrorBudgetBurn", "LlmAvailabilityBudgetBurn", "LlmFirstTokenBudgetBurn", "LlmRetryStorm"];

export const incidents = {
  errors: {
    says: "OpenAI answers 500 to every request",
    breaks: { errors: 1 },
    at: "10:00",
    // One page stands for those of the SLOs.
    expected: page("LlmProviderOutage", usersAtWork),
    alongside: failing,
  },
  slow: {
    says: "OpenAI takes six times as long",
    breaks: { slow: 1 },
    at: "10:00",
    expected: page("LlmLatencyBudgetBurn", usersAtWork),
    // Latencies aren't scaled: for as long as a slow request takes, five minutes of life, none may complete.
    alongside: [...failing, "LlmLatencyBudgetBurn", "LlmRequestsStalled"],
  },
  "rate-limited": {
    says: "OpenAI answers 429 to three attempts of ten",
    breaks: { "rate-limited": 0.3 },
    at: "10:00",
    expected: page("LlmRateLimitBudgetBurn", ["rag-pipeline"]),
    alongside: [...failing, "LlmRateLimitBudgetBurn", "LlmRateLimitPressure"],
  },
  hallucinate: {
    says: "answers don't follow from what was asked",
    breaks: { hallucinate: 1 },
    at: "10:00",
    expected: [
      ...page("LlmHallucinationBudgetBurn", ["rag-pipeline"]),
      ...page("LlmFormatComplianceBudgetBurn", ["ticket-classifier"]),
    ],
    alongside: ["LlmHallucinationBudgetBurn", "LlmFaithfulnessBudgetBurn", "LlmFormatComplianceBudgetBurn"],
  },
  "cost-runaway": {
    says: "every prompt has ten times the tokens, in the evening of a day that was as usual until then",
    breaks: { "expensive-prompt": 1 },
    at: "21:45",
    expected: [
      ...page("LlmRequestCostBudgetBurn", ["rag-pipeline"]),
      ...page("LlmSpendBudgetExhausted", ["rag-pipeline"]),
    ],
    alongside: [
      "LlmAverageRequestCostHigh",
      "LlmRequestCostBudgetBurn",
      "LlmSpendAnomaly",
      "LlmTokenAnomaly",
      "LlmSpendBudgetMostlyUsed",
      "LlmSpendBudgetOnCourseToExceed",
    ],
  },
  "evaluator-down": {
    says: "nobody judges the answers",
    breaks: { "evaluator-down": 1 },
    at: "10:00",
    expected: [{ alert: "LlmEvaluatorStopped", service: "rag-pipeline", severity: "warning" }],
    alongside: [],
  },
  "app-down": {
    says: "the app is gone",
    breaks: "app",
    at: "10:00",
    expected: page("LlmTargetsDown", ["document-extractor", "rag-pipeline", "ticket-classifier"]),
    alongside: [],
  },
} as const satisfies Readonly<Record<string, Incident>>;

/** What may be told with any incident: answers that break off, or that users leave, are requests without a price. */
export const anyTime: readonly string[] = ["LlmSpendBlind"];

export type IncidentName = keyof typeof incidents;
