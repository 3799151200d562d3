// What tokens cost: rates of @pydantic/genai-prices, looked up once per model, or the app's own.
import { calcPrice, type ModelPrice } from "@pydantic/genai-prices";
import type { TokenUsage } from "./usage.ts";

/**
 * What a model costs, in USD per million tokens. A rate that is left out is that of `input` (for the cache) or of `output` (for reasoning).
 * @example const own: Price = { input: 0.25, cacheRead: 0.025, output: 2 };
 */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly reasoning?: number;
  /** USD for each request, whatever its tokens. Default: 0. */
  readonly perRequest?: number;
  /** Tokens that fit into the model's context window. Default: what the price source says of the model, else unknown. */
  readonly contextWindow?: number;
}

const isAmount = (value: unknown): value is number =>
  typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;

/** The first field of a price that no request can be charged by; undefined for a sound price. */
function oddField(price: Price): string | undefined {
  const { input, output, ...optional } = (price ?? {}) as Partial<Price>;
  const fields = Object.entries({ input, output, ...optional });
  return fields.find(([field, value]) => !isAmount(value) && (value !== undefined || field in { input, output }))?.[0];
}

/** A model's rates from some number of input tokens on; most models have one tier, from 0. */
type Tier = Required<Omit<Price, "contextWindow">> & { readonly above: number };

/** What is known of a model's cost. */
export interface ModelRates {
  /** By descending `above`. */
  readonly tiers: readonly Tier[];
  readonly contextWindow: number | undefined;
}

const million = 1e6;

/** The rates of a model whose tokens cost what an app says. */
function ownRates(price: Price, contextWindow: number | undefined): ModelRates {
  const { input, output, cacheRead = input, cacheWrite = input, reasoning = output, perRequest = 0 } = price;
  const tier = { above: -1, input, output, cacheRead, cacheWrite, reasoning, perRequest };
  return {
    tiers: [{ ...tier, cacheWrite1h: price.cacheWrite1h ?? cacheWrite }],
    contextWindow: price.contextWindow ?? contextWindow,
  };
}

/** One tier of a catalogue's entry: every rate is that of the highest tier the input reaches. */
function tierOf(entry: ModelPrice, above: number): Tier {
  const rate = (key: string): number | undefined => {
    const price = entry[key];
    if (typeof price !== "object") return price;
    return price.tiers.reduce((found, tier) => (tier.start <= above ? tier.price : found), price.base);
  };
  const input = rate("input_mtok") ?? 0;
  const output = rate("output_mtok") ?? 0;
  const cacheWrite = rate("cache_write_mtok") ?? input;
  return {
    above,
    input,
    output,
    cacheRead: rate("cache_read_mtok") ?? input,
    cacheWrite,
    cacheWrite1h: rate("cache_write_1h_mtok") ?? cacheWrite,
    reasoning: rate("output_reasoning_mtok") ?? output,
    perRequest: (rate("requests_kcount") ?? 0) / 1000,
  };
}

function catalogueRates(entry: ModelPrice, contextWindow: number | undefined): ModelRates {
  const starts = Object.values(entry).flatMap((price) =>
    typeof price === "object" ? price.tiers.map(({ start }) => start) : [],
  );
  const tiers = [...new Set([-1, ...starts])].sort((a, b) => b - a).map((above) => tierOf(entry, above));
  return { tiers, contextWindow };
}

/** The catalogue's names of providers, where they aren't OpenTelemetry's. */
const catalogueNames: Readonly<Record<string, string>> = {
  "aws.bedrock": "aws",
  "azure.ai.inference": "azure",
  "azure.ai.openai": "azure",
  "gcp.gemini": "google",
  "gcp.gen_ai": "google",
  "gcp.vertex_ai": "google",
  mistral_ai: "mistral",
  x_ai: "x-ai",
};

/** Some prices depend on the hour of the day: such a model is looked up again every quarter of an hour, where all of them change. */
const quarter = 15 * 60_000;
const always = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

export interface PriceBook {
  /** What a model costs now; undefined where nobody knows. */
  of(model: string, provider: string, now?: number): ModelRates | undefined;
}

/**
 * Looks prices up, those of the app first. Every model is looked up once, or once per quarter of an hour where its price depends on the time.
 * A price of the app's own that makes no sense is told to `onError`, and its model has none: nobody is charged by a mistake.
 */
export function priceBook(own: Readonly<Record<string, Price>>, onError: (error: unknown) => void): PriceBook {
  const odd = new Set<string>();
  for (const [model, price] of Object.entries(own)) {
    const field = oddField(price);
    if (field === undefined) continue;
    odd.add(model);
    onError(new TypeError(`prices › ${model} › ${field} must be a number, 0 or more: its requests are not priced.`));
  }
  type Known = { readonly rates: ModelRates | undefined; readonly from: number; readonly until: number };
  const known = new Map<string, Map<string, Known>>();
  const lookUp = (model: string, provider: string, now: number): Known => {
    const found = calcPrice({}, model, { providerId: catalogueNames[provider] ?? provider, timestamp: new Date(now) });
    const price = Object.hasOwn(own, model) ? own[model] : undefined;
    if (odd.has(model)) return { rates: undefined, ...always };
    if (price !== undefined) return { rates: ownRates(price, found?.model.context_window), ...always };
    if (found === null) return { rates: undefined, ...always };
    const from = now - (now % quarter);
    const span = Array.isArray(found.model.prices) ? { from, until: from + quarter } : always;
    return { rates: catalogueRates(found.model_price, found.model.context_window), ...span };
  };
  return {
    of(model, provider, now = Date.now()) {
      const byProvider = known.get(model);
      const entry = byProvider?.get(provider);
      if (entry !== undefined && now >= entry.from && now < entry.until) return entry.rates;
      const found = lookUp(model, provider, now);
      // Ids of models come from requests: a runaway of them must not fill the memory.
      if (byProvider === undefined && known.size >= 1000) known.clear();
      known.set(model, (byProvider ?? new Map<string, Known>()).set(provider, found));
      return found.rates;
    },
  };
}

/** What a request cost, in USD. */
export function costUsd({ tiers }: ModelRates, usage: TokenUsage): number {
  const { input = 0, cacheRead = 0, cacheWrite = 0, output = 0, reasoning = 0 } = usage;
  const cacheWrite1h = Math.min(usage.cacheWrite1h ?? 0, cacheWrite);
  const whole = input + cacheRead + cacheWrite;
  const tier = tiers.find(({ above }) => whole > above) as Tier;
  return (
    tier.perRequest +
    (input * tier.input +
      cacheRead * tier.cacheRead +
      (cacheWrite - cacheWrite1h) * tier.cacheWrite +
      cacheWrite1h * tier.cacheWrite1h +
      output * tier.output +
      reasoning * tier.reasoning) /
      million
  );
}
