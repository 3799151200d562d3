import {
  availability,
  costPerRequest,
  dailyBudget,
  errorRate,
  latency,
  rateLimitRate,
  service,
  timeToFirstToken,
} from "./organisation.ts";

export default service("rag-pipeline", {
  team: "ml",
  features: ["rag_pipeline"],
  description: "Answers questions from the document store, streamed to the user.",
  slos: {
    "answer-latency": latency({ percentile: 95, below: "2s", expectedPerHour: 600 }),
    "first-token": timeToFirstToken({ percentile: 95, below: "1s", expectedPerHour: 600 }),
    errors: errorRate({ below: "1%", expectedPerHour: 600 }),
    availability: availability({ atLeast: "99.9%", bad: ["error", "timeout"], expectedPerHour: 600 }),
    "rate-limits": rateLimitRate({ below: "0.1%", expectedPerHour: 600 }),
    "cost-per-request": costPerRequest({ percentile: 95, below: "$0.05", expectedPerHour: 600 }),
    "daily-spend": dailyBudget({ usd: 50, pace: { "90%": "20:00" } }),
  },
});
