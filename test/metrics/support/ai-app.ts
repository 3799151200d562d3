// An app whose metrics are read as a whole, so that a test sees what it didn't expect too.
import { createLlmMetrics, declareMetrics, type LlmMetricsOptions } from "@llm-slo/metrics";
import { Registry } from "prom-client";
import { afterEach, expect } from "vitest";

const metrics = declareMetrics({
  features: ["chat"],
  models: {
    "gpt-5": [
      "openai",
      "azure.ai.openai",
      "anthropic",
      "gcp.gemini",
      "gcp.vertex_ai",
      "aws.bedrock",
      "mistral_ai",
      "x_ai",
      "groq",
    ],
    embedder: "openai",
  },
});

type Options = Partial<LlmMetricsOptions<"chat", "gpt-5" | "embedder", typeof metrics>>;

/** What was counted, without what is 0. */
export interface Seen {
  readonly requests: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
  readonly tokens: Readonly<Record<string, number>>;
  readonly firstTokens: number;
  readonly firstTokensMissing: number;
  readonly usageMissing: number;
  readonly retries: number;
  readonly inFlight: number;
}

const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

export function aiApp(options: Options = {}) {
  const registry = new Registry();
  const internalErrors: unknown[] = [];
  const llm = createLlmMetrics({ metrics, registry, onError: (error) => internalErrors.push(error), ...options });

  /** Values by one label, or all under "" where none is named. */
  const read = async (name: string, label = ""): Promise<Record<string, number>> => {
    const { values } = (await registry.getSingleMetric(name.replace(/_(count|sum)$/, ""))?.get()) ?? { values: [] };
    const found: Record<string, number> = {};
    for (const { value, labels, metricName } of values as ReadonlyArray<{
      readonly value: number;
      readonly labels: Readonly<Record<string, string>>;
      readonly metricName?: string;
    }>) {
      if (value === 0 || (metricName !== undefined && metricName !== name)) continue;
      const key = labels[label] ?? "";
      found[key] = (found[key] ?? 0) + value;
    }
    return found;
  };
  const total = async (name: string): Promise<number> => sum(Object.values(await read(name)));
  const seen = async (): Promise<Seen> => ({
    requests: await read("llm_requests_total", "status"),
    errors: await read("llm_errors_total", "error_type"),
    tokens: await read("llm_tokens_total", "token_type"),
    firstTokens: await total("llm_time_to_first_token_seconds_count"),
    firstTokensMissing: await total("llm_first_token_missing_total"),
    usageMissing: await total("llm_usage_missing_total"),
    retries: await total("llm_retries_total"),
    inFlight: await total("llm_inflight_requests"),
  });
  const opened = { llm, internalErrors, read, total, seen };
  apps.push(opened);
  return opened;
}

const apps: { readonly internalErrors: readonly unknown[]; readonly total: (name: string) => Promise<number> }[] = [];

/** Whatever a test did: nothing stays in flight, and nothing went wrong inside. */
afterEach(async () => {
  for (const { internalErrors, total } of apps.splice(0)) {
    expect(internalErrors).toEqual([]);
    expect(await total("llm_inflight_requests")).toBe(0);
  }
});

const nothing: Seen = {
  requests: {},
  errors: {},
  tokens: {},
  firstTokens: 0,
  firstTokensMissing: 0,
  usageMissing: 0,
  retries: 0,
  inFlight: 0,
};

/** Everything at 0 but this. */
export const only = (some: Partial<Seen>): Seen => ({ ...nothing, ...some });
