import { declareMetrics } from "@llm-slo/metrics/contract";

export default declareMetrics({
  features: ["support_chat", "search"],
  models: { "gpt-5": "openai", "gpt-5-mini": "openai" },
  evaluators: ["hallucination", "faithfulness"],
  checks: ["json_schema"],
  labels: { tenant: ["free", "paid"] },
});
