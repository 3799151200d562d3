// How often an evaluator judges a batch, as users write it.
import { z } from "zod";
import type { SpecProblem } from "./indicator.ts";

/** How often a batch is judged, 5m to 6h in whole minutes or hours. @example "15m" */
export type Cadence = `${number}m` | `${number}h`;

const minute = 60;
const hour = 3_600;
/** Below 5 minutes batches melt into one another; above 6 hours a window of 8 batches is longer than anyone waits. */
const limits = { min: 5 * minute, max: 6 * hour } as const;

export const cadenceField = z
  .string()
  .regex(/^[1-9]\d*[mh]$/, 'is not a whole number of minutes or hours such as "15m"') as unknown as z.ZodType<Cadence>;

/** Seconds of a cadence. @example cadenceSeconds("15m") // 900 */
export function cadenceSeconds(cadence: Cadence): number {
  return Number.parseInt(cadence, 10) * (cadence.endsWith("h") ? hour : minute);
}

/** Refuses cadences outside of 5m to 6h. */
export function checkCadence(evaluatedEvery: Cadence): readonly SpecProblem[] {
  const seconds = cadenceSeconds(evaluatedEvery);
  if (seconds >= limits.min && seconds <= limits.max) return [];
  const why = seconds < limits.min ? "too often to tell batches apart" : "too rare for any alert to be in time";
  const problem = `every ${evaluatedEvery} is ${why}`;
  return [{ id: "cadence-out-of-range", field: "evaluatedEvery", problem, instead: "Use 5m to 6h." }];
}
