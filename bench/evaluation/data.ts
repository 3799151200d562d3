// Three days of an app's series, and of what the base rules recorded of them.
import { records } from "../../src/plan/conventions.ts";
import type { ServicePlan, SloPlan } from "../../src/plan/plan.ts";
import type { RecordingRule } from "../../src/plan/rules.ts";
import type { Samples } from "../../test/support/remote-write.ts";
import { failures, feature } from "./subject.ts";

/** One sample a minute, for three days. */
export const minutes = 3 * 24 * 60;
/** The minutes that a running server still has in memory: blocks are made of what is older than an hour or three. */
export const minutesInMemory = 120;
/** The last scrape, in seconds; a fixed one, so that every run has the same data. */
export const lastScrape = Date.UTC(2026, 0, 8, 2) / 1000;
/** The time of a minute's samples, in seconds. */
export const timeAt = (minute: number) => lastScrape - (minutes - 1 - minute) * 60;

/** One time series: a value for each minute from `from` on. */
export interface Series {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly from: number;
  readonly valueAt: (minute: number) => number;
}

/** The samples of some minutes. */
export function samplesBetween(series: readonly Series[], from: number, to: number): readonly Samples[] {
  return series
    .filter((one) => one.from < to)
    .map(({ metric, labels, from: first, valueAt }) => {
      const begin = Math.max(first, from);
      const there = Array.from({ length: to - begin }, (_, index) => begin + index);
      return { metric, labels, times: there.map(timeAt), values: there.map(valueAt) };
    });
}

const models = {
  "gpt-5": "openai",
  "gpt-5-mini": "openai",
  "claude-sonnet-5": "anthropic",
  "gemini-3-pro": "google",
  "mistral-large-3": "mistral",
} as const;
const pods = Array.from({ length: 40 }, (_, index) => `rag-pipeline-${String(index).padStart(2, "0")}`);
/** Requests a minute of one pod and model, by status, before the time of day is applied. */
const perMinute = { success: 300, content_filtered: 0.2, error: 0.06, timeout: 0.03, rate_limited: 0.03 } as const;

const job = "rag-pipeline";
/** What tells the series of one pod and model apart from those of others. */
const targets = pods.flatMap((instance) =>
  Object.entries(models).map(([model, provider]) => ({ model, provider, job, instance })),
);

const isFailure = (status: string) => (failures as readonly string[]).includes(status);

/** Busy days, quiet nights. */
const daily = (minute: number) => 1 + 0.6 * Math.sin((2 * Math.PI * minute) / 1_440);
/** Twenty times the failures, for half an hour, every seven hours. */
const burst = (minute: number) => (minute % 420 < 30 ? 20 : 1);

/** Numbers from 0 to 1 that look random and are the same in every run (mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A counter of events that come by chance: whole numbers, about `rate(minute)` more each minute, with a spread of its root. */
function countAtRandom(rate: (minute: number) => number, random: () => number): Float64Array {
  let sum = 0;
  return new Float64Array(minutes).map((_, minute) => {
    const mean = rate(minute);
    const spread = Math.sqrt(12 * mean) * (random() - 0.5);
    sum += Math.max(0, Math.floor(mean + spread + random()));
    return sum;
  });
}

/** What all series together counted up to each minute. */
interface Sums {
  readonly total: Float64Array;
  readonly bad: Float64Array;
}

function requestSeries(sums: Sums): readonly Series[] {
  const random = randomNumbers(1);
  const addTo = (sum: Float64Array, values: Float64Array) => {
    for (const [minute, value] of values.entries()) sum[minute] = (sum[minute] ?? 0) + value;
  };
  return targets.flatMap((target) =>
    Object.entries(perMinute).map(([status, usual]) => {
      const fails = isFailure(status);
      const values = countAtRandom((minute) => usual * daily(minute) * (fails ? burst(minute) : 1), random);
      addTo(sums.total, values);
      if (fails) addTo(sums.bad, values);
      const labels = { feature, ...target, status };
      return { metric: "llm_requests_total", labels, from: 0, valueAt: (minute) => values[minute] ?? 0 };
    }),
  );
}

/** What the alerts about missing data read, as far back as they look. */
function gaugeSeries(): readonly Series[] {
  const inflight = targets.map((target) => ({ feature, ...target }));
  const up = pods.map((instance) => ({ job, instance }));
  return [
    ...inflight.map((labels) => ({ metric: "llm_inflight_requests", labels, from: minutes - 60, valueAt: () => 2 })),
    ...up.map((labels) => ({ metric: "up", labels, from: minutes - 1_500, valueAt: () => 1 })),
  ];
}

/** Events per second over five minutes, as the base rules record them. */
function baseRates(sums: Float64Array): Float64Array {
  return sums.map((sum, minute) => Math.max(0, (sum - (sums[Math.max(0, minute - 5)] ?? 0)) / 300));
}

/** The mean of the base rates over an hour, as the second stage records it. */
function hourlyRates(base: Float64Array): Float64Array {
  let sum = 0;
  return base.map((rate, minute) => {
    sum += rate - (minute >= 60 ? (base[minute - 60] ?? 0) : 0);
    return sum / 60;
  });
}

/**
 * Every recorded series of the SLO. The event rates are those of the raw data. The others are read as single, newest samples only: they are
 * there for the last ten minutes, with a value near enough for alerts to compare.
 */
function recordedSeries(service: ServicePlan, slo: SloPlan, sums: Sums): readonly Series[] {
  const [total, bad] = [baseRates(sums.total), baseRates(sums.bad)];
  const [totalHourly, badHourly] = [hourlyRates(total), hourlyRates(bad)];
  const rates: Readonly<Record<string, Float64Array>> = {
    [records.total]: total,
    [records.bad]: bad,
    [records.totalHourly]: totalHourly,
    [records.badHourly]: badHourly,
  };
  const share = (badHourly.at(-1) ?? 0) / (totalHourly.at(-1) ?? 1);
  const constants: Readonly<Record<string, number>> = {
    [records.objective]: slo.objective,
    [records.budget]: slo.budget,
    [records.budgetRemaining]: 1 - share / slo.budget,
    [records.info]: 1,
  };
  const rules = service.groups.flatMap((group) => group.rules.filter((rule) => rule.kind === "recording"));
  return rules.map(({ record, labels }: RecordingRule) => {
    const values = rates[record];
    return {
      metric: record,
      labels: { ...labels, service: slo.service, slo: slo.id },
      from: values ? 0 : minutes - 10,
      valueAt: (minute) => (values ? (values[minute] ?? 0) : (constants[record] ?? share)),
    };
  });
}

/** Everything that one evaluation of the SLO's rules, or of the same windows on raw series, can read. */
export function makeSeries(service: ServicePlan, slo: SloPlan): readonly Series[] {
  const sums = { total: new Float64Array(minutes), bad: new Float64Array(minutes) };
  return [...requestSeries(sums), ...gaugeSeries(), ...recordedSeries(service, slo, sums)];
}
