import { type BucketsOf, contract, type HistogramName } from "./contract.ts";

/** Boundaries an app chose for itself, by histogram. */
export type OwnBuckets = Readonly<Partial<Record<HistogramName, readonly number[]>>>;

/**
 * Who serves a model, in the words of OpenTelemetry's `gen_ai.provider.name`; any other name will do.
 * @see https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/
 */
export type Provider =
  | "anthropic"
  | "aws.bedrock"
  | "azure.ai.inference"
  | "azure.ai.openai"
  | "cohere"
  | "deepseek"
  | "gcp.gemini"
  | "gcp.vertex_ai"
  | "groq"
  | "mistral_ai"
  | "openai"
  | "perplexity"
  | "x_ai"
  | (string & {});

/** What the apps of an organisation emit: the contract plus the values that only they know. */
export interface DeclaredMetrics<
  F extends string = string,
  M extends string = string,
  L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<string, readonly string[]>>,
  B extends Readonly<Record<HistogramName, readonly number[]>> = Readonly<Record<HistogramName, readonly number[]>>,
  E extends string = string,
  C extends string = string,
> {
  readonly kind: "metrics";
  /** Values of the label `feature`. */
  readonly features: readonly F[];
  /** Values of the label `model`. */
  readonly models: readonly M[];
  /** Values of the label `provider`, by model. */
  readonly providers: Readonly<Record<M, readonly string[]>>;
  /** Values of the label `evaluator`. */
  readonly evaluators: readonly E[];
  /** Values of the label `check`. */
  readonly checks: readonly C[];
  /** Labels of the organisation's own, each with its closed set of values; every series of a request carries them. */
  readonly labels: L;
  /** The boundaries of every histogram: the contract's, or the app's own. */
  readonly buckets: B;
}

type Buckets<B extends OwnBuckets> = {
  readonly [H in HistogramName]: B[H] extends readonly number[] ? B[H] : BucketsOf<H>;
};

/**
 * Declares what the apps emit, once, for the apps and for the compiler of SLOs. Apps in other repositories import the same file.
 * A value that isn't declared here is recorded as `other`.
 *
 * @example
 * export default declareMetrics({
 *   features: ["rag_pipeline"],
 *   models: { "gpt-5-mini": "openai", "claude-sonnet-5": ["anthropic", "aws.bedrock"] },
 *   evaluators: ["hallucination", "faithfulness"],
 *   checks: ["json_schema"],
 *   labels: { tenant: ["free", "paid"] },
 *   buckets: { llm_request_duration_seconds: [0.5, 1, 2, 3, 5, 10, 30, 60, 120] },
 * });
 */
export function declareMetrics<
  const F extends string,
  const M extends string,
  const L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<never, readonly string[]>>,
  const B extends OwnBuckets = Readonly<Record<never, never>>,
  const E extends string = never,
  const C extends string = never,
>(spec: {
  /** What your LLM calls are for: what SLOs and budgets speak of. */
  readonly features: readonly F[];
  /** Every model the apps ask for, under the name they ask by, and who serves it. */
  readonly models: Readonly<Record<M, Provider | readonly Provider[]>>;
  /** What judges answers: hallucination, faithfulness, ... Default: none. */
  readonly evaluators?: readonly E[];
  /** Checks of an answer's format or content that the apps make. Default: none. */
  readonly checks?: readonly C[];
  /** Extra bounded labels, such as a tenant's plan or a prompt's version. Each multiplies the series of a request by its number of values. Default: none. */
  readonly labels?: L;
  /** Upper bounds of histograms, ascending, in the metric's unit. Default: the contract's. */
  readonly buckets?: B;
}): DeclaredMetrics<F, M, L, Buckets<B>, E, C> {
  const defaults = Object.entries(contract).flatMap(([name, metric]) =>
    "buckets" in metric ? [[name, metric.buckets]] : [],
  );
  // Fields that nobody knows and models of a wrong shape are carried along, so that synth can name them.
  const named = typeof spec.models === "object" && spec.models !== null && !Array.isArray(spec.models);
  const providers = Object.entries<Provider | readonly Provider[]>(named ? spec.models : {}).map(
    ([model, provider]) => [model, typeof provider === "string" ? [provider] : provider],
  );
  return {
    ...spec,
    kind: "metrics",
    evaluators: spec.evaluators ?? [],
    checks: spec.checks ?? [],
    models: (named ? Object.keys(spec.models) : spec.models) as readonly M[],
    providers: Object.fromEntries(providers),
    labels: (spec.labels ?? {}) as L,
    buckets: { ...Object.fromEntries(defaults), ...spec.buckets } as unknown as Buckets<B>,
  };
}
