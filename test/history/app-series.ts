// Thirty days of the example app's users: every request is drawn, counted as the app would count it, and read by scrapes.
import { type ErrorType, errorTypes, type Status, statuses, tokenTypes } from "@llm-slo/metrics/contract";
import { between, type Random, seededRandom } from "../../examples/rag-service/random.ts";
import slos from "../../slos/metrics.ts";
import { contractHash, contractVersion } from "../../src/metrics/contract-hash.ts";
import { costUsd, priceBook } from "../../src/metrics/prices.ts";
import type { Samples } from "../support/remote-write.ts";
import { activity, now, times } from "./clock.ts";
import { type Feature, shareHit } from "./incidents.ts";
import { createRecorder, type Instrument, type Recorder } from "./recorder.ts";
import { type Model, type Pod, pods, type Workload, workloads } from "./workloads.ts";

const usual: Readonly<Record<Exclude<Status, "success">, number>> = {
  error: 0.00012,
  timeout: 0.00008,
  rate_limited: 0.0001,
  cancelled: 0.007,
  content_filtered: 0.0006,
};
const errorTypeOf: Readonly<Record<Exclude<Status, "success">, ErrorType>> = {
  error: "server",
  timeout: "timeout",
  rate_limited: "rate_limited",
  cancelled: "cancelled",
  content_filtered: "content_filter",
};
const outcomes: Readonly<Partial<Record<Status, string>>> = { success: "completed", cancelled: "abandoned" };
const evaluators = {
  hallucination: { passes: 0.972, from: 0.7 },
  faithfulness: { passes: 0.88, from: 0.7 },
  answer_quality: { passes: 0.9, from: 0.6 },
} as const;
/** The app's own fault is slower: nearly all of what it hits would time out. */
const slowFactor = 3.2;
const batchSeconds = 900;
const batchSize = 50;
const prices = priceBook({}, (error) => {
  throw error;
});

/** How many of events that come by chance came, where `mean` do on average. */
function countAtRandom(random: Random, mean: number): number {
  if (mean > 30)
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * (random() + random() + random() + random() - 2) * 1.7));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** About 1, now and then much more: as latencies vary. */
const spread = (random: Random) => Math.exp(0.32 * (random() + random() + random() + random() - 2) * 1.7);

/** The series of one model of a feature, all started at 0 as the runtime does. */
function requestSeries(recorder: Recorder, scope: { feature: string; model: string; provider: string }) {
  const { feature, model } = scope;
  const counter = (metric: string, labels = {}) => recorder.series(metric, { ...scope, ...labels });
  const from = <K extends string, V>(keys: readonly K[], make: (key: K) => V) =>
    Object.fromEntries(keys.map((key) => [key, make(key)])) as Record<K, V>;
  return {
    requests: from(statuses, (status) => counter("llm_requests_total", { status })),
    errors: from(errorTypes, (error_type) => counter("llm_errors_total", { error_type })),
    tokens: from(tokenTypes, (token_type) => counter("llm_tokens_total", { token_type })),
    duration: recorder.histogram("llm_request_duration_seconds", scope),
    firstToken: recorder.histogram("llm_time_to_first_token_seconds", scope),
    firstTokenMissing: counter("llm_first_token_missing_total"),
    tokensPerSecond: recorder.histogram("llm_output_tokens_per_second", scope),
    cost: counter("llm_cost_usd_total"),
    costPerRequest: recorder.histogram("llm_cost_per_request_usd", scope),
    unpriced: counter("llm_unpriced_requests_total"),
    usageMissing: counter("llm_usage_missing_total"),
    inflight: counter("llm_inflight_requests"),
    context: recorder.histogram("llm_context_utilisation_ratio", { feature, model }),
    retries: counter("llm_retries_total"),
  };
}

type RequestSeries = ReturnType<typeof requestSeries>;

const failures = Object.entries(usual) as readonly (readonly [Exclude<Status, "success">, number])[];
const faultOf: Readonly<Partial<Record<Status, "errors" | "rate-limited">>> = {
  error: "errors",
  rate_limited: "rate-limited",
};

