import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { contract, createLlmMetrics, declareMetrics } from "@llm-slo/metrics";
import { type PrometheusBridge, prometheusBridge } from "@llm-slo/metrics/otel";
import { AggregationTemporalityPreference, OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import {
  AggregationTemporality,
  DataPointType,
  MeterProvider,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { Counter, Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { findPrometheus, type PrometheusServer, startPrometheus } from "../support/prometheus-server.ts";

const metrics = declareMetrics({
  features: ["chat", "search"],
  models: { "gpt-5": "openai", "claude-sonnet-5": ["anthropic", "aws.bedrock"] },
  evaluators: ["faithfulness"],
  labels: { tenant: ["free", "paid"] },
});

/** An app that has recorded something of everything. */
async function usedApp(registry = new Registry()) {
  const llm = createLlmMetrics({
    metrics,
    registry,
    onError() {},
    prices: { "gpt-5": { input: 1.25, output: 10, contextWindow: 400_000 } },
  });
  const request = { feature: "chat", model: "gpt-5", labels: { tenant: "paid" } } as const;
  for (const [input, output] of [
    [1000, 100],
    [100_000, 2000],
    [390_000, 9000],
  ] as const) {
    await llm.observe({ ...request, stream: true }, async (call) => {
      call.firstToken();
      call.usage({ input, output });
    });
  }
  await llm.observe(request, () => Promise.reject(new Error("no"))).catch(() => {});
  for (const score of [0.05, 0.3, 0.95, 1]) {
    llm.recordEvaluation({ feature: "chat", evaluator: "faithfulness", result: "pass", score });
  }
  llm.setQueueDepth({ feature: "search", depth: 7 });
  llm.start(request);
  return llm;
}

/** Series and values of a scrape, of the contract's metrics: `name{labels sorted}`, with `le` as numbers. */
function scraped(text: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value] = /^(llm_\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === "") continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", of = ""]) => [key, of] as const);
    series.set(key(name, Object.fromEntries(pairs)), Number(value));
  }
  return series;
}

function key(name: string, { le, ...labels }: Readonly<Record<string, string>>): string {
  const bound = le === undefined || le === "+Inf" ? le : String(Number(le));
  const all = Object.entries({ ...labels, ...(bound === undefined ? {} : { le: bound }) }).toSorted();
  return `${name}${JSON.stringify(all)}`;
}

function readerOf(bridge: PrometheusBridge, url: string, temporalityPreference?: AggregationTemporalityPreference) {
  const exporter = new OTLPMetricExporter({ url, ...(temporalityPreference && { temporalityPreference }) });
  const reader = new PeriodicExportingMetricReader({
    exporter,
    metricProducers: [bridge],
    exportIntervalMillis: 3_600_000,
  });
  return new MeterProvider({ readers: [reader] });
}

interface ExportedPoint {
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue: string } }[];
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly asDouble?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
  readonly count?: number;
  readonly sum?: number;
}
interface ExportedMetric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly sum?: {
    readonly aggregationTemporality: number;
    readonly isMonotonic: boolean;
    readonly dataPoints: ExportedPoint[];
  };
  readonly gauge?: { readonly dataPoints: ExportedPoint[] };
  readonly histogram?: { readonly aggregationTemporality: number; readonly dataPoints: ExportedPoint[] };
}

/** What an OTLP endpoint is sent by one flush of a reader. */
async function exported(bridge: PrometheusBridge, preference?: AggregationTemporalityPreference) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      bodies.push(body);
      response.setHeader("Content-Type", "application/json").end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const provider = readerOf(bridge, `http://127.0.0.1:${port}/v1/metrics`, preference);
  await provider.forceFlush();
  await provider.shutdown();
  await new Promise((resolve) => server.close(resolve));
  const { resourceMetrics } = JSON.parse(bodies[0] as string) as {
    readonly resourceMetrics: readonly {
      readonly resource: { readonly attributes: readonly { readonly key: string }[] };
      readonly scopeMetrics: readonly {
        readonly scope: { readonly name: string };
        readonly metrics: readonly ExportedMetric[];
      }[];
    }[];
  };
  const [resource] = resourceMetrics;
  const [scope] = resource?.scopeMetrics ?? [];
  const byName = new Map(scope?.metrics.map((metric) => [metric.name, metric]));
  return { resource, scope, byName };
}

