// Where the numbers live: the contract's metrics in a registry of prom-client. The only file that knows prom-client.
import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";
import {
  type CounterName,
  contract,
  type GaugeName,
  type HistogramName,
  type MetricDefinition,
  type MetricName,
} from "./contract.ts";
import { labelNamesOf } from "./contract-hash.ts";
import type { DeclaredMetrics } from "./declare.ts";
import { processWide } from "./process-wide.ts";

export type { Registry } from "prom-client";
export type OpenMetricsRegistry = Registry<OpenMetricsContentType>;

/** Labels of one series. prom-client keeps the object it is given, so it must be frozen. */
export type SeriesLabels = Readonly<Record<string, string>>;
/** What ties an observation to a trace. */
export type Exemplar = Readonly<Record<"trace_id" | "span_id", string>>;

/** Writes to the contract's series. Values must be finite and not negative, labels those of the contract: nothing is checked here. */
export interface Store {
  readonly registry: Registry;
  /** Metrics whose names somebody else has taken in this registry: ours are written to, but not exposed. */
  readonly conflicts: readonly MetricName[];
  /** Adds to a counter, or to a gauge, which may go down. */
  readonly add: Readonly<Record<CounterName | GaugeName, (labels: SeriesLabels, value: number) => void>>;
  readonly set: Readonly<Record<GaugeName, (labels: SeriesLabels, value: number) => void>>;
  readonly observe: Readonly<Record<HistogramName, (labels: SeriesLabels, value: number, exemplar?: Exemplar) => void>>;
  /** Lets a series exist at 0, so that `increase()` sees its first event. A series that is there already keeps its value. */
  start(metric: MetricName, labels: SeriesLabels): void;
}

export interface StoreOptions {
  /** Default: one of this package's own. */
  readonly registry?: Registry | undefined;
  readonly exemplars: boolean;
  /** Runs before every scrape. */
  readonly onCollect: () => void;
}

const openMetrics: string = Registry.OPENMETRICS_CONTENT_TYPE;

/** prom-client's types know registries of the text format alone. */
function openMetricsRegistry(): Registry {
  return new (Registry as new (contentType: string) => Registry)(openMetrics);
}

type Instrument = Counter | Gauge | Histogram;

/** What this package put into a registry: found again by a second copy of it, as bundlers and hot reloads make them. */
interface Registered {
  readonly instruments: Map<string, { readonly instrument: Instrument; readonly shape: string }>;
  readonly started: Set<string>;
  /** What every user of the registry wants to be done before a scrape. */
  readonly onCollect: Set<() => void>;
}

interface Shared {
  readonly registry: Registry;
  readonly registered: WeakMap<Registry, Registered>;
}

const shared = processWide("store/1", (): Shared => ({ registry: new Registry(), registered: new WeakMap() }));

function create(name: MetricName, declared: DeclaredMetrics, exemplars: boolean, collect: () => void): Instrument {
  const { type, help } = contract[name] as MetricDefinition;
  const config = { name, help, labelNames: [...labelNamesOf(name, declared)], registers: [] };
  if (type === "counter") return new Counter(config);
  if (type === "gauge") return new Gauge(name === "llm_inflight_requests" ? { ...config, collect } : config);
  const buckets = [...declared.buckets[name as HistogramName]];
  // Exemplars are refused without a registry that can print them; the text registry prints the rest.
  return exemplars
    ? new Histogram({
        ...config,
        buckets,
        enableExemplars: true,
        registers: [openMetricsRegistry()],
      })
    : new Histogram({ ...config, buckets });
}

function registeredIn(registry: Registry): Registered {
  const { registered } = shared;
  const known = registered.get(registry) ?? { instruments: new Map(), started: new Set(), onCollect: new Set() };
  registered.set(registry, known);
  return known;
}

/** Makes one metric, or finds the same one, made by an earlier call or by another copy of this module. */
function findOrCreate(
  name: MetricName,
  declared: DeclaredMetrics,
  options: StoreOptions & { readonly registry: Registry },
): Instrument {
  const { registry } = options;
  const registered = registeredIn(registry);
  const exemplars = options.exemplars && contract[name].type === "histogram";
  const shape = JSON.stringify([labelNamesOf(name, declared), declared.buckets[name as HistogramName], exemplars]);
  const found = registered.instruments.get(name);
  const inPlace = found !== undefined && registry.getSingleMetric(name) === (found.instrument as unknown);
  if (inPlace && found.shape === shape) return found.instrument;
  if (inPlace) registry.removeSingleMetric(name);
  for (const key of registered.started) if (key.startsWith(`${name}{`)) registered.started.delete(key);
  const instrument = create(name, declared, exemplars, () => {
    for (const prepare of registered.onCollect) prepare();
  });
  if (registry.getSingleMetric(name) === undefined) {
    registry.registerMetric(instrument as never);
    registered.instruments.set(name, { instrument, shape });
  }
  return instrument;
}

