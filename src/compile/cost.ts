// What a plan's rules cost Prometheus: the series they record and the samples they read, told from the rules alone.
import { platformName } from "../plan/conventions.ts";
import type { Plan, RuleGroup, ServicePlan } from "../plan/plan.ts";
import type { Expr, Selector } from "../promql/ast.ts";
import { walk } from "../promql/build.ts";
import { inspect } from "../promql/inspect.ts";
import { baseWindowSeconds } from "../slo/events.ts";

/** Reads of the apps' own series, whose number nobody knows before they run. */
export interface RawReads {
  /** Selectors that read this many samples of every series they match. */
  readonly selectors: number;
  readonly samplesPerSeries: number;
}

/** The rules of one service, or of what watches the stack, and what one evaluation of all its groups costs. */
export interface ServiceCost {
  readonly service: string;
  readonly slos: number;
  readonly recordingRules: number;
  readonly alertRules: number;
  /** Series that the recording rules write. A rule for the whole service writes one for each of its SLOs. */
  readonly recordedSeries: number;
  /** Samples of recorded series that one evaluation reads: range over interval, or the steps of a subquery, for each series. */
  readonly recordedSamples: number;
  /** By samples per series, fewest first. */
  readonly raw: readonly RawReads[];
}

/** How often a selector's series have a sample, and how many times one evaluation asks for it. */
interface Context {
  readonly intervals: ReadonlyMap<string, number>;
  readonly sloIds: readonly string[];
  /** How many series the records of guardrails have: one for each feature, though some are told apart by model too. */
  readonly guarded: ReadonlyMap<string, number>;
  readonly scrapeSeconds: number;
}

interface Read {
  readonly samples: number;
  readonly isRaw: boolean;
}

/** The SLOs of the service whose series a selector of recorded series matches: all of them, unless it names some. */
function seriesOf(selector: Selector, { sloIds, guarded }: Context): number {
  const ofFeatures = guarded.get(selector.metric);
  if (ofFeatures !== undefined) return ofFeatures;
  const matcher = selector.matchers.find(({ label }) => label === "slo");
  if (!matcher) return sloIds.length;
  // Ids are DNS labels, so that an alternation of them is a plain list.
  const named = matcher.value.split("|");
  return sloIds.filter((id) => named.includes(id)).length;
}

function readsOf(expr: Expr, times: number, context: Context): readonly Read[] {
  const { intervals, scrapeSeconds } = context;
  switch (expr.kind) {
    case "number":
    case "string":
      return [];
    case "selector": {
      // Alerts have series only while they fire.
      if (expr.metric === "ALERTS") return [];
      const interval = intervals.get(expr.metric);
      const perSeries =
        expr.rangeSeconds === undefined ? 1 : Math.ceil(expr.rangeSeconds / (interval ?? scrapeSeconds));
      return [
        {
          samples: times * perSeries * (interval === undefined ? 1 : seriesOf(expr, context)),
          isRaw: interval === undefined,
        },
      ];
    }
    case "subquery":
      return readsOf(expr.expr, times * Math.ceil(expr.rangeSeconds / expr.stepSeconds), context);
    case "aggregation":
      return readsOf(expr.expr, times, context);
    case "call":
      return expr.args.flatMap((arg) => readsOf(arg, times, context));
    case "binary":
      return [expr.left, expr.right].flatMap((side) => readsOf(side, times, context));
    case "verbatim": {
      const samples = times * Math.ceil(baseWindowSeconds / scrapeSeconds);
      return inspect(expr.text).selectors.map(() => ({ samples, isRaw: true }));
    }
  }
}

/** The SLOs a recording rule writes a series for. */
function writtenBy(expr: Expr, context: Context): number {
  const recorded = [...walk(expr)].flatMap((node) =>
    node.kind === "selector" && context.intervals.has(node.metric) ? [node] : [],
  );
  return Math.max(1, ...recorded.map((selector) => seriesOf(selector, context)));
}

function groupReads({ rules }: RuleGroup, context: Context): readonly Read[] {
  return rules.flatMap(({ expr }) => readsOf(expr, 1, context));
}

type Costly = Pick<ServicePlan, "id" | "slos" | "features" | "groups">;

function guardedRecords({ features, groups }: Costly): ReadonlyMap<string, number> {
  const rules = groups.flatMap((group) => group.rules);
  const records = rules.flatMap((rule) =>
    rule.kind === "recording" && rule.guardrail !== undefined ? [rule.record] : [],
  );
  return new Map(records.map((record) => [record, features.length]));
}

function costOf(costly: Costly, scrapeSeconds: number): ServiceCost {
  const { id, slos, groups } = costly;
  const rules = groups.flatMap((group) => group.rules);
  const recording = rules.filter((rule) => rule.kind === "recording");
  const intervals = new Map(
    groups.flatMap(({ intervalSeconds, rules }) =>
      rules.flatMap((rule) => (rule.kind === "recording" ? [[rule.record, intervalSeconds] as const] : [])),
    ),
  );
  const context: Context = {
    intervals,
    sloIds: slos.map((slo) => slo.id),
    guarded: guardedRecords(costly),
    scrapeSeconds,
  };
  const reads = groups.flatMap((group) => groupReads(group, context));
  const raw = new Map<number, number>();
  for (const { samples, isRaw } of reads) if (isRaw) raw.set(samples, (raw.get(samples) ?? 0) + 1);
  return {
    service: id,
    slos: slos.length,
    recordingRules: recording.length,
    alertRules: rules.length - recording.length,
    recordedSeries: recording.reduce(
      (sum, { record, expr, slo }) =>
        sum + (slo === undefined ? (context.guarded.get(record) ?? writtenBy(expr, context)) : 1),
      0,
    ),
    recordedSamples: reads.reduce((sum, { samples, isRaw }) => sum + (isRaw ? 0 : samples), 0),
    raw: [...raw].sort(([a], [b]) => a - b).map(([samplesPerSeries, selectors]) => ({ selectors, samplesPerSeries })),
  };
}

/** What each service of a plan costs, and what watches the stack. */
export function estimateCost({ services, platform, stack }: Plan): readonly ServiceCost[] {
  const watching = platform ? [{ id: platformName, slos: [], features: [], groups: platform.groups }] : [];
  return [...services, ...watching].map((costly) => costOf(costly, stack.scrapeIntervalSeconds));
}
