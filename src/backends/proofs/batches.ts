// What evaluators leave behind: items that were judged in batches, as series, and what windows over them must read.
import { batchesRecord, ofSlo, records } from "../../plan/conventions.ts";
import { heartbeatSeconds, minimumBadEvents, minimumJudgedItems, shareNeeded } from "../../plan/detection.ts";
import type { Arm, EvaluationPlan, SloPlan } from "../../plan/plan.ts";
import { print } from "../../promql/print.ts";
import { seriesText } from "./inputs.ts";
import type { InputSeries } from "./proof.ts";
import { counterValues, eventsBy, gaugeEvery, gaugeRuns, type Stretch } from "./traffic.ts";

/** An SLO whose events an evaluator judges. */
export type EvaluatedSlo = SloPlan & { readonly evaluation: EvaluationPlan };

/** What one batch found: all of its items are counted at once. */
export interface Batch {
  readonly minute: number;
  readonly items: number;
  readonly bad: number;
}

const baseWindowMinutes = 5;
const dayMinutes = 1_440;
const whole = (amount: number) => Math.floor(amount + 1e-9);

/** A batch each cadence, of the whole items that came since the one before. */
export function batchesOf(stretches: readonly Stretch[], cadenceMinutes: number): readonly Batch[] {
  const before = (minute: number) => {
    const { all, bad } = eventsBy(stretches, minute);
    return { items: whole(all), bad: whole(bad) };
  };
  const end = stretches.reduce((sum, { minutes }) => sum + minutes, 0);
  return Array.from({ length: Math.floor(end / cadenceMinutes) }, (_, index): Batch => {
    const minute = (index + 1) * cadenceMinutes;
    const [now, then] = [before(minute), before(minute - cadenceMinutes)];
    return { minute, items: now.items - then.items, bad: now.bad - then.bad };
  });
}

/** How many samples lie before this minute. */
const samplesIn = (minutes: number, inputSeconds: number) => Math.round((minutes * 60) / inputSeconds);

/** Recorded base rates: each batch is seen for five minutes. */
export function judgedRates(
  slo: SloPlan,
  batches: readonly Batch[],
  minutes: number,
  inputSeconds: number,
): readonly InputSeries[] {
  const rates = (of: (batch: Batch) => number) => {
    const values = Array.from({ length: samplesIn(minutes, inputSeconds) + 1 }, () => 0);
    const seen = samplesIn(baseWindowMinutes, inputSeconds);
    for (const batch of batches) {
      const first = samplesIn(batch.minute, inputSeconds);
      for (let index = first; index < Math.min(first + seen, values.length); index++)
        values[index] = (values[index] ?? 0) + of(batch) / (baseWindowMinutes * 60);
    }
    return gaugeRuns(values);
  };
  return [
    { series: print(ofSlo(records.total, slo)), values: rates(({ items }) => items) },
    { series: print(ofSlo(records.bad, slo)), values: rates(({ bad }) => bad) },
  ];
}

/** The recorded heartbeat: one batch per window while the evaluator works. */
export function heartbeat(
  slo: EvaluatedSlo,
  stretches: readonly { readonly minutes: number; readonly works: boolean }[],
  inputSeconds: number,
): InputSeries {
  const values = stretches.map(({ minutes, works }) => `${works ? 1 : 0}+0x${samplesIn(minutes, inputSeconds)}`);
  return { series: print(ofSlo(batchesRecord(heartbeatSeconds(slo.evaluation)), slo)), values: values.join(" ") };
}

/** A counter that rises at these minutes. */
export function counterAt(rises: ReadonlyMap<number, number>, minutes: number, scrapeSeconds: number): string {
  const increments = Array.from({ length: samplesIn(minutes, scrapeSeconds) + 1 }, () => 0);
  for (const [minute, by] of rises) {
    const index = samplesIn(minute, scrapeSeconds);
    if (index < increments.length) increments[index] = (increments[index] ?? 0) + by;
  }
  return counterValues(increments);
}

/** The evaluator's own counters: items by verdict, and completed batches. */
export function judgedCounters(
  slo: EvaluatedSlo,
  batches: readonly Batch[],
  minutes: number,
  scrapeSeconds: number,
): readonly InputSeries[] {
  const { good, bad, silent } = slo.examples;
  const sides = [
    { series: good, of: (batch: Batch) => batch.items - batch.bad },
    { series: bad, of: (batch: Batch) => batch.bad },
    { series: silent, of: () => 0 },
    { series: [slo.evaluation.examples.completedBatch], of: () => 1 },
  ];
  const rises = new Map<string, Map<number, number>>();
  for (const { series, of } of sides) {
    for (const text of series.map(seriesText)) {
      const at = rises.get(text) ?? new Map<number, number>();
      for (const batch of batches) at.set(batch.minute, (at.get(batch.minute) ?? 0) + of(batch));
      rises.set(text, at);
    }
  }
  return [...rises].map(([series, at]) => ({ series, values: counterAt(at, minutes, scrapeSeconds) }));
}

/** What a window that ends at a minute holds of these batches. Windows of a day and more end at the full hour. */
function within(batches: readonly Batch[], windowMinutes: number, minute: number) {
  const end = windowMinutes >= dayMinutes ? Math.floor(minute / 60) * 60 : minute;
  let [items, bad] = [0, 0];
  for (const batch of batches) {
    for (let part = 0; part < baseWindowMinutes; part++) {
      const at = batch.minute + part;
      if (at <= end - windowMinutes || at > end) continue;
      items += batch.items / baseWindowMinutes;
      bad += batch.bad / baseWindowMinutes;
    }
  }
  return { items, bad };
}

/** The first minute from `from` on at which something holds, looking every `step` minutes. @throws when it never does. */
function firstMinute(from: number, step: number, holds: (minute: number) => boolean): number {
  for (let minute = Math.ceil(from / step) * step; minute < from + 100 * dayMinutes; minute += step)
    if (holds(minute)) return minute;
  throw new Error("the story never comes to its point");
}

/** When the long window is sure that more than the threshold is bad, from first principles. */
export function minuteSure(arm: Arm, batches: readonly Batch[], from: number, step: number): number {
  return firstMinute(from, step, (minute) => {
    const { items, bad } = within(batches, arm.longSeconds / 60, minute);
    const enough = items > minimumJudgedItems - 0.5 && bad > minimumBadEvents - 0.5;
    return enough && bad / items > shareNeeded(arm.threshold, items);
  });
}

/** When the short window shows that it is over. */
export function minuteOver(arm: Arm, batches: readonly Batch[], from: number, step: number): number {
  return firstMinute(from, step, (minute) => {
    const { items, bad } = within(batches, arm.shortSeconds / 60, minute);
    return items > 0 && bad / items <= arm.threshold;
  });
}

/** The second stage of these batches, a sample each hour: what a rule records of the hour before it. */
export function judgedHours(
  slo: SloPlan,
  batches: readonly Batch[],
  minutes: number,
  inputSeconds: number,
): readonly InputSeries[] {
  const values = (of: (hour: ReturnType<typeof within>) => number) =>
    gaugeEvery(60, minutes, inputSeconds, (minute) => of(within(batches, 60, minute)) / 3_600);
  return [
    { series: print(ofSlo(records.totalHourly, slo)), values: values(({ items }) => items) },
    { series: print(ofSlo(records.badHourly, slo)), values: values(({ bad }) => bad) },
  ];
}
