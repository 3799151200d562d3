import { declareMetrics } from "@llm-slo/metrics/contract";

export default declareMetrics({
  features: ["support_chat", "search"],
  models: { "gpt-5": "openai", "gpt-5-mini": "openai" },
  labels: { tenant: ["free", "paid"] },
});
