// Traffic to input series: the app's own series, or the base rates where a story starts from recorded input.
import { ofSlo, records } from "../../plan/conventions.ts";
import type { SloPlan } from "../../plan/plan.ts";
import type { SeriesExample } from "../../plan/series-example.ts";
import { select } from "../../promql/build.ts";
import { print, printNumber } from "../../promql/print.ts";
import type { InputSeries } from "./proof.ts";
import { counterValues, eventsBy, gaugeEvery, incrementsOf, type Stretch } from "./traffic.ts";

/** A series' text. */
export function seriesText({ metric, labels }: SeriesExample): string {
  return print(select(metric, labels));
}

/** The counters of the app under this traffic. `without` leaves series out, as an app does that doesn't emit them. */
export function appSeries(
  slo: SloPlan,
  stretches: readonly Stretch[],
  scrapeSeconds: number,
  without: readonly string[] = [],
): readonly InputSeries[] {
  const { good, bad, silent } = slo.examples;
  const traffic = incrementsOf(stretches, scrapeSeconds);
  const increments = new Map<string, number[]>();
  const add = (series: readonly SeriesExample[], by: readonly number[]) => {
    for (const text of series.map(seriesText)) {
      const sum = increments.get(text) ?? by.map(() => 0);
      increments.set(
        text,
        sum.map((value, index) => value + (by[index] ?? 0)),
      );
    }
  };
  add(good, traffic.good);
  add(bad, traffic.bad);
  // Where traffic is smooth, so are batches: one with every scrape.
  if (slo.evaluation)
    add(
      [slo.evaluation.examples.completedBatch],
      traffic.good.map(() => 1),
    );
  add(
    silent,
    traffic.good.map(() => 0),
  );
  return [...increments]
    .filter(([text]) => !without.includes(text))
    .map(([series, values]) => ({ series, values: counterValues(values) }));
}

/** Recorded base rates under this traffic, for stories longer than a raw replay is worth. */
export function baseSeries(slo: SloPlan, stretches: readonly Stretch[], inputSeconds: number): readonly InputSeries[] {
  const values = (share: (stretch: Stretch) => number) =>
    stretches
      .map(
        (stretch) =>
          `${printNumber((stretch.perMinute * share(stretch)) / 60)}+0x${Math.round((stretch.minutes * 60) / inputSeconds) - 1}`,
      )
      .join(" ");
  return [
    { series: print(ofSlo(records.total, slo)), values: values(() => 1) },
    { series: print(ofSlo(records.bad, slo)), values: values(({ badShare = 0 }) => badShare) },
  ];
}

/** What the hour before each moment brought, as text; the same traffic is asked of many SLOs. */
const hourlyTexts = new Map<string, { readonly all: string; readonly bad: string }>();

function hourlyText(stretches: readonly Stretch[], inputSeconds: number, everyMinutes: number) {
  const key = JSON.stringify([stretches, inputSeconds, everyMinutes]);
  const known = hourlyTexts.get(key);
  if (known) return known;
  const minutes = stretches.reduce((sum, stretch) => sum + stretch.minutes, 0);
  const text = (kind: "all" | "bad") =>
    gaugeEvery(
      everyMinutes,
      minutes,
      inputSeconds,
      (minute) => (eventsBy(stretches, minute)[kind] - eventsBy(stretches, minute - 60)[kind]) / 3_600,
    );
  const made = { all: text("all"), bad: text("bad") };
  hourlyTexts.set(key, made);
  return made;
}

/**
 * The recorded second stage under this traffic: every `everyMinutes`, what the hour before it brought. Stories of days start from it, since
 * rules that read it look at full hours alone.
 */
export function hourlySeries(
  slo: SloPlan,
  stretches: readonly Stretch[],
  inputSeconds: number,
  everyMinutes = 60,
): readonly InputSeries[] {
  const { all, bad } = hourlyText(stretches, inputSeconds, everyMinutes);
  return [
    { series: print(ofSlo(records.totalHourly, slo)), values: all },
    { series: print(ofSlo(records.badHourly, slo)), values: bad },
  ];
}
