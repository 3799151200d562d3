// What a Prometheus would have recorded of the history, had the generated rules run: each rule is asked of the server for all moments at once,
// in the order of its group, and the answers are written back.
import { ratioRecord, records } from "../../src/plan/conventions.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { AlertRule, RecordingRule, Rule, RuleGroup } from "../../src/plan/rules.ts";
import { print } from "../../src/promql/print.ts";
import { type Samples, sendSamples } from "../support/remote-write.ts";
import { type Era, past, recent } from "./clock.ts";
import { type Found, queryRange } from "./prometheus-api.ts";

/** Recorded often enough for a graph of a month to have no gaps. */
const pastStep = 240;

/** Marks the moments at which a series has ended, so that Prometheus doesn't carry its last value on. */
function withEnds(
  { times, values }: Pick<Found, "times" | "values">,
  { end, step }: Era,
): Pick<Samples, "times" | "values"> {
  const pairs = times.flatMap((time, index) => {
    const next = times[index + 1] ?? (time + step > end ? time + step : Number.POSITIVE_INFINITY);
    const value = values[index] as number;
    return next > time + step
      ? ([
          [time, value],
          [time + step, null],
        ] as const)
      : ([[time, value]] as const);
  });
  return { times: pairs.map(([time]) => time), values: pairs.map(([, value]) => value) };
}

/** What rules of the past are asked with: samples are too far apart for ranges of five minutes, and recorded at another interval. */
function pastExpr({ record, expr }: RecordingRule): string {
  const text = print(expr).replaceAll("[5m]", "[1h]");
  const hourly: readonly string[] = [records.totalHourly, records.badHourly];
  return hourly.includes(record)
    ? text.replace("sum_over_time", "avg_over_time").replace(/\s*\*\s*60\s*\/\s*3600/, "")
    : text;
}

const hour = 3_600;
/** Windows whose bad share is read over more than a day: those of burn rates, and the periods of SLOs. */
const windows = [1, 2, 6, 7 * 24, 28 * 24, 30 * 24].map((hours) => hours * hour);

/** What dashboards read over more than a day: budgets, what they are made of, and burn rates. */
const ofPast: ReadonlySet<string> = new Set([...Object.values(records), ...windows.map(ratioRecord)]);

async function record(url: string, rule: RecordingRule, intervalSeconds: number): Promise<void> {
  const eras = [
    ...(ofPast.has(rule.record) ? [{ era: { ...past, step: pastStep }, expr: pastExpr(rule) }] : []),
    { era: { ...recent, step: intervalSeconds }, expr: print(rule.expr) },
  ];
  for (const { era, expr } of eras) {
    const { series } = await queryRange(url, expr, era);
    await sendSamples(
      url,
      series.map(({ labels, ...found }) => {
        const { __name__: _, ...own } = labels;
        return { metric: rule.record, labels: { ...own, ...rule.labels }, ...withEnds(found, era) };
      }),
    );
  }
}

const template = /\{\{\s*\$labels\.(\w+)\s*\}\}/g;

/** The labels of an alert: the rule's own, and those of what its expression gave. */
function alertLabels(rule: AlertRule, found: Found["labels"]): Readonly<Record<string, string>> {
  const { __name__: _, ...own } = found;
  const given = Object.entries(rule.labels).map(([name, text]) => [
    name,
    text.replaceAll(template, (_, label) => own[label] ?? ""),
  ]);
  return { ...own, ...Object.fromEntries(given), alertname: rule.alert };
}

interface State {
  readonly time: number;
  readonly since: number;
  readonly firing: boolean;
}

/** How an alert goes from pending to firing and is kept firing, as Prometheus does it. */
function statesOf(
  { forSeconds = 0, keepFiringForSeconds = 0 }: AlertRule,
  { times }: Found,
  { start, end, step }: Era,
) {
  const there = new Set(times);
  const states: State[] = [];
  let [since, last] = [Number.NaN, Number.NaN];
  for (let time = start; time <= end; time += step) {
    const before = states.at(-1);
    const wasActive = before?.time === time - step;
    const kept = wasActive && before.firing && time - last < keepFiringForSeconds;
    if (!there.has(time) && !kept) continue;
    if (!wasActive) since = time;
    if (there.has(time)) last = time;
    states.push({ time, since, firing: time - since >= forSeconds });
  }
  return states;
}

function alertSamples(rule: AlertRule, found: Found, era: Era): readonly Samples[] {
  const labels = alertLabels(rule, found.labels);
  const states = statesOf(rule, found, era);
  const series = (metric: string, extra: object, of: readonly State[], value: (state: State) => number) => ({
    metric,
    labels: { ...labels, ...extra },
    ...withEnds({ times: of.map(({ time }) => time), values: of.map(value) }, era),
  });
  const inState = (firing: boolean) => states.filter((state) => state.firing === firing);
  return [
    series("ALERTS", { alertstate: "pending" }, inState(false), () => 1),
    series("ALERTS", { alertstate: "firing" }, inState(true), () => 1),
    series("ALERTS_FOR_STATE", {}, states, ({ since }) => since),
  ].filter(({ times }) => times.length > 0);
}

async function alert(url: string, rule: AlertRule, intervalSeconds: number): Promise<void> {
  const era = { ...recent, step: intervalSeconds };
  const { series } = await queryRange(url, print(rule.expr), era);
  await sendSamples(
    url,
    series.flatMap((found) => alertSamples(rule, found, era)),
  );
}

async function evaluate(url: string, groups: readonly RuleGroup[], kind: Rule["kind"]): Promise<void> {
  for (const { rules, intervalSeconds } of groups) {
    for (const rule of rules) {
      if (rule.kind !== kind) continue;
      if (rule.kind === "recording") await record(url, rule, intervalSeconds);
      else await alert(url, rule, intervalSeconds);
    }
  }
}

/** Records everything that the plan's rules would have: recording rules, then alerts. Services read nothing of one another. */
export async function recordRules(url: string, { services, platform }: Plan): Promise<void> {
  const files = [...services, ...(platform ? [platform] : [])];
  for (const kind of ["recording", "alert"] as const) {
    await Promise.all(files.map(({ groups }) => evaluate(url, groups, kind)));
  }
}
