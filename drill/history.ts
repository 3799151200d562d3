// A quiet month before the drill, as the rules would have recorded it: without it every window would hold the incident alone.
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { records, spendRecords } from "../src/plan/conventions.ts";
import type { BudgetPlan, Plan, ServicePlan, SloPlan } from "../src/plan/plan.ts";
import type { Usual } from "./usual.ts";

const run = promisify(execFile);

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;
/** How much of its error budget a service usually spends. */
const usualBurnRate = 0.1;
/** How far anomalies may look into yesterday's rest of the day. */
const longestDrill = 12 * hour;
/** The calendar days that budgets look back on, today included. */
const daysOfSpend = 8;

/** Samples of one series at life's seconds before the drill, evenly spaced. */
interface Stretch {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds before the drill begins; 0 is its beginning. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly value: number;
}

function sloStretches({ service, id, budget, evaluation }: SloPlan, usual: Usual, factor: number): readonly Stretch[] {
  const perHour = evaluation ? usual.judgedPerHour : usual.requestsPerHour;
  // Rates are per real second.
  const total = (perHour / hour) * factor;
  const labels = { service, slo: id };
  const sides = [
    { minutely: records.total, hourly: records.totalHourly, value: total },
    { minutely: records.bad, hourly: records.badHourly, value: total * budget * usualBurnRate },
  ];
  return sides.flatMap(({ minutely, hourly, value }) => [
    { metric: minutely, labels, from: day, to: 0, step: minute, value },
    { metric: hourly, labels, from: 31 * day, to: 8 * day, step: hour, value },
    { metric: hourly, labels, from: 8 * day, to: 0, step: 4 * minute, value },
  ]);
}

function spendStretch({ service, id, timeZone, period }: BudgetPlan, usd: number): Stretch {
  const labels = { service, slo: id, tz: timeZone, period };
  const value = (usd * 5 * minute) / hour;
  return { metric: spendRecords.increase, labels, from: daysOfSpend * day, to: 0, step: 5 * minute, value };
}

/** Hourly amounts by the labels that a level tells apart. */
function amountsBy(labels: readonly string[], metric: string, { amounts }: Usual) {
  const sums = new Map<string, number>();
  for (const amount of amounts) {
    if (amount.metric !== metric) continue;
    const own = JSON.stringify(labels.map((label) => [label, amount.labels[label] ?? ""]));
    sums.set(own, (sums.get(own) ?? 0) + amount.perHour);
  }
  return [...sums].map(([own, perHour]) => ({ own: Object.fromEntries(JSON.parse(own)), perHour }));
}

/** What anomalies compare with: the same hours, yesterday and a week ago. */
function guardrailStretches({ guardrails }: ServicePlan, of: Usual): readonly Stretch[] {
  return guardrails.flatMap(({ service, id, facts }) => {
    if (facts.kind !== "anomaly") return [];
    const spans = [day, week].map((ago) => ({ from: ago, to: ago - longestDrill, step: 4 * minute }));
    return facts.levels.flatMap(({ amount, usual, labels }) =>
      amountsBy(labels, amount.split(":")[1] ?? "", of).flatMap(({ own, perHour }) =>
        [amount, usual].flatMap((metric) =>
          spans.map((span) => ({ ...span, metric, labels: { service, guardrail: id, ...own }, value: perHour })),
        ),
      ),
    );
  });
}

function stretchesOf({ services }: Plan, usual: (service: string) => Usual | undefined, factor: number) {
  return services.flatMap((service): readonly Stretch[] => {
    const of = usual(service.id);
    if (!of) return [];
    const daily = service.budgets.filter(({ period }) => period === "day");
    return [
      ...service.slos.flatMap((slo) => sloStretches(slo, of, factor)),
      ...daily.map((budget) => spendStretch(budget, of.usdPerHour)),
      ...guardrailStretches(service, of),
    ];
  });
}

/** One line for each sample, at multiples of the step, where rules that step by it look. */
function linesOf({ metric, labels, from, to, step, value }: Stretch, now: number, factor: number): readonly string[] {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  const series = `${metric}{${pairs.join(",")}}`;
  const real = { from: now - from / factor, to: now - to / factor, step: step / factor };
  const lines: string[] = [];
  for (let at = Math.ceil(real.from / real.step) * real.step; at < real.to; at += real.step) {
    lines.push(`${series} ${value} ${at.toFixed(3)}`);
  }
  return lines;
}

/** OpenMetrics has each metric in one place. */
function openMetrics(stretches: readonly Stretch[], now: number, factor: number): string {
  const metrics = new Map<string, Stretch[]>();
  for (const stretch of stretches) metrics.set(stretch.metric, [...(metrics.get(stretch.metric) ?? []), stretch]);
  const lines = [...metrics.values()].flatMap((own) => own.flatMap((stretch) => linesOf(stretch, now, factor)));
  return [...lines, "# EOF", ""].join("\n");
}

export interface HistoryOptions {
  readonly promtool: string;
  /** The data folder of a Prometheus that doesn't run yet. */
  readonly data: string;
  /** A folder for the text on its way. */
  readonly folder: string;
  readonly factor: number;
  readonly nowSeconds: number;
  /** What is usual of a service; undefined where nothing happens. */
  readonly usual: (service: string) => Usual | undefined;
}

/** Writes the month into the data folder of a Prometheus. */
export async function writeHistory(plan: Plan, options: HistoryOptions): Promise<void> {
  const { promtool, data, folder, factor, nowSeconds, usual } = options;
  const text = join(folder, "history.txt");
  await writeFile(text, openMetrics(stretchesOf(plan, usual, factor), nowSeconds, factor));
  // One block: by default there would be one for every two hours, and the text would be read as often.
  const args = ["tsdb", "create-blocks-from", "openmetrics", "--quiet", "--max-block-duration=720h", text, data];
  await run(promtool, args, { maxBuffer: 1 << 26 });
}
