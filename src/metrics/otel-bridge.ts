// The series of a registry, as OpenTelemetry's metric readers take them: the same names, labels and numbers as a scrape.
import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import { contract, type MetricName } from "./contract.ts";
import type { LlmMetrics } from "./create-llm-metrics.ts";

type Registry = LlmMetrics["registry"];

// The SDK's types as far as they are needed, and the numbers of its enums: the package works without the SDK.
const histogramPoints = 0;
const gaugePoints = 2;
const sumPoints = 3;
const cumulative = 1;

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

type Points =
  | { readonly dataPointType: typeof sumPoints; readonly isMonotonic: true; readonly dataPoints: Point<number>[] }
  | { readonly dataPointType: typeof gaugePoints; readonly dataPoints: Point<number>[] }
  | { readonly dataPointType: typeof histogramPoints; readonly dataPoints: Point<HistogramValue>[] };

type BridgedMetric = Points & {
  readonly descriptor: {
    readonly name: string;
    readonly description: string;
    readonly unit: string;
    readonly valueType: ValueType;
  };
  readonly aggregationTemporality: typeof cumulative;
};

interface EmptyResource {
  readonly attributes: Attributes;
  merge(other: EmptyResource | null): EmptyResource;
  getRawAttributes(): never[];
}

/** What a reader of OpenTelemetry's SDK takes as a `MetricProducer`. */
export interface PrometheusBridge {
  collect(): Promise<{
    resourceMetrics: {
      /** Readers put the one of their provider in its place. */
      resource: EmptyResource;
      scopeMetrics: { scope: { readonly name: string }; metrics: BridgedMetric[] }[];
    };
    errors: unknown[];
  }>;
}

const noResource: EmptyResource = {
  attributes: {},
  merge: (other) => other ?? noResource,
  getRawAttributes: () => [],
};

/** A sample as prom-client gives it; the rows of a histogram have names of their own. */
interface Sample {
  readonly value: number;
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
}

interface Series<T> {
  readonly attributes: Attributes;
  readonly value: T;
}

const timeOf = (milliseconds: number): HrTime => {
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

function pointsOf(name: MetricName, samples: readonly Sample[], endTime: HrTime): Points {
  const at = <T>({ attributes, value }: Series<T>): Point<T> => ({
    startTime: processStart,
    endTime,
    attributes,
    value,
  });
  if (contract[name].type === "histogram") {
    return { dataPointType: histogramPoints, dataPoints: histogramSeries(samples).map(at) };
  }
  const dataPoints = samples.map(({ labels, value }) => at({ attributes: attributesOf(labels), value }));
  return contract[name].type === "counter"
    ? { dataPointType: sumPoints, isMonotonic: true, dataPoints }
    : { dataPointType: gaugePoints, dataPoints };
}

async function read(registry: Registry, name: MetricName, endTime: HrTime): Promise<BridgedMetric | undefined> {
  const metric = await registry.getSingleMetric(name)?.get();
  if (metric === undefined || metric.values.length === 0) return undefined;
  const { _defaultLabels } = registry as unknown as { readonly _defaultLabels: Sample["labels"] };
  const samples = (metric.values as readonly Sample[]).map((sample) => ({
    ...sample,
    labels: { ..._defaultLabels, ...sample.labels },
  }));
  return {
    // A unit would become part of the name in Prometheus.
    descriptor: { name, description: metric.help, unit: "", valueType: ValueType.DOUBLE },
    aggregationTemporality: cumulative,
    ...pointsOf(name, samples, endTime),
  };
}

/**
 * Exports the series of the metric contract over OTLP, for processes that Prometheus can't scrape. Names, labels and values are those of a
 * scrape, whatever temporality the exporter prefers: Prometheus takes cumulative ones. Other metrics of a shared registry are not exported, nor
 * are exemplars, which the SDK's points can't carry.
 *
 * A process that ends before the reader's interval must flush before it does: `await meterProvider.forceFlush()` at the end of each invocation
 * of a function, `await meterProvider.shutdown()` at the end of a job. Give each process a `service.instance.id` of its own, or their counters
 * overwrite one another.
 *
 * @example
 * const reader = new PeriodicExportingMetricReader({
 *   exporter: new OTLPMetricExporter({ url: "http://prometheus:9090/api/v1/otlp/v1/metrics" }),
 *   metricProducers: [prometheusBridge(llm)],
 * });
 * const meterProvider = new MeterProvider({ resource, readers: [reader] });
 */
export function prometheusBridge({ registry }: Pick<LlmMetrics, "registry">): PrometheusBridge {
  return {
    async collect() {
      const endTime = timeOf(Date.now());
      const names = Object.keys(contract) as MetricName[];
      const results = await Promise.allSettled(names.map((name) => read(registry, name, endTime)));
      const metrics = results.flatMap((result) =>
        result.status === "fulfilled" && result.value ? [result.value] : [],
      );
      const errors: unknown[] = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      return {
        resourceMetrics: { resource: noResource, scopeMetrics: [{ scope: { name: "@llm-slo/metrics" }, metrics }] },
        errors,
      };
    },
  };
}
