// Traffic as whole events per scrape, and its spelling in promtool's series notation.
import { printNumber } from "../../promql/print.ts";

/** A stretch of steady traffic. Events are spread evenly and are whole: smooth fractional series would hide lumps. */
export interface Stretch {
  readonly minutes: number;
  /** Events a minute, good and bad. */
  readonly perMinute: number;
  /** The share of them that is bad. Default 0. */
  readonly badShare?: number;
}

/** What each scrape adds to the counters of good and of bad events. */
export interface Increments {
  readonly good: readonly number[];
  readonly bad: readonly number[];
}

/** Whole events so far, out of an exact amount that binary numbers may have missed by a hair. */
const whole = (amount: number) => Math.floor(amount + 1e-9);

/** The increments of a sequence of stretches; the first sample adds nothing. Bad events are some of the events, never extra ones. */
export function incrementsOf(stretches: readonly Stretch[], scrapeSeconds: number): Increments {
  const good = [0];
  const bad = [0];
  for (const { minutes, perMinute, badShare = 0 } of stretches) {
    const steps = Math.round((minutes * 60) / scrapeSeconds);
    const perStep = (perMinute * scrapeSeconds) / 60;
    for (let step = 1; step <= steps; step++) {
      const [before, now] = [whole(perStep * (step - 1)), whole(perStep * step)];
      const failed = whole(now * badShare) - whole(before * badShare);
      good.push(now - before - failed);
      bad.push(failed);
    }
  }
  return { good, bad };
}

/** The events of these stretches until a minute, all of them and the bad ones, evenly spread and so in parts. */
export function eventsBy(
  stretches: readonly Stretch[],
  minute: number,
): { readonly all: number; readonly bad: number } {
  let [start, all, bad] = [0, 0, 0];
  for (const { minutes, perMinute, badShare = 0 } of stretches) {
    if (minute <= start) break;
    const events = perMinute * Math.min(minute - start, minutes);
    all += events;
    bad += events * badShare;
    start += minutes;
  }
  return { all, bad };
}

/** Counter increments in promtool's notation, runs folded. @example counterValues([0, 2, 2, 0]) // "0+2x2 4+0x0" */
export function counterValues(increments: readonly number[]): string {
  const parts: string[] = [];
  let value = 0;
  let index = 0;
  while (index < increments.length) {
    const first = increments[index] ?? 0;
    value += first;
    const step = increments[index + 1] ?? 0;
    let run = 0;
    while (index + run + 1 < increments.length && increments[index + run + 1] === step) run++;
    parts.push(`${value}+${step}x${run}`);
    value += step * run;
    index += run + 1;
  }
  return parts.join(" ");
}

/** Gauge values in promtool's notation, from stretches of a constant. */
export function gaugeValues(
  stretches: readonly { readonly minutes: number; readonly value: number | "absent" }[],
  stepSeconds: number,
): string {
  return stretches
    .map(({ minutes, value }) => {
      const samples = Math.round((minutes * 60) / stepSeconds);
      return value === "absent" ? `_x${samples}` : `${value}+0x${samples - 1}`;
    })
    .join(" ");
}

/** Gauge values in promtool's notation, sample by sample, equal ones folded. @example gaugeRuns([2, 2, undefined]) // "2+0x1 _x1" */
export function gaugeRuns(values: readonly (number | undefined)[]): string {
  const parts: { readonly text: string; count: number }[] = [];
  let [before, text]: [number | undefined, string] = [undefined, "_"];
  for (const value of values) {
    if (value !== before) text = value === undefined ? "_" : printNumber(value);
    before = value;
    const last = parts.at(-1);
    if (last?.text === text) last.count++;
    else parts.push({ text, count: 1 });
  }
  return parts.map(({ text, count }) => (text === "_" ? `_x${count}` : `${text}+0x${count - 1}`)).join(" ");
}

/**
 * A gauge that has a value every `everyMinutes`, as recorded series have that rules read at full hours alone. Written as it is made: months of
 * samples, of which nearly all are absent, are most of what proofs are.
 * @throws Error where that is no whole number of samples.
 */
export function gaugeEvery(
  everyMinutes: number,
  minutes: number,
  inputSeconds: number,
  valueAt: (minute: number) => number,
): string {
  const step = (everyMinutes * 60) / inputSeconds;
  const samples = Math.round((minutes * 60) / inputSeconds) + 1;
  if (!Number.isInteger(step)) throw new Error(`${everyMinutes} minutes are no whole number of ${inputSeconds} s.`);
  if (step === 1) return gaugeRuns(Array.from({ length: samples }, (_, index) => valueAt(index * everyMinutes)));
  const parts: string[] = [];
  let last: number | undefined;
  let text = "";
  for (let index = 0; index < samples; index += step) {
    const value = valueAt((index * inputSeconds) / 60);
    if (value !== last) text = `${printNumber(value)}+0x0`;
    last = value;
    const absent = Math.min(step, samples - index) - 1;
    parts.push(absent === 0 ? text : `${text} _x${absent}`);
  }
  return parts.join(" ");
}
