import {
  averageCostPerRequest,
  costPerRequest,
  dailyBudget,
  errorRate,
  evaluationPassRate,
  latency,
  queueDepth,
  service,
} from "./organisation.ts";

export default service("document-extractor", {
  team: "ml",
  features: ["document_extractor"],
  alsoShow: ["feedback", "tasks", "validations"],
  description: "Reads fields from long documents in batches; slow by nature, about 30 an hour.",
  slos: {
    latency: latency({ percentile: 95, below: "30s", expectedPerHour: 30 }),
    errors: errorRate({ below: "1%", expectedPerHour: 30 }),
    "answer-quality": evaluationPassRate({
      atLeast: "80%",
      evaluator: "answer_quality",
      evaluatedEvery: "1h",
      expectedPerHour: 20,
    }),
    "cost-per-request": costPerRequest({ percentile: 95, below: "$0.05", expectedPerHour: 30 }),
    "daily-spend": dailyBudget({ usd: 75, pace: { "90%": "20:00" } }),
  },
  guardrails: {
    "average-cost": averageCostPerRequest({ aboveUsd: 0.05 }),
    queue: queueDepth({ above: 100, for: "10m" }),
  },
});
