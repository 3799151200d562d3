// The table of burn-rate arms, and which of its rows suit an objective.
import type { Arm } from "../plan/plan.ts";
import type { Severity } from "../plan/rules.ts";
import { complement, type Decimal, type Percent, shareOf } from "../slo/percent.ts";
import type { ArmName } from "../slo/slo.ts";

const minute = 60;
const hour = 3_600;
const day = 24 * hour;

interface ArmRow {
  readonly name: ArmName;
  readonly severity: Severity;
  /** Windows for a period of 30 days. */
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** The burn rate that trips it, in error budgets. */
  readonly burnRate?: number;
  /** The highest bad share it may ask for; alone, it is the threshold itself. */
  readonly share?: Percent;
}

/**
 * After the SRE workbook, ch. 5, table 5-8 (https://sre.google/workbook/alerting-on-slos/), changed where objectives are low:
 * - `outage` sees a total outage where 14.4 budgets are (nearly) everything. Its window doesn't scale. 16 minutes at 58 %: five bad minutes with
 *   threefold retries are at most 15/26 = 57.7 % of them, and 30 events an hour leave 8 in it, enough for 98 % confidence.
 * - `medium` asks for at most half of all events, so that it can fire at every objective.
 * - `slow` replaces the workbook's 1d arm at 3: for a burn rate b it trips after 21.6/b hours instead of 72/b, at 3 % of the budget.
 */
const table: readonly ArmRow[] = [
  { name: "outage", severity: "critical", longSeconds: 16 * minute, shortSeconds: 5 * minute, share: "58%" },
  { name: "fast", severity: "critical", longSeconds: hour, shortSeconds: 5 * minute, burnRate: 14.4 },
  { name: "medium", severity: "critical", longSeconds: 6 * hour, shortSeconds: 30 * minute, burnRate: 6, share: "50%" },
  { name: "slow", severity: "warning", longSeconds: 12 * hour, shortSeconds: hour, burnRate: 1.8 },
  { name: "drift", severity: "warning", longSeconds: 3 * day, shortSeconds: 6 * hour, burnRate: 1 },
];

/** Above this many events an hour, alerts are kept firing for 5 minutes instead of 15. */
const busyPerHour = 600;

/** Windows of a day and more are whole hours: their second stage steps by the hour. */
export function roundWindow(seconds: number): number {
  const unit = seconds >= day ? hour : minute;
  return Math.round(seconds / unit) * unit;
}

function scale(
  row: ArmRow,
  periodSeconds: number,
  scrapeSeconds: number,
): { readonly longSeconds: number; readonly shortSeconds: number } {
  const factor = row.burnRate === undefined ? 1 : periodSeconds / (30 * day);
  return {
    longSeconds: Math.min(Math.max(roundWindow(row.longSeconds * factor), 15 * minute), roundWindow(periodSeconds / 4)),
    shortSeconds: Math.max(roundWindow(row.shortSeconds * factor), 5 * minute, 4 * scrapeSeconds),
  };
}

function thresholdOf(row: ArmRow, budget: Decimal): Decimal {
  const cap = shareOf(row.share ?? "100%");
  if (row.burnRate === undefined) return cap;
  const burn = budget.times(row.burnRate);
  return burn.gt(cap) ? cap : burn;
}

export interface ArmSettings {
  /** The share of events that must be good, in percent, as text. */
  readonly objective: string;
  readonly periodSeconds: number;
  readonly scrapeSeconds: number;
  readonly expectedPerHour?: number;
  readonly severity?: Severity;
  readonly arms?: Readonly<Partial<Record<ArmName, false | Severity>>>;
}

/** The severity of an arm, as far as the user has a say; false where it is turned off. */
export function wantedSeverity({ name, severity }: Pick<ArmRow, "name" | "severity">, settings: ArmSettings) {
  const wanted = settings.arms?.[name];
  if (wanted === false) return false;
  return settings.severity === "warning" ? "warning" : (wanted ?? severity);
}

/**
 * The arms of an SLO, fastest first. Left out: arms that can't fire, arms that a faster one makes needless because it asks for no more,
 * `outage` where `fast` is as quick, and those the user turned off.
 */
export function armsFor(settings: ArmSettings): readonly Arm[] {
  const budget = complement(shareOf(settings.objective));
  const rows = table.map((row) => ({
    row,
    ...scale(row, settings.periodSeconds, settings.scrapeSeconds),
    threshold: thresholdOf(row, budget),
  }));
  const [outage, fast] = rows;
  const outageSeconds = (of: typeof outage) => (of ? of.threshold.times(of.longSeconds).toNumber() : 0);
  const useful = rows.filter((arm, index) => {
    if (arm === outage) return outageSeconds(outage) < outageSeconds(fast);
    const faster = rows
      .slice(0, index)
      .filter((other) => other !== outage || outageSeconds(outage) < outageSeconds(fast));
    return arm.threshold.lt(1) && !faster.some((other) => arm.threshold.gte(other.threshold));
  });
  return useful.flatMap(({ row, longSeconds, shortSeconds, threshold }) => {
    const severity = wantedSeverity(row, settings);
    if (severity === false) return [];
    const keepFiringForSeconds = (settings.expectedPerHour ?? 0) > busyPerHour ? 5 * minute : 15 * minute;
    const burnRate = threshold.div(budget).round(4).toNumber();
    return [
      {
        name: row.name,
        severity,
        longSeconds,
        shortSeconds,
        threshold: threshold.toNumber(),
        burnRate,
        keepFiringForSeconds,
      },
    ];
  });
}
