// What a plan's rules cost Prometheus: the series they record and the samples they read, told from the rules alone.
import { calendarRecords, platformName, spendRecords } from "../plan/conventions.ts";
import type { BudgetPlan, Plan, ServicePlan } from "../plan/plan.ts";
import type { RecordingRule, RuleGroup } from "../plan/rules.ts";
import type { Expr, Selector } from "../promql/ast.ts";
import { select, walk } from "../promql/build.ts";
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
  readonly budgets: number;
  readonly guardrails: number;
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
  /** What the platform records itself: of each service, told apart by feature and provider, of which there is mostly one. */
  readonly platformRecords: readonly RecordingRule[];
  /** How many series the records of guardrails have: one for each feature, though some are told apart by model too. */
  readonly guarded: ReadonlyMap<string, number>;
  readonly budgets: readonly BudgetPlan[];
  readonly scrapeSeconds: number;
}

interface Read {
  readonly samples: number;
  readonly isRaw: boolean;
}

const spendNames: ReadonlySet<string> = new Set(Object.values(spendRecords));
const calendarNames: ReadonlySet<string> = new Set(Object.values(calendarRecords));

/** The values that a selector's matcher of a label lists; undefined where it has none. */
function listed({ matchers }: Selector, label: string): readonly string[] | undefined {
  return matchers.find((matcher) => matcher.label === label)?.value.split("|");
}

/** The budgets whose series a selector matches. */
function budgetsOf(selector: Selector, budgets: readonly BudgetPlan[]): number {
  const fits = (label: string, value: string) => listed(selector, label)?.includes(value) ?? true;
  return budgets.filter(({ id, period }) => fits("slo", id) && fits("period", period)).length;
}

/** The zones whose clock a selector matches, and for the calendar the edges of each of their periods. */
function calendarsOf(selector: Selector, budgets: readonly BudgetPlan[]): number {
  const count = (label: string, all: ReadonlySet<string>) => listed(selector, label)?.length ?? all.size;
  const zones = count("tz", new Set(budgets.map(({ timeZone }) => timeZone)));
  if (selector.metric === calendarRecords.localTime) return zones;
  return (
    zones * count("period", new Set(budgets.map(({ period }) => period))) * count("edge", new Set(["start", "end"]))
  );
}

/** The platform's own series that a selector matches. */
function platformSeriesOf(selector: Selector, records: readonly RecordingRule[]): number {
  const services = listed(selector, "service");
  const fits = ({ record, labels: { service = "" } }: RecordingRule) =>
    record === selector.metric && (services?.includes(service) ?? true);
  return records.filter(fits).length;
}

/** How many series of the service a selector of recorded series matches: one of each SLO or budget, unless it names some. */
function seriesOf(selector: Selector, { sloIds, budgets, guarded, platformRecords }: Context): number {
  if (platformRecords.length > 0) return platformSeriesOf(selector, platformRecords);
  const ofFeatures = guarded.get(selector.metric);
  if (ofFeatures !== undefined) return ofFeatures;
  if (spendNames.has(selector.metric)) return budgetsOf(selector, budgets);
  if (calendarNames.has(selector.metric)) return calendarsOf(selector, budgets);
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

/** How many series a recording rule for the whole service writes. */
function writtenBy({ record, expr }: RecordingRule, context: Context): number {
  // Its two edges of each period are told apart by labels that it sets itself.
  if (record === calendarRecords.localEdge) return calendarsOf(select(record), context.budgets);
  const recorded = [...walk(expr)].flatMap((node) =>
    node.kind === "selector" && context.intervals.has(node.metric) ? [node] : [],
  );
  return Math.max(1, ...recorded.map((selector) => seriesOf(selector, context)));
}

function groupReads({ rules }: RuleGroup, context: Context): readonly Read[] {
  return rules.flatMap(({ expr }) => readsOf(expr, 1, context));
}

type Costly = Pick<ServicePlan, "id" | "slos" | "budgets" | "guardrails" | "features" | "groups">;

function guardedRecords({ features, groups }: Costly): ReadonlyMap<string, number> {
  const rules = groups.flatMap((group) => group.rules);
  const records = rules.flatMap((rule) =>
    rule.kind === "recording" && rule.guardrail !== undefined ? [rule.record] : [],
  );
  return new Map(records.map((record) => [record, features.length]));
}

function costOf(costly: Costly, scrapeSeconds: number): ServiceCost {
  const { id, slos, budgets, guardrails, groups } = costly;
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
    budgets,
    platformRecords: id === platformName ? recording : [],
    guarded: guardedRecords(costly),
    scrapeSeconds,
  };
  const reads = groups.flatMap((group) => groupReads(group, context));
  const raw = new Map<number, number>();
  for (const { samples, isRaw } of reads) if (isRaw) raw.set(samples, (raw.get(samples) ?? 0) + 1);
  return {
    service: id,
    slos: slos.length,
    budgets: budgets.length,
    guardrails: guardrails.length,
    recordingRules: recording.length,
    alertRules: rules.length - recording.length,
    recordedSeries: recording.reduce(
      (sum, rule) =>
        sum + (rule.slo === undefined ? (context.guarded.get(rule.record) ?? writtenBy(rule, context)) : 1),
      0,
    ),
    recordedSamples: reads.reduce((sum, { samples, isRaw }) => sum + (isRaw ? 0 : samples), 0),
    raw: [...raw].sort(([a], [b]) => a - b).map(([samplesPerSeries, selectors]) => ({ selectors, samplesPerSeries })),
  };
}

/** What each service of a plan costs, and what watches the stack. */
export function estimateCost({ services, platform, stack }: Plan): readonly ServiceCost[] {
  const nothing = { slos: [], budgets: [], guardrails: [], features: [] };
  const watching = platform ? [{ id: platformName, ...nothing, groups: platform.groups }] : [];
  return [...services, ...watching].map((costly) => costOf(costly, stack.scrapeIntervalSeconds));
}
