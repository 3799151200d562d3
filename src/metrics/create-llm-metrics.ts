import { type AiSdkMiddleware, aiSdkMiddleware } from "./ai-sdk.ts";
import { wrapAnthropic } from "./anthropic.ts";
import { type DailyBudget, type LocalBudget, localBudgets } from "./budgets.ts";
import type { Call, CallContext, OpenCall } from "./call.ts";
import { contract, type DroppedMetric } from "./contract.ts";
import { contractHash, contractVersion } from "./contract-hash.ts";
import type { DeclaredMetrics } from "./declare.ts";
import { countingFetch } from "./fetch.ts";
import { labelValues } from "./label-values.ts";
import { type OpenaiOptions, wrapOpenai } from "./openai.ts";
import { type Price, priceBook } from "./prices.ts";
import { type QualityRecorder, qualityRecorder } from "./quality.ts";
import { requestSeries } from "./request-series.ts";
import { endOverdue, type RequestStart, type Requests, startRequests } from "./requests.ts";
import { type Exposition, expose, type OpenMetricsRegistry, openStore, type Registry, type Store } from "./store.ts";
import type { Tracing } from "./tracing.ts";
import { warnOnce } from "./warn.ts";

type Labels = Readonly<Record<string, readonly string[]>>;

/** Values for the labels that the organisation declared; there is nothing to write where it declared none. */
type LabelsField<L extends Labels> = [keyof L] extends [never]
  ? { readonly labels?: never }
  : { readonly labels: { readonly [K in keyof L]: L[K][number] } };

/** What a wrapped client's requests are counted under. */
export type RequestDefaults<F extends string = string, L extends Labels = Labels> = {
  readonly feature: F;
  /** Who serves the requests. Default: the provider declared for the model. */
  readonly provider?: string;
} & LabelsField<L>;

/** The same for all requests, or asked for each one: for a feature or a tenant that only the running code knows. */
export type DefaultsOrSource<F extends string, L extends Labels> =
  | RequestDefaults<F, L>
  | (() => RequestDefaults<F, L>);

/** A request that the app makes without a wrapped client. */
export type ObservedRequest<F extends string = string, M extends string = string, L extends Labels = Labels> = Omit<
  RequestStart,
  "feature" | "model" | "labels"
> & {
  readonly feature: F;
  /** The model as you ask the provider for it. */
  readonly model: M | (string & {});
} & LabelsField<L>;

export interface LlmMetricsOptions<F extends string, M extends string, D> {
  /** What the apps emit: the default export of slos/metrics.ts, which the SLOs are made from too. */
  readonly metrics: D;
  /** The features that this app serves. Their series start at 0. Default: all declared ones. */
  readonly features?: readonly F[];
  /** The models that this app asks for. Default: all declared ones. */
  readonly models?: readonly M[];
  /** Names that this app asks for models by, such as deployments, and the declared model behind each. @example { "chat-prod": "gpt-5" } */
  readonly modelAliases?: Readonly<Record<string, M>>;
  /** Prices by model, before those of `@pydantic/genai-prices`: models of your own, or contracts of your own. */
  readonly prices?: Readonly<Record<string, Price>>;
  /** Daily budgets by feature, for `budget()`. Alerts have their own, in slos/. */
  readonly budgets?: Readonly<Partial<Record<F, DailyBudget>>>;
  /** The registry of prom-client to write to, where the app has one. Default: one of this package's own. */
  readonly registry?: Registry | OpenMetricsRegistry;
  /** OpenTelemetry: spans, exemplars. Made with `openTelemetry()` of `@llm-slo/metrics/otel`. Default: none. */
  readonly tracing?: Tracing;
  /** Seconds after which a request that never ended counts as abandoned. Default: 900. */
  readonly maxRequestSeconds?: number;
  /** Told of what goes wrong inside of this package, which never throws into the app. Default: a warning on the console, each once. */
  readonly onError?: (error: unknown) => void;
}

/** The metrics of one app: what its LLM calls are recorded with. Nothing here throws into the app. */
export interface LlmMetrics<
  F extends string = string,
  M extends string = string,
  L extends Labels = Labels,
  E extends string = string,
  C extends string = string,
