import { declareMetrics } from "@llm-slo/metrics";

export default declareMetrics({
  features: ["support_chat", "search"],
  models: ["gpt-5", "gpt-5-mini"],
  labels: { tenant: ["free", "paid"] },
});