const noExemplar = {} as Exemplar;

/** Puts the contract's metrics into a registry. */
export function openStore(declared: DeclaredMetrics, given: StoreOptions): Store {
  const options = { ...given, registry: given.registry ?? shared.registry };
  const { registry, exemplars, onCollect } = options;
  const registered = registeredIn(registry);
  registered.onCollect.add(onCollect);
  const add: Record<string, Store["add"][CounterName]> = {};
  const set: Record<string, Store["set"][GaugeName]> = {};
  const observe: Record<string, Store["observe"][HistogramName]> = {};
  const startAt0: Record<string, (labels: SeriesLabels) => void> = {};
  const conflicts: MetricName[] = [];
  for (const name of Object.keys(contract) as MetricName[]) {
    const instrument = findOrCreate(name, declared, options);
    if (registry.getSingleMetric(name) !== (instrument as unknown)) conflicts.push(name);
    if (contract[name].type === "histogram") {
      const histogram = instrument as Histogram;
      startAt0[name] = (labels) => histogram.zero(labels);
      observe[name] = exemplars
        ? (labels, value, exemplarLabels = noExemplar) => histogram.observe({ labels, value, exemplarLabels })
        : (labels, value) => histogram.observe(labels, value);
    } else {
      const counter = instrument as Counter | Gauge;
      add[name] = (labels, value) => counter.inc(labels, value);
      startAt0[name] = (labels) => counter.inc(labels, 0);
      if (contract[name].type === "gauge") set[name] = (labels, value) => (counter as Gauge).set(labels, value);
    }
  }
  return {
    registry,
    conflicts,
    add: add as Store["add"],
    set: set as Store["set"],
    observe: observe as Store["observe"],
    start(metric, labels) {
      const key = `${metric}${JSON.stringify(labels)}`;
      if (registered.started.has(key)) return;
      registered.started.add(key);
      startAt0[metric]?.(labels);
    },
  };
}

/** What a scrape answers. */
export interface Exposition {
  readonly contentType: string;
  readonly body: string;
}

/** An OpenMetrics registry over the same numbers. It renames its counters, so it is given copies of them. */
function openMetricsView(registry: Registry): Registry {
  const view = openMetricsRegistry();
  view.setDefaultLabels((registry as unknown as { readonly _defaultLabels: object })._defaultLabels);
  for (const { name } of registry.getMetricsAsArray()) {
    const metric = registry.getSingleMetric(name) as Counter;
    const get = async () => {
      const data = await metric.get();
      return { ...data, name: data.name.replace(/_total$/, "") };
    };
    const isCounter = (metric as { readonly type?: string }).type === "counter";
    view.registerMetric((isCounter ? { name, help: "", type: "counter", get } : metric) as never);
  }
  return view;
}

async function print(registry: Registry): Promise<string> {
  // Asked for first: metrics() renames the counters of an OpenMetrics registry.
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  try {
    return await registry.metrics();
  } catch {
    // One metric of the app's own whose collect() throws must not hide all the others.
    const parts = await Promise.allSettled(names.map((name) => registry.getSingleMetricAsString(name)));
    const sound = parts.flatMap((part) => (part.status === "fulfilled" ? [part.value] : []));
    return (registry.contentType as string) === openMetrics
      ? `${sound.join("\n")}\n# EOF\n`
      : `${sound.join("\n\n")}\n`;
  }
}

/** Prints a registry in the format that a scraper asks for: OpenMetrics, which carries exemplars, or Prometheus' text. */
export async function expose(registry: Registry, accept: string, exemplars: boolean): Promise<Exposition> {
  const isOpenMetrics = (registry.contentType as string) === openMetrics;
  const wanted = exemplars && accept.includes("application/openmetrics-text");
  const view = wanted && !isOpenMetrics ? openMetricsView(registry) : registry;
  return { contentType: view.contentType, body: await print(view) };
}