> extends QualityRecorder<F, E, C> {
  /**
   * Records every request of an OpenAI client: chat completions, responses, embeddings. Returns the same client, which behaves as before.
   * @example const openai = llm.openai(new OpenAI(), { feature: "rag_pipeline" });
   */
  openai<T extends object>(client: T, defaults: DefaultsOrSource<F, L>, options?: OpenaiOptions): T;
  /**
   * Records every request of an Anthropic client. Returns the same client, which behaves as before.
   * @example const anthropic = llm.anthropic(new Anthropic(), { feature: "rag_pipeline" });
   */
  anthropic<T extends object>(client: T, defaults: DefaultsOrSource<F, L>): T;
  /**
   * Middleware for models of the AI SDK, versions 5 to 7. Each attempt of `generateText` and its like counts as a request.
   * @example const model = wrapLanguageModel({ model: openai("gpt-5"), middleware: llm.aiSdk({ feature: "rag_pipeline" }) });
   */
  aiSdk(defaults: DefaultsOrSource<F, L>): AiSdkMiddleware;
  /**
   * A `fetch` that counts the attempts after the first of each request in `llm_retries_total`. Wrapped clients have it already.
   * @example createOpenAI({ fetch: llm.fetch() })
   */
  fetch(base?: typeof fetch): typeof fetch;
  /**
   * Records one request made in any other way, from now until `fn` has ended: a stream must be read inside of it. What `fn` returns or throws
   * is returned or thrown on. Wrapped clients that `fn` uses add their tokens to this request and aren't counted again.
   * @example
   * const answer = await llm.observe({ feature: "rag_pipeline", model: "gemini-2.5-pro" }, async (call) => {
   *   const response = await gemini.generateContent(prompt);
   *   call.usage(geminiUsage(response.usageMetadata));
   *   return response.text;
   * });
   */
  observe<T>(request: ObservedRequest<F, M, L>, fn: (call: Call) => T | Promise<T>): Promise<T>;
  /**
   * Starts a request whose end you report yourself, for streams of your own.
   * @example
   * const call = llm.start({ feature: "rag_pipeline", model: "gemini-2.5-pro", stream: true });
   * try {
   *   for await (const chunk of stream) {
   *     call.firstToken();
   *     usage = geminiUsage(chunk.usageMetadata);
   *   }
   *   call.usage(usage);
   *   call.end();
   * } catch (error) {
   *   call.fail(error);
   * }
   */
  start(request: ObservedRequest<F, M, L>): Call;
  /**
   * What this process alone knows of a feature's daily budget, in USD; undefined where none was given. Never read by alerts.
   * @example if ((llm.budget("rag_pipeline")?.localShareUsed ?? 0) >= 1) return tryAgainTomorrow();
   */
  budget(feature: F): LocalBudget | undefined;
  /**
   * What a scrape answers, in the format that its `Accept` header asks for: OpenMetrics where there are exemplars, else Prometheus' text.
   * `@llm-slo/metrics/http` serves it. Default: text.
   */
  expose(accept?: string): Promise<Exposition>;
  /** The registry of prom-client that holds the series. */
  readonly registry: Registry;
}

/** The declaration, narrowed to what one app serves. */
function narrow(
  declared: DeclaredMetrics,
  wanted: Pick<LlmMetricsOptions<string, string, unknown>, "features" | "models">,
  onError: (error: unknown) => void,
): DeclaredMetrics {
  const among = (field: "features" | "models"): readonly string[] => {
    const values = wanted[field] ?? declared[field];
    const strangers = values.filter((value) => !declared[field].includes(value));
    if (strangers.length > 0) {
      onError(new TypeError(`${field} › ${strangers.join(", ")}: not in slos/metrics.ts, so recorded as other.`));
    }
    return declared[field].filter((value) => values.includes(value));
  };
  return { ...declared, features: among("features"), models: among("models") };
}

/** What the package says of itself. */
function startOwnSeries(store: Store, declared: DeclaredMetrics): void {
  for (const label of ["feature", "model", "provider", "evaluator", "check", ...Object.keys(declared.labels)]) {
    store.start("llm_metrics_capped_total", { label });
  }
  for (const metric of contract.llm_metrics_dropped_total.values.metric) {
    store.start("llm_metrics_dropped_total", { metric });
  }
  store.set.llm_contract_info({ version: contractVersion, hash: contractHash(declared) }, 1);
}

