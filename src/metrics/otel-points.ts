// What prom-client says of one metric, as points of OpenTelemetry.
import type { Attributes, HrTime } from "@opentelemetry/api";
import type { MetricDefinition } from "./contract.ts";

// The SDK's types as far as they are needed, and the numbers of its enums: the package works without the SDK.
const histogramPoints = 0;
const gaugePoints = 2;
const sumPoints = 3;

interface Point<T> {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly attributes: Attributes;
  readonly value: T;
}

interface HistogramValue {
  readonly buckets: { boundaries: number[]; counts: number[] };
  readonly sum: number;
  readonly count: number;
}

export type Points =
  | { readonly dataPointType: typeof sumPoints; readonly isMonotonic: true; readonly dataPoints: Point<number>[] }
  | { readonly dataPointType: typeof gaugePoints; readonly dataPoints: Point<number>[] }
  | { readonly dataPointType: typeof histogramPoints; readonly dataPoints: Point<HistogramValue>[] };

/** A sample as prom-client gives it; the rows of a histogram have names of their own. */
export interface Sample {
  readonly value: number;
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
}

interface Series<T> {
  readonly attributes: Attributes;
  readonly value: T;
}

export const timeOf = (milliseconds: number): HrTime => {
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.floor((milliseconds - seconds * 1000) * 1e6)];
};

/** Every series was at 0 when the process started, whenever the bridge was made. */
const processStart = timeOf(performance.timeOrigin);

const attributesOf = (labels: Sample["labels"]): Attributes =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));

/** Rows of one histogram by series. prom-client counts each bucket with those below it, OpenTelemetry each for itself. */
function histogramSeries(samples: readonly Sample[]): readonly Series<HistogramValue>[] {
  const series = new Map<string, { attributes: Attributes; upTo: [number, number][]; sum: number; count: number }>();
  for (const { labels, metricName, value } of samples) {
    const { le, ...own } = labels;
    const key = JSON.stringify(Object.entries(own).toSorted());
    const found = series.get(key) ?? { attributes: attributesOf(own), upTo: [], sum: 0, count: 0 };
    series.set(key, found);
    if (metricName?.endsWith("_sum")) found.sum = value;
    else if (metricName?.endsWith("_count")) found.count = value;
    else if (le !== "+Inf") found.upTo.push([Number(le), value]);
  }
  return [...series.values()].map(({ attributes, upTo, sum, count }) => {
    const totals = [...upTo.map(([, total]) => total), count];
    const counts = totals.map((total, index) => total - (totals[index - 1] ?? 0));
    return { attributes, value: { buckets: { boundaries: upTo.map(([bound]) => bound), counts }, sum, count } };
  });
}

export function pointsOf(type: MetricDefinition["type"], samples: readonly Sample[], endTime: HrTime): Points {
  const at = <T>({ attributes, value }: Series<T>): Point<T> => ({
    startTime: processStart,
    endTime,
    attributes,
    value,
  });
  if (type === "histogram") {
    return { dataPointType: histogramPoints, dataPoints: histogramSeries(samples).map(at) };
  }
  const dataPoints = samples.map(({ labels, value }) => at({ attributes: attributesOf(labels), value }));
  return type === "counter"
    ? { dataPointType: sumPoints, isMonotonic: true, dataPoints }
    : { dataPointType: gaugePoints, dataPoints };
}
