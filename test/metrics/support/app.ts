// One app's metrics in a registry of its own, and what they read.
import { createLlmMetrics, declareMetrics, type LlmMetricsOptions } from "@llm-slo/metrics";
import { Registry } from "prom-client";

export const declared = declareMetrics({
  features: ["chat", "search"],
  models: { "gpt-5-mini": "openai", "claude-sonnet-5": ["anthropic", "aws.bedrock"], "own-model": "vllm" },
  evaluators: ["hallucination"],
  checks: ["json_schema"],
});

/** Labels of a request of `chat` to gpt-5-mini. */
export const chat = { feature: "chat", model: "gpt-5-mini", provider: "openai" } as const;

/** An `onError` for where nothing may go wrong. */
export const raise = (error: unknown): never => {
  throw error;
};

type Options = LlmMetricsOptions<"chat" | "search", "gpt-5-mini" | "claude-sonnet-5" | "own-model", typeof declared>;

/** The app's metrics; `errors` holds what its `onError` was told. */
export function app(options: Partial<Options> = {}) {
  const errors: unknown[] = [];
  const llm = createLlmMetrics({
    metrics: declared,
    registry: new Registry(),
    onError: (error: unknown) => errors.push(error),
    ...options,
  });
  /** Every series that isn't 0, buckets left out, as `name{labels} value`. */
  const nonZero = async (): Promise<readonly string[]> =>
    (await llm.expose()).body
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#") && !line.includes("_bucket{") && !/ 0$/.test(line))
      .filter((line) => !line.startsWith("llm_contract_info"));
  return { llm, errors, nonZero, value: (name: string, labels: object) => seriesValue(llm.registry, name, labels) };
}

/** The value of the one series with these labels; undefined where there is none. `name` may end in _sum, _count or _bucket. */
export async function seriesValue(registry: Registry, name: string, labels: object): Promise<number | undefined> {
  const wanted = Object.entries(labels);
  for (const metric of await registry.getMetricsAsJSON()) {
    for (const { metricName = metric.name, labels: found, value } of metric.values as {
      metricName?: string;
      labels: Record<string, unknown>;
      value: number;
    }[]) {
      const same = Object.keys(found).length === wanted.length && wanted.every(([key, value]) => found[key] === value);
      if (metricName === name && same) return value;
    }
  }
  return undefined;
}