const points = ({ sum, gauge, histogram }: ExportedMetric) => (sum ?? gauge ?? histogram)?.dataPoints ?? [];
const labelsOf = ({ attributes }: ExportedPoint) =>
  Object.fromEntries(attributes.map(({ key: name, value }) => [name, value.stringValue]));

/** The series that Prometheus makes of points. */
function seriesOf(all: Iterable<ExportedMetric>): Map<string, number> {
  const series = new Map<string, number>();
  for (const metric of all) {
    for (const point of points(metric)) {
      const labels = labelsOf(point);
      if (metric.histogram === undefined) {
        series.set(key(metric.name, labels), point.asDouble as number);
        continue;
      }
      let upTo = 0;
      point.bucketCounts?.forEach((count, index) => {
        upTo += count;
        series.set(
          key(`${metric.name}_bucket`, { ...labels, le: String(point.explicitBounds?.[index] ?? "+Inf") }),
          upTo,
        );
      });
      series.set(key(`${metric.name}_sum`, labels), point.sum as number);
      series.set(key(`${metric.name}_count`, labels), point.count as number);
    }
  }
  return series;
}

describe("what the bridge exports over OTLP", () => {
  it("is a MetricProducer of OpenTelemetry's SDK", async () => {
    expectTypeOf<PrometheusBridge>().toExtend<MetricProducer>();
    const { resourceMetrics, errors } = await prometheusBridge(await usedApp()).collect();
    expect(errors).toEqual([]);
    const types = resourceMetrics.scopeMetrics[0]?.metrics.map(({ dataPointType }) => dataPointType);
    expect(new Set(types)).toEqual(new Set([DataPointType.SUM, DataPointType.GAUGE, DataPointType.HISTOGRAM]));
    for (const { aggregationTemporality } of resourceMetrics.scopeMetrics[0]?.metrics ?? []) {
      expect(aggregationTemporality).toBe(AggregationTemporality.CUMULATIVE);
    }
    expect(resourceMetrics.resource.merge(null)).toBe(resourceMetrics.resource);
  });

  it.each([undefined, AggregationTemporalityPreference.DELTA])(
    "is every series of a scrape, with its value",
    async (preference) => {
      const llm = await usedApp();
      const { byName, scope } = await exported(prometheusBridge(llm), preference);
      const expected = scraped((await llm.expose()).body);
      expect(expected.size).toBeGreaterThan(500);
      expect(seriesOf(byName.values())).toEqual(expected);
      expect(scope?.scope.name).toBe("@llm-slo/metrics");
      for (const [name, metric] of byName) {
        const { type, help } = contract[name as keyof typeof contract];
        expect(metric).toMatchObject({ unit: "", description: help });
        expect([name, metric.sum?.isMonotonic]).toEqual([name, type === "counter" ? true : undefined]);
        expect((metric.sum ?? metric.histogram)?.aggregationTemporality).toBe(type === "gauge" ? undefined : 2);
      }
    },
  );

  it("has the resource of the app's own provider", async () => {
    const { resource } = await exported(prometheusBridge(await usedApp()));
    expect(resource?.resource.attributes.map(({ key: name }) => name)).toContain("service.name");
  });

  it("counts each bucket for itself, and those that are empty too", async () => {
    const { byName } = await exported(prometheusBridge(await usedApp()));
    const scores = byName.get("llm_eval_score") as ExportedMetric;
    const [point, ...others] = points(scores).filter((of) => labelsOf(of).feature === "chat");
    expect(others).toEqual([]);
    expect(point).toMatchObject({
      explicitBounds: contract.llm_eval_score.buckets,
      bucketCounts: [1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0],
      count: 4,
      sum: 2.3,
    });
    const unused = points(scores).find((of) => labelsOf(of).feature === "search");
    expect(unused).toMatchObject({ bucketCounts: Array(12).fill(0), count: 0, sum: 0 });
  });

  it("starts when the process did, so that nothing was counted before", async () => {
    const bridge = prometheusBridge(await usedApp());
    const times = async () => {
      const { byName } = await exported(bridge);
      const all = [...byName.values()].flatMap(points);
      const starts = new Set(all.map(({ startTimeUnixNano }) => startTimeUnixNano));
      const ends = new Set(all.map(({ timeUnixNano }) => timeUnixNano));
      expect([starts.size, ends.size]).toEqual([1, 1]);
      return { start: Number([...starts][0]) / 1e6, end: Number([...ends][0]) / 1e6 };
    };
    const [first, second] = [await times(), await times()];
    expect(first.start).toBeCloseTo(performance.timeOrigin, 0);
    expect(second.start).toBe(first.start);
    expect(Math.abs(Date.now() - second.end)).toBeLessThan(10_000);
    expect(second.end).toBeGreaterThan(first.end);
  });

  it("is the contract's metrics alone, with the labels that the registry adds", async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ region: "eu", feature: "not this" });
    new Counter({ name: "orders_total", help: "Orders.", registers: [registry] }).inc(3);
    const llm = await usedApp(registry);
    const { byName } = await exported(prometheusBridge(llm));
    expect([...byName.keys()].filter((name) => !(name in contract))).toEqual([]);
    expect((await prometheusBridge(llm).collect()).errors).toEqual([]);
    const expected = scraped((await llm.expose()).body);
    expect([...expected.keys()].every((series) => series.includes('["region","eu"]'))).toBe(true);
    expect(seriesOf(byName.values())).toEqual(expected);
  });

  it("goes without a metric that can't be read, and says so", async () => {
    const registry = new Registry();
    new Counter({
      name: "llm_tasks_total",
      help: "Mine.",
      registers: [registry],
      collect() {
        throw new Error("no");
      },
    });
    const { resourceMetrics, errors } = await prometheusBridge(await usedApp(registry)).collect();
    const names = resourceMetrics.scopeMetrics[0]?.metrics.map(({ descriptor }) => descriptor.name);
    expect(errors.map(String)).toEqual(["Error: no"]);
    expect(names).toContain("llm_requests_total");
    expect(names).not.toContain("llm_tasks_total");
  });
});

