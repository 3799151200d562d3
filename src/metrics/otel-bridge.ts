// The series of a registry, as OpenTelemetry's metric readers take them: the same names, labels and numbers as a scrape.
import { type Attributes, type HrTime, ValueType } from "@opentelemetry/api";
import { contract, type MetricName } from "./contract.ts";
import type { LlmMetrics } from "./create-llm-metrics.ts";
import { type Points, pointsOf, type Sample, timeOf } from "./otel-points.ts";

type Registry = LlmMetrics["registry"];

/** AggregationTemporality.CUMULATIVE of the SDK, which this package works without. */
const cumulative = 1;

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
    ...pointsOf(contract[name].type, samples, endTime),
  };
}

/**
 * Exports the series of the metric contract over OTLP, for processes that Prometheus can't scrape. Names, labels and values are those of a
 * scrape, whatever temporality the exporter prefers: Prometheus takes cumulative ones. Other metrics of a shared registry are not exported, nor
 * are exemplars, which the SDK's points can't carry.
 *
 * A process that ends before the reader's interval must flush before it does: `await meterProvider.forceFlush()` at the end of each invocation
 * of a function, `await meterProvider.shutdown()` at the end of a job. Prometheus makes `job` of the resource's `service.name`, which must be the
 * job of the service in `slos/`. Give each process a `service.instance.id` of its own, or their counters overwrite one another.
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
