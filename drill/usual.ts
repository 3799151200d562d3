// What is usual of the example app, as it was counted in a drill without an incident: the history before a drill, and the users during it.
import type { Rates } from "../examples/rag-service/traffic.ts";

/** What a service usually does in an hour of life. */
export interface Usual {
  readonly requestsPerHour: number;
  readonly judgedPerHour: number;
  readonly usdPerHour: number;
  /** What anomalies are told from, with every label that they tell apart. */
  readonly amounts: readonly {
    readonly metric: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly perHour: number;
  }[];
}

/**
 * Requests a minute of life. Half of what slos/ expects: sixty times as many are a machine's work. The document extractor rests: one of its
 * requests takes up to nine seconds, which are nine minutes of life, and after five its requests would rightly count as stalled.
 */
export const requestsPerMinute: Rates = { rag_pipeline: 5, ticket_classifier: 2.5, document_extractor: 0 };

const rag = { feature: "rag_pipeline" };
const services: Readonly<Record<string, Usual>> = {
  "rag-pipeline": {
    requestsPerHour: 250,
    judgedPerHour: 200,
    usdPerHour: 1.6,
    amounts: [
      { metric: "llm_cost_usd", labels: { ...rag, model: "gpt-5-mini" }, perHour: 1.3 },
      { metric: "llm_cost_usd", labels: { ...rag, model: "claude-sonnet-5" }, perHour: 0.3 },
      { metric: "llm_tokens", labels: { ...rag, model: "gpt-5-mini" }, perHour: 5_200_000 },
      { metric: "llm_tokens", labels: { ...rag, model: "claude-sonnet-5" }, perHour: 170_000 },
    ],
  },
  "ticket-classifier": { requestsPerHour: 150, judgedPerHour: 0, usdPerHour: 0.05, amounts: [] },
};

/** What is usual of a service; undefined where nothing happens. */
export function usualOf(service: string): Usual | undefined {
  return services[service];
}
