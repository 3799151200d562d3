// What the apps emit. The apps import this file too.
import { declareMetrics } from "@llm-slo/metrics";

export default declareMetrics({
  features: ["rag_pipeline", "ticket_classifier", "document_extractor"],
  models: ["gpt-5", "gpt-5-mini", "claude-sonnet-5"],
});
