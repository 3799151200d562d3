// What one finished call costs with the package, beside the same updates written by hand on prom-client, in turns in one process.
import { contract, createLlmMetrics, declareMetrics, type HistogramName } from "@llm-slo/metrics";
import { Counter, Gauge, Histogram, Registry } from "prom-client";
import { type Comparison, compare, cpuMicroseconds } from "./turns.ts";

const declared = declareMetrics({ features: ["chat"], models: { "gpt-5-mini": "openai" } });
const scope = ["feature", "model", "provider"] as const;
const usage = { input: 900, cacheRead: 100, output: 150, reasoning: 50 };

type Subject = () => void;

/** The package, with its checks, label values, prices and guards. */
function withPackage(): Subject {
  const llm = createLlmMetrics({ metrics: declared, registry: new Registry() });
  return () => {
    const call = llm.start({ feature: "chat", model: "gpt-5-mini", stream: true });
    call.firstToken();
    call.usage(usage);
    call.end();
  };
}

/** What somebody who knows the contract would write: the same thirteen updates, nothing checked, the price a constant. */
function byHand(): Subject {
  const registers = [new Registry()];
  const counter = (name: keyof typeof contract) =>
    new Counter({ name, help: name, labelNames: [...contract[name].labels], registers });
  const histogram = (name: HistogramName) =>
    new Histogram({
      name,
      help: name,
      labelNames: [...contract[name].labels],
      buckets: [...contract[name].buckets],
      registers,
    });
  const requests = counter("llm_requests_total");
  const tokens = counter("llm_tokens_total");
  const cost = counter("llm_cost_usd_total");
  const inflight = new Gauge({ name: "llm_inflight_requests", help: "in flight", labelNames: [...scope], registers });
  const duration = histogram("llm_request_duration_seconds");
  const firstToken = histogram("llm_time_to_first_token_seconds");
  const speed = histogram("llm_output_tokens_per_second");
  const costPerRequest = histogram("llm_cost_per_request_usd");
  const context = histogram("llm_context_utilisation_ratio");
  return () => {
    const feature = "chat";
    const model = "gpt-5-mini";
    const provider = "openai";
    inflight.inc({ feature, model, provider });
    const started = performance.now();
    const first = performance.now();
    const seconds = (performance.now() - started) / 1000;
    const usd = (900 * 0.25 + 100 * 0.025 + 200 * 2) / 1e6;
    inflight.dec({ feature, model, provider });
    requests.inc({ feature, model, provider, status: "success" });
    duration.observe({ feature, model, provider }, seconds);
    firstToken.observe({ feature, model, provider }, (first - started) / 1000);
    speed.observe({ feature, model, provider }, 200 / (seconds || 1));
    tokens.inc({ feature, model, provider, token_type: "input" }, 900);
    tokens.inc({ feature, model, provider, token_type: "cache_read" }, 100);
    tokens.inc({ feature, model, provider, token_type: "output" }, 150);
    tokens.inc({ feature, model, provider, token_type: "reasoning" }, 50);
    cost.inc({ feature, model, provider }, usd);
    costPerRequest.observe({ feature, model, provider }, usd);
    context.observe({ feature, model }, 1200 / 400_000);
  };
}

const callsPerTurn = 5000;

function microseconds(subject: Subject): number {
  const began = cpuMicroseconds();
  for (let call = 0; call < callsPerTurn; call++) subject();
  return (cpuMicroseconds() - began) / callsPerTurn;
}

/** Microseconds of one finished call. */
export function measureFinishedCall(): Promise<Comparison> {
  const [ours, hand, again] = [withPackage(), byHand(), byHand()];
  return compare(
    () => microseconds(ours),
    () => microseconds(hand),
    () => microseconds(again),
    60,
  );
}