const flags = ["--web.enable-otlp-receiver"];
const receiver = await findPrometheus(3, flags);
const title = receiver
  ? `Prometheus ${receiver.version}`
  : "Prometheus 3 with an OTLP receiver, which is neither on PATH nor in .tools: Debian builds it without,";

describe.skipIf(receiver === undefined)(title, () => {
  let server: PrometheusServer;
  beforeAll(async () => {
    server = await startPrometheus({ version: 3, config: "global: {}\n", flags });
  });
  afterAll(() => server?.stop());

  it("stores what the bridge exports under the names, labels and bounds of a scrape", async () => {
    const llm = await usedApp();
    const provider = readerOf(prometheusBridge(llm), `${server.url}/api/v1/otlp/v1/metrics`);
    await provider.forceFlush();
    await provider.shutdown();
    const rows = await server.query('{__name__=~"llm_.*"}');
    const stored = new Map(
      rows.map(({ labels: { __name__: name = "", job, instance, ...labels }, value }) => [key(name, labels), value]),
    );
    expect(stored).toEqual(scraped((await llm.expose()).body));
    const names = (await server.query('{__name__=~".+"}')).map(({ labels }) => labels.__name__ as string);
    expect(names.filter((name) => !name.startsWith("llm_"))).toEqual(["target_info"]);
  });
});
