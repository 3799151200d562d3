// The example's services as they run: what their requests are like, and their pods.
import type { Range } from "../../examples/rag-service/random.ts";
import type { Feature } from "./incidents.ts";

export interface Model {
  readonly model: "gpt-5" | "gpt-5-mini" | "claude-sonnet-5";
  readonly provider: string;
  readonly share: number;
  readonly inputTokens: Range;
}

/** What a service's requests are like: examples/rag-service/provider.ts has the same numbers. */
export interface Workload {
  readonly service: string;
  readonly feature: Feature;
  readonly perMinute: number;
  readonly models: readonly Model[];
  readonly streams: boolean;
  readonly firstTokenSeconds: Range;
  readonly restSeconds: Range;
  readonly outputTokens: Range;
  readonly reasoningTokens: Range;
  readonly timeoutSeconds: number;
  readonly evaluated: boolean;
}

const gptMini = { model: "gpt-5-mini", provider: "openai" } as const;

export const workloads: readonly Workload[] = [
  {
    service: "rag-pipeline",
    feature: "rag_pipeline",
    perMinute: 10,
    models: [
      { ...gptMini, share: 0.9, inputTokens: [8_000, 13_000] },
      { model: "claude-sonnet-5", provider: "anthropic", share: 0.1, inputTokens: [2_000, 4_000] },
    ],
    streams: true,
    firstTokenSeconds: [0.25, 0.5],
    restSeconds: [0.4, 0.9],
    outputTokens: [150, 300],
    reasoningTokens: [50, 200],
    timeoutSeconds: 5,
    evaluated: true,
  },
  {
    service: "ticket-classifier",
    feature: "ticket_classifier",
    perMinute: 5,
    models: [{ ...gptMini, share: 1, inputTokens: [400, 900] }],
    streams: false,
    firstTokenSeconds: [0.2, 0.4],
    restSeconds: [0.1, 0.3],
    outputTokens: [15, 30],
    reasoningTokens: [0, 60],
    timeoutSeconds: 4,
    evaluated: false,
  },
  {
    service: "document-extractor",
    feature: "document_extractor",
    perMinute: 0.5,
    models: [{ model: "gpt-5", provider: "openai", share: 1, inputTokens: [4_000, 9_000] }],
    streams: false,
    firstTokenSeconds: [2, 4],
    restSeconds: [3, 5],
    outputTokens: [200, 500],
    reasoningTokens: [200, 800],
    timeoutSeconds: 45,
    evaluated: true,
  },
];

/** A pod and when it ran, in hours before the end of the history. */
export interface Pod {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Hours ago that the rag-pipeline was last deployed. */
export const deployedHoursAgo = 1.6;
const always = { from: Number.POSITIVE_INFINITY, to: 0 };

export const pods: Readonly<Record<string, readonly Pod[]>> = {
  "rag-pipeline": [
    { name: "rag-pipeline-7c9d8b6f5-4xk2p", from: Number.POSITIVE_INFINITY, to: deployedHoursAgo },
    { name: "rag-pipeline-7c9d8b6f5-q8w7z", from: Number.POSITIVE_INFINITY, to: deployedHoursAgo },
    { name: "rag-pipeline-5b8f7d9c4-m2n6t", from: deployedHoursAgo, to: 0 },
    { name: "rag-pipeline-5b8f7d9c4-v9r3s", from: deployedHoursAgo, to: 0 },
  ],
  "ticket-classifier": [{ name: "ticket-classifier-6f4d5c8b7-h5j8l", ...always }],
  "document-extractor": [{ name: "document-extractor-84c6b9d7f-c3v7b", ...always }],
};
