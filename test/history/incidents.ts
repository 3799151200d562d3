// What went wrong in the example's history, in the words of its fault switches (examples/rag-service/faults.ts).
import type { Fault } from "../../examples/rag-service/faults.ts";
import { now } from "./clock.ts";

export type Feature = "rag_pipeline" | "ticket_classifier" | "document_extractor";

interface Incident {
  readonly fault: Fault;
  readonly feature: Feature;
  /** Hours before the end of the history. */
  readonly from: number;
  readonly to: number;
  /** How much of what it could hit it hit, 0 to 1. */
  readonly share: number;
}

const incidents: readonly Incident[] = [
  { fault: "errors", feature: "rag_pipeline", from: 24 * 24, to: 24 * 24 - 2, share: 0.05 },
  { fault: "slow", feature: "ticket_classifier", from: 19 * 24, to: 19 * 24 - 5, share: 0.35 },
  { fault: "rate-limited", feature: "rag_pipeline", from: 13 * 24, to: 13 * 24 - 3, share: 0.15 },
  { fault: "errors", feature: "document_extractor", from: 9 * 24 + 4, to: 9 * 24 - 2, share: 0.25 },
  { fault: "hallucinate", feature: "rag_pipeline", from: 6 * 24 + 6, to: 6 * 24, share: 0.3 },
  { fault: "slow", feature: "rag_pipeline", from: 5 * 24 + 5, to: 5 * 24 + 4, share: 0.4 },
  { fault: "errors", feature: "ticket_classifier", from: 4 * 24, to: 4 * 24 - 1, share: 0.1 },
  { fault: "slow", feature: "rag_pipeline", from: 28.5, to: 27.4, share: 0.3 },
  { fault: "errors", feature: "rag_pipeline", from: 7.2, to: 6.6, share: 0.07 },
  { fault: "rate-limited", feature: "rag_pipeline", from: 5.1, to: 4.7, share: 0.12 },
  { fault: "expensive-prompt", feature: "rag_pipeline", from: 4.2, to: 2.8, share: 0.12 },
  { fault: "hallucinate", feature: "rag_pipeline", from: 3.5, to: 0, share: 0.18 },
  { fault: "evaluator-down", feature: "document_extractor", from: 9, to: 0, share: 1 },
  { fault: "slow", feature: "ticket_classifier", from: 0.9, to: 0, share: 0.5 },
  { fault: "errors", feature: "ticket_classifier", from: 0.9, to: 0, share: 0.22 },
];

/** The share of requests that a fault hits at a time. */
export function shareHit(fault: Fault, feature: Feature, time: number): number {
  const hours = (now - time) / 3_600;
  for (const one of incidents) {
    if (one.fault === fault && one.feature === feature && hours <= one.from && hours >= one.to) return one.share;
  }
  return 0;
}