function assemble(options: LlmMetricsOptions<string, string, DeclaredMetrics>): LlmMetrics {
  const { tracing, maxRequestSeconds = 900 } = options;
  const open = new Set<OpenCall>();
  const onError = (error: unknown): void => {
    for (const say of [() => store.add.llm_metrics_errors_total({}, 1), () => (options.onError ?? warnOnce)(error)]) {
      try {
        say();
      } catch {
        // There is nobody left to tell.
      }
    }
  };
  const store = openStore(options.metrics, {
    registry: options.registry as Registry | undefined,
    exemplars: tracing?.exemplars ?? false,
    onCollect: () => endOverdue(open, maxRequestSeconds),
  });
  for (const metric of store.conflicts) {
    onError(new Error(`The registry has a metric ${metric} of somebody else's: ours is not exposed.`));
  }
  const declared = narrow(options.metrics, options, onError);
  const onDropped = (metric: DroppedMetric) => store.add.llm_metrics_dropped_total({ metric }, 1);
  const onCapped = (label: string) => store.add.llm_metrics_capped_total({ label }, 1);
  const values = labelValues(declared, options.modelAliases ?? {}, onCapped);
  const budgets = localBudgets(options.budgets ?? {}, onError);
  const context: CallContext = {
    store,
    prices: priceBook(options.prices ?? {}, onError),
    wantsContent: tracing?.content ?? false,
    open,
    onDropped,
    onError,
    onCost: budgets.spend,
  };
  const requests: Requests = startRequests({ context, series: requestSeries(declared, store, values), tracing });
  startOwnSeries(store, declared);
  return {
    ...qualityRecorder({ declared, store, values, onDropped, onError }),
    openai: (client, defaults, openaiOptions) => wrapOpenai(requests, client, defaults, openaiOptions),
    anthropic: (client, defaults) => wrapAnthropic(requests, client, defaults),
    aiSdk: (defaults) => aiSdkMiddleware(requests, defaults),
    fetch: (base = globalThis.fetch) => countingFetch(base),
    async observe(request, fn) {
      const call = requests.start(request);
      try {
        const result = await call.run(() => fn(call));
        call.end();
        return result;
      } catch (error) {
        call.fail(error);
        throw error;
      }
    },
    start: (request) => requests.start(request),
    budget: (feature) => budgets.of(feature),
    expose: (accept = "") => expose(store.registry, accept, tracing?.exemplars ?? false),
    registry: store.registry,
  };
}

/**
 * Makes an app emit what the rules of its SLOs ask for. Call it once; a second call on the same registry shares its series.
 * Every declared series starts at 0. Label values nobody declared are recorded as `other`, and counted in `llm_metrics_capped_total`.
 *
 * @throws TypeError without a declaration, or with one that `llm-slo synth` refuses too. After that nothing throws: what goes wrong is counted
 * and told to `onError`.
 *
 * @example
 * import metrics from "../slos/metrics.ts";
 * const llm = createLlmMetrics({ metrics, features: ["rag_pipeline"] });
 * const openai = llm.openai(new OpenAI(), { feature: "rag_pipeline" });
 */
export function createLlmMetrics<
  const F extends string,
  const M extends string,
  const L extends Labels,
  const E extends string,
  const C extends string,
>(
  options: LlmMetricsOptions<NoInfer<F>, NoInfer<M>, DeclaredMetrics<F, M, L, DeclaredMetrics["buckets"], E, C>>,
): LlmMetrics<F, M, L, E, C> {
  if (options?.metrics?.kind !== "metrics") {
    throw new TypeError("createLlmMetrics needs { metrics }: what declareMetrics() returned in slos/metrics.ts.");
  }
  try {
    return assemble(options as unknown as LlmMetricsOptions<string, string, DeclaredMetrics>) as unknown as LlmMetrics<
      F,
      M,
      L,
      E,
      C
    >;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new TypeError(`createLlmMetrics can't use slos/metrics.ts: ${problem}. \`npx llm-slo synth\` checks it.`, {
      cause: error,
    });
  }
}
