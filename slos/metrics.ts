// What the apps emit. The apps import this file too.
import { declareMetrics } from "@llm-slo/metrics/contract";

export default declareMetrics({
  features: ["rag_pipeline", "ticket_classifier", "document_extractor"],
  models: { "gpt-5": "openai", "gpt-5-mini": "openai", "claude-sonnet-5": "anthropic" },
  evaluators: ["hallucination", "faithfulness", "answer_quality"],
  checks: ["json_schema"],
});
