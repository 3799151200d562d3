// Three days of an app's series and of what the base rules recorded of them, as OpenMetrics text for `promtool tsdb create-blocks-from`.
import { createWriteStream } from "node:fs";
import { once } from "node:events";
import { records } from "../../src/plan/conventions.ts";
import type { Rule, ServicePlan, SloPlan } from "../../src/plan/plan.ts";
import { failures, feature } from "./subject.ts";

export const minutes = 3 * 24 * 60;
/** The last scrape, in seconds; a fixed one, so that every run has the same data. */
export const lastScrape = Date.UTC(2026, 0, 8) / 1000;

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

/** How many series the rules read, by metric. */
export const seriesCounts = {
  llm_requests_total: pods.length * Object.keys(models).length * Object.keys(perMinute).length,
  llm_inflight_requests: pods.length * Object.keys(models).length,
  up: pods.length,
} as const;

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

const timeAt = (minute: number) => lastScrape - (minutes - 1 - minute) * 60;
const labelText = (labels: Readonly<Record<string, string>>) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;

/** The lines of one series from a minute on. */
function lines(series: string, valueAt: (minute: number) => number, from = 0): string {
  let text = "";
  for (let minute = from; minute < minutes; minute++) text += `${series} ${valueAt(minute)} ${timeAt(minute)}\n`;
  return text;
}

/** What all series together counted up to each minute. */
interface Sums {
  readonly total: Float64Array;
  readonly bad: Float64Array;
}

function* requests(sums: Sums): Generator<string> {
  const random = randomNumbers(1);
  const addTo = (sum: Float64Array, values: Float64Array) => {
    for (const [minute, value] of values.entries()) sum[minute] = (sum[minute] ?? 0) + value;
  };
  yield "# TYPE llm_requests counter\n";
  for (const instance of pods) {
    for (const [model, provider] of Object.entries(models)) {
      for (const [status, usual] of Object.entries(perMinute)) {
        const fails = isFailure(status);
        const values = countAtRandom((minute) => usual * daily(minute) * (fails ? burst(minute) : 1), random);
        addTo(sums.total, values);
        if (fails) addTo(sums.bad, values);
        const labels = labelText({ feature, model, provider, status, job: "rag-pipeline", instance });
        yield lines(`llm_requests_total${labels}`, (minute) => values[minute] ?? 0);
      }
    }
  }
}

function* gauges(): Generator<string> {
  yield "# TYPE llm_inflight_requests gauge\n";
  for (const instance of pods) {
    for (const [model, provider] of Object.entries(models)) {
      const labels = labelText({ feature, model, provider, job: "rag-pipeline", instance });
      yield lines(`llm_inflight_requests${labels}`, () => 2, minutes - 60);
    }
  }
  yield "# TYPE up gauge\n";
  for (const instance of pods) yield lines(`up${labelText({ job: "rag-pipeline", instance })}`, () => 1, minutes - 1_500);
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

const seriesOf = (rule: Rule & { readonly kind: "recording" }, slo: SloPlan) =>
  `${rule.record}${labelText({ ...rule.labels, service: slo.service, slo: slo.id })}`;

/**
 * Every recorded series of the SLO. The event rates are those of the raw data. The others are read as single, newest samples only: they are
 * there for the last ten minutes, with a value near enough for alerts to compare.
 */
function* recorded(service: ServicePlan, slo: SloPlan, sums: Sums): Generator<string> {
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
  for (const rule of service.groups.flatMap(({ rules }) => rules)) {
    if (rule.kind !== "recording") continue;
    const values = rates[rule.record];
    yield `# TYPE ${rule.record} gauge\n`;
    if (values) yield lines(seriesOf(rule, slo), (minute) => values[minute] ?? 0);
    else yield lines(seriesOf(rule, slo), () => constants[rule.record] ?? share, minutes - 10);
  }
}

/** Writes the file and returns how many samples are in it. */
export async function writeData(path: string, service: ServicePlan, slo: SloPlan): Promise<number> {
  const file = createWriteStream(path);
  const sums = { total: new Float64Array(minutes), bad: new Float64Array(minutes) };
  let samples = 0;
  for (const makeText of [() => requests(sums), gauges, () => recorded(service, slo, sums)]) {
    for (const text of makeText()) {
      if (!text.startsWith("#")) samples += text.split("\n").length - 1;
      if (!file.write(text)) await once(file, "drain");
    }
  }
  file.end("# EOF\n");
  await once(file, "finish");
  return samples;
}
