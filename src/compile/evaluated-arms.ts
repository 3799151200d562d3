// The table of arms for SLOs whose events an evaluator judges in batches.
import type { Arm } from "../plan/plan.ts";
import type { Severity } from "../plan/rules.ts";
import { complement, shareOf } from "../slo/percent.ts";
import type { ArmName } from "../slo/slo.ts";
import { type ArmSettings, roundWindow, wantedSeverity } from "./burn-rate-arms.ts";

const minute = 60;
const hour = 3_600;
const day = 24 * hour;

interface EvaluatedArmRow {
  readonly name: ArmName;
  readonly severity: Severity;
  /** Windows for a batch every 15 minutes. */
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly burnRate: number;
}

/**
 * A regression of quality stays rather than passes, and a few hundred items a day are judged: what counts is to be sure early that something is
 * worse, so `slow` asks for little more than the budget's pace over six hours, and confidence in the items does the rest.
 */
const table: readonly EvaluatedArmRow[] = [
  { name: "fast", severity: "critical", longSeconds: 2 * hour, shortSeconds: 45 * minute, burnRate: 6 },
  { name: "slow", severity: "warning", longSeconds: 6 * hour, shortSeconds: hour, burnRate: 1.25 },
  { name: "drift", severity: "warning", longSeconds: 3 * day, shortSeconds: 6 * hour, burnRate: 1 },
];
const tableCadenceSeconds = 15 * minute;
/** Half of all items being bad pages at every objective. */
const highestShare = shareOf("50%");
/** Batches that the windows hold at least. */
const batches = { long: 8, short: 3 } as const;

/** Windows follow the cadence. Eight batches come before a quarter of the period: with fewer, nothing could be told at all. */
function scale(row: EvaluatedArmRow, cadenceSeconds: number, { periodSeconds, scrapeSeconds }: ArmSettings) {
  const scaled = roundWindow((row.longSeconds * cadenceSeconds) / tableCadenceSeconds);
  const longSeconds = Math.max(Math.min(scaled, roundWindow(periodSeconds / 4)), batches.long * cadenceSeconds);
  const share = row.shortSeconds / row.longSeconds;
  const shortSeconds = Math.max(
    roundWindow(share * longSeconds),
    batches.short * cadenceSeconds,
    5 * minute,
    4 * scrapeSeconds,
  );
  return { longSeconds, shortSeconds };
}

type Candidate = Omit<Arm, "severity"> & { readonly severity: Severity };

/** True where `other` fires whenever `arm` does, no later and no softer. */
function isNeedlessBeside(arm: Candidate, other: Candidate): boolean {
  const sooner = other.longSeconds <= arm.longSeconds && other.threshold <= arm.threshold;
  return other !== arm && sooner && (other.severity === arm.severity || other.severity === "critical");
}

/** The arms of an evaluated SLO, fastest first, without those that can't fire, those that another one makes needless, and those turned off. */
export function evaluatedArmsFor(settings: ArmSettings, cadenceSeconds: number): readonly Arm[] {
  const budget = complement(shareOf(settings.objective));
  const candidates = table.map((row): Candidate => {
    const burn = budget.times(row.burnRate);
    const threshold = row.severity === "critical" && burn.gt(highestShare) ? highestShare : burn;
    return {
      name: row.name,
      severity: row.severity,
      ...scale(row, cadenceSeconds, settings),
      threshold: threshold.toNumber(),
      burnRate: threshold.div(budget).round(4).toNumber(),
      keepFiringForSeconds: cadenceSeconds,
    };
  });
  const useful = candidates.filter(
    (arm) => arm.threshold < 1 && !candidates.some((other) => isNeedlessBeside(arm, other)),
  );
  return useful.flatMap((arm) => {
    const severity = wantedSeverity({ ...arm, name: arm.name as ArmName }, settings);
    return severity === false ? [] : [{ ...arm, severity }];
  });
}