function drawStatus(random: Random, feature: Feature, time: number): Status {
  let left = random();
  for (const [status, share] of failures) {
    const fault = faultOf[status];
    left -= share + (fault ? shareHit(fault, feature, time) : 0);
    if (left < 0) return status;
  }
  return "success";
}

function recordSuccess(series: RequestSeries, work: Workload, model: Model, time: number, random: Random): Status {
  const load = 0.85 + 0.15 * activity(time);
  const slowed = random() < shareHit("slow", work.feature, time) ? slowFactor : 1;
  const first = between(random, work.firstTokenSeconds) * spread(random) * load * slowed;
  const seconds = first + between(random, work.restSeconds) * spread(random) * load * slowed;
  if (seconds > work.timeoutSeconds) {
    if (work.streams) series.firstTokenMissing.add();
    return "timeout";
  }
  const expensive = random() < shareHit("expensive-prompt", work.feature, time) ? 8 : 1;
  const input = Math.round(between(random, model.inputTokens)) * expensive;
  const cacheRead = expensive > 1 ? 0 : Math.round(input * random() * 0.4);
  const output = Math.round(between(random, work.outputTokens));
  const reasoning = model.provider === "anthropic" ? 0 : Math.round(between(random, work.reasoningTokens));
  const usage = { input: input - cacheRead, cacheRead, output, reasoning };
  series.tokens.input.add(usage.input);
  series.tokens.cache_read.add(cacheRead);
  series.tokens.output.add(output);
  series.tokens.reasoning.add(reasoning);
  const rates = prices.of(model.model, model.provider, now * 1000);
  if (rates) {
    const usd = costUsd(rates, usage);
    series.cost.add(usd);
    series.costPerRequest(usd);
    series.context(Math.min(1, (input + output + reasoning) / (rates.contextWindow ?? 400_000)));
  }
  series.duration(seconds);
  if (work.streams) series.firstToken(first);
  series.tokensPerSecond((output + reasoning) / seconds);
  return "success";
}

