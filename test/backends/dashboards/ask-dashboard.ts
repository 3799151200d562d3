// Asks a Prometheus for everything that a dashboard shows, as Grafana does when it is opened.
import { type Answer, labelValues, queryAt, queryRange } from "../../history/prometheus-api.ts";
import {
  type Annotation,
  allPanels,
  annotationsOf,
  type Dashboard,
  type Panel,
  type Target,
  type Variable,
  variablesOf,
} from "./dashboards.ts";
import { interpolate, macros, queryOf, stepSeconds, type Values, writeValue } from "./interpolate.ts";

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, w: 604_800 };
/** Of a dashboard as wide as a screen, without its margins. */
const dashboardPixels = 1_500;
const scrapeSeconds = 60;

/** The length of a range that ends now. @example rangeSeconds({ from: "now-6h", to: "now" }) // 21600 */
export function rangeSeconds({ from, to }: Dashboard["time"]): number {
  const [, count, unit] = /^now-(\d+)([mhdw])$/.exec(from) ?? [];
  const seconds = Number(count) * (unitSeconds[unit ?? ""] ?? Number.NaN);
  if (to !== "now" || Number.isNaN(seconds)) throw new Error(`The range from ${from} to ${to} can't be read.`);
  return seconds;
}

const labelValuesQuery = /^label_values\((.*),\s*(\w+)\s*\)$/s;

/** What a variable offers, in the order that Grafana shows it. */
async function choicesOf(url: string, variable: Variable, known: Values, now: number): Promise<readonly string[]> {
  if (variable.type === "datasource") return ["prometheus"];
  if (variable.type !== "query")
    return (variable.options ?? []).map(({ value = "" }) => value).concat(queryOf(variable));
  const [, selector, label] = labelValuesQuery.exec(queryOf(variable)) ?? [];
  if (!selector || !label) throw new Error(`The variable ${variable.name} asks for ${queryOf(variable)}.`);
  return (await labelValues(url, label, interpolate(selector, known), now)).toSorted();
}

/**
 * The value of every variable when nobody has chosen one: all of them, or the first.
 * @param chosen values of some, by name.
 */
export async function valuesOf(url: string, dashboard: Dashboard, now: number, chosen: Values = {}): Promise<Values> {
  let known: Values = { ...chosen };
  for (const variable of variablesOf(dashboard)) {
    const { name, includeAll, allValue } = variable;
    if (known[name] !== undefined) continue;
    const choices = await choicesOf(url, variable, known, now);
    if (choices.length === 0) throw new Error(`The variable ${name} of ${dashboard.title} has no value.`);
    const value = includeAll ? (allValue ?? writeValue(variable, choices)) : writeValue(variable, choices.slice(0, 1));
    known = { ...known, [name]: value };
  }
  return known;
}

/** In seconds since 1970-01-01 UTC. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
}

export interface PanelAnswer {
  readonly panel: Panel;
  readonly target: Target;
  readonly range: TimeRange;
  /** Seconds between the points of a graph. */
  readonly step: number;
  readonly answer: Answer;
}

export interface DashboardAnswers {
  readonly values: Values;
  readonly range: TimeRange;
  readonly panels: readonly PanelAnswer[];
  readonly annotations: readonly { readonly annotation: Annotation; readonly answer: Answer }[];
}

/** What Grafana's option for the shortest step says. @example intervalSeconds("5m") // 300 */
function intervalSeconds(interval: string | undefined): number {
  const [, count, unit] = /^>?(\d+)([smhd])$/.exec(interval ?? "") ?? [];
  return Number(count ?? 0) * (unit === "s" ? 1 : (unitSeconds[unit ?? ""] ?? 0));
}

/** Seconds between the points of a panel's graph. */
function stepOf({ gridPos, maxDataPoints, interval }: Panel, target: Target, seconds: number): number {
  const pixels = Math.min((gridPos.w / 24) * dashboardPixels, maxDataPoints ?? Number.POSITIVE_INFINITY);
  return stepSeconds(seconds, pixels, Math.max(scrapeSeconds, intervalSeconds(target.interval ?? interval)));
}

/**
 * Asks for every panel and annotation over the dashboard's own range.
 * @param now where the range ends, in seconds.
 */
export async function askDashboard(
  url: string,
  dashboard: Dashboard,
  now: number,
  chosen: Values = {},
): Promise<DashboardAnswers> {
  const seconds = rangeSeconds(dashboard.time);
  const values = await valuesOf(url, dashboard, now, chosen);
  const write = (expr: string, range: number, step: number) =>
    interpolate(expr, { ...values, ...macros(range, step, scrapeSeconds) });
  const overRange = (expr: string, range: number, step: number) => {
    // As Grafana does, so that points stay where they are when time goes on.
    const end = Math.floor(now / step) * step;
    return queryRange(url, write(expr, range, step), { start: end - range, end, step });
  };
  const panels: PanelAnswer[] = [];
  for (const panel of allPanels(dashboard)) {
    const own = panel.timeFrom ? interpolate(panel.timeFrom, values) : undefined;
    const range = own ? rangeSeconds({ from: `now-${own}`, to: "now" }) : seconds;
    for (const target of panel.targets ?? []) {
      const step = stepOf(panel, target, range);
      const isInstant = target.instant === true && target.range !== true;
      const answer = await (isInstant
        ? queryAt(url, write(target.expr, range, step), now)
        : overRange(target.expr, range, step));
      panels.push({ panel, target, range: { start: now - range, end: now }, step, answer });
    }
  }
  const annotations: { annotation: Annotation; answer: Answer }[] = [];
  for (const annotation of annotationsOf(dashboard)) {
    if (annotation.expr) {
      annotations.push({ annotation, answer: await overRange(annotation.expr, seconds, scrapeSeconds) });
    }
  }
  return { values, range: { start: now - seconds, end: now }, panels, annotations };
}
