import { availability, dailyBudget, errorRate, formatCompliance, latency, service } from "./organisation.ts";

export default service("ticket-classifier", {
  team: "support-tools",
  features: ["ticket_classifier"],
  alsoShow: ["feedback", "queueDepth", "tasks"],
  description: "Sorts incoming tickets into queues, a few hundred an hour.",
  slos: {
    latency: latency({ percentile: 95, below: "2s", expectedPerHour: 300 }),
    errors: errorRate({ below: "1%", expectedPerHour: 300 }),
    availability: availability({ atLeast: "99.9%", bad: ["error", "timeout"], expectedPerHour: 300 }),
    format: formatCompliance({ check: "json_schema", atLeast: "99%", expectedPerHour: 300 }),
    "daily-spend": dailyBudget({ usd: 10, pace: { "90%": "20:00" } }),
  },
});