/** One pod: what its users do in a stretch of time. */
function podOf(work: Workload, pod: Pod, count: number, random: Random) {
  const { feature, service } = work;
  const recorder = createRecorder({
    job: service,
    namespace: "ai",
    pod: pod.name,
    instance: `10.0.${pod.name.length}.${1 + Math.floor(random() * 250)}:3000`,
  });
  const series = new Map(
    slos.models.map((model) => [
      model,
      requestSeries(recorder, { feature, model, provider: slos.providers[model]?.[0] ?? "" }),
    ]),
  );
  const known = new Map<string, Instrument>();
  /** A series of the feature itself, by its one label of its own. */
  const of = (metric: string, ...own: readonly string[]): Instrument => {
    const key = `${metric} ${own.join(" ")}`;
    const found = known.get(key);
    if (found) return found;
    const pairs = own.flatMap((name, index) => (index % 2 === 0 ? [[name, own[index + 1] ?? ""]] : []));
    const instrument = recorder.series(metric, { feature, ...Object.fromEntries(pairs) });
    known.set(key, instrument);
    return instrument;
  };
  recorder.series("up").set(1);
  recorder.series("llm_contract_info", { version: contractVersion, hash: contractHash(slos) }).set(1);
  recorder.series("llm_metrics_errors_total");
  const relevance = work.streams ? recorder.histogram("llm_retrieval_relevance_score", { feature }) : undefined;
  const scores = new Map(
    work.evaluated
      ? slos.evaluators.map((evaluator) => [evaluator, recorder.histogram("llm_eval_score", { feature, evaluator })])
      : [],
  );
  let toJudge = 0;

  function doTask(time: number): void {
    if (work.streams) {
      const cached = random() < 0.18;
      of("llm_cache_requests_total", "result", cached ? "hit" : "miss").add();
      if (cached) {
        of("llm_tasks_total", "outcome", "completed").add();
        return;
      }
      relevance?.(
        Math.min(
          1,
          Math.max(0.05, 0.78 + 0.16 * (random() + random() + random() - 1.5) - (random() < 0.05 ? 0.35 : 0)),
        ),
      );
    }
    const drawn = random();
    let [index, left] = [0, drawn - (work.models[0]?.share ?? 1)];
    while (left > 0 && index + 1 < work.models.length) left -= work.models[++index]?.share ?? 1;
    const model = work.models[index] as Model;
    const mine = series.get(model.model) as RequestSeries;
    const wanted = drawStatus(random, feature, time);
    const status = wanted === "success" ? recordSuccess(mine, work, model, time, random) : wanted;
    mine.requests[status].add();
    if (status !== "success") mine.errors[errorTypeOf[status]].add();
    if (random() < (status === "success" ? 0.004 : 0.8)) mine.retries.add();
    if (status === "success") toJudge += 1;
    if (status === "success" && !work.streams) {
      const fails = random() < 0.004 + 0.5 * shareHit("hallucinate", feature, time);
      of("llm_output_validations_total", "check", "json_schema", "result", fails ? "fail" : "pass").add();
    }
    of("llm_tasks_total", "outcome", outcomes[status] ?? "failed").add();
    if (random() < 0.1)
      of("llm_user_feedback_total", "rating", random() < (status === "success" ? 0.92 : 0.1) ? "up" : "down").add();
  }

  function judge(time: number): void {
    const items = Math.min(batchSize, toJudge);
    toJudge = 0;
    if (!work.evaluated || shareHit("evaluator-down", feature, time) > 0) return;
    for (const [evaluator, { passes, from }] of Object.entries(evaluators)) {
      of("llm_eval_batches_total", "evaluator", evaluator, "result", "completed").add();
      const share = passes - 0.9 * shareHit("hallucinate", feature, time);
      for (let item = 0; item < items; item++) {
        const drawn = random();
        const result = drawn < 0.002 ? "error" : random() < share ? "pass" : "fail";
        of("llm_eval_runs_total", "evaluator", evaluator, "result", result).add();
        if (result === "error") continue;
        scores.get(evaluator as keyof typeof evaluators)?.(
          result === "pass" ? from + (1 - from) * Math.sqrt(random()) : from * Math.sqrt(random()),
        );
      }
    }
  }

  return {
    recorder,
    /** Lives through the seconds before a moment. */
    live(time: number, seconds: number): void {
      const perSecond = (work.perMinute / 60 / count) * activity(time);
      const tasks = countAtRandom(random, perSecond * seconds);
      for (let task = 0; task < tasks; task++) doTask(time);
      if (Math.floor(time / batchSeconds) !== Math.floor((time - seconds) / batchSeconds)) judge(time);
      const slowed = 1 + (slowFactor - 1) * shareHit("slow", feature, time);
      const busy = perSecond * (work.restSeconds[1] + work.firstTokenSeconds[1]) * slowed;
      for (const { model, share } of work.models) series.get(model)?.inflight.set(countAtRandom(random, busy * share));
      of("llm_queue_depth").set(countAtRandom(random, Math.max(0, busy - 0.3) * 0.8));
    },
  };
}

const hoursAgo = (time: number) => (now - time) / 3_600;

function serviceSamples(work: Workload, seed: number): readonly Samples[] {
  const random = seededRandom(seed);
  const mine = pods[work.service] ?? [];
  const count = mine.filter(({ to }) => to === 0).length;
  const running = mine.map((pod) => ({ pod, ...podOf(work, pod, count, random) }));
  for (const [index, time] of times.entries()) {
    const seconds = time - (times[index - 1] ?? time - 60);
    for (const { pod, live, recorder } of running) {
      const hours = hoursAgo(time);
      if (hours > pod.from || hours <= pod.to - 1e-9) continue;
      live(time, seconds);
      recorder.scrape(index);
    }
  }
  for (const { pod, recorder } of running) if (pod.to > 0) recorder.end(times.length);
  return running.flatMap(({ recorder }) => recorder.samples());
}

/** Every series of the example app's pods. */
export function appSamples(): readonly Samples[] {
  return workloads.flatMap((work, index) => serviceSamples(work, index + 1));
}
