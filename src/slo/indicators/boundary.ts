// Objectives and thresholds shared by the indicators: percentages that leave a budget, thresholds that are bucket boundaries.
import { z } from "zod";
import type { HistogramSignal } from "../../sources/source.ts";
import { complement, type Percent, printPercent, shareOf } from "../percent.ts";
import type { SpecProblem } from "./indicator.ts";

/** A threshold as users write it, from the number in the buckets. */
export type Seconds<N extends number> = `${N}s`;
export type Dollars<N extends number> = `$${N}`;

export const percentField = z
  .string()
  .regex(/^\d+(\.\d+)?%$/, 'is not a percentage such as "1%"') as unknown as z.ZodType<Percent>;

/** The share that must be good where at most `below` may be bad, in percent. @example goodPercent("1%") // "99" */
export function goodPercent(below: string): string {
  return printPercent(complement(shareOf(below))).slice(0, -1);
}

/** The number in "2s" or "$0.05". */
export function boundaryOf(below: string): number {
  return Number(below.replace(/^\$|s$/g, ""));
}

/** Refuses a threshold that isn't a boundary of the histogram, and names the nearest ones. */
export function checkBoundary(
  below: string,
  histogram: HistogramSignal,
  write: (boundary: number) => string,
  field = "below",
): readonly SpecProblem[] {
  const value = boundaryOf(below);
  if (histogram.buckets.includes(value) && write(value) === below) return [];
  const refuse = (problem: string, instead: string): readonly SpecProblem[] => [
    { id: "not-a-bucket", field, problem, instead },
  ];
  if (histogram.buckets.includes(value))
    return refuse(`${below} is not how a bucket boundary of ${histogram.metric} is written`, `Write ${write(value)}.`);
  const under = histogram.buckets.findLast((bucket) => bucket <= value);
  const over = histogram.buckets.find((bucket) => bucket > value);
  const nearest = (Number.isFinite(value) ? [under, over] : histogram.buckets)
    .filter((bucket) => bucket !== undefined)
    .map(write);
  const { declaredIn } = histogram;
  const own =
    declaredIn !== undefined && Number.isFinite(value) && value > 0
      ? `, or add ${value} to its buckets in ${declaredIn}`
      : "";
  return refuse(`${below} is not a bucket boundary of ${histogram.metric}`, `Use ${nearest.join(" or ")}${own}.`);
}

/** Refuses objectives that leave no budget, or nothing but budget. */
export function checkObjective(
  field: string,
  written: string | number,
  goodPercent: string,
  example: string,
): readonly SpecProblem[] {
  const share = shareOf(goodPercent);
  if (share.gte("0.5") && share.lte("0.99999")) return [];
  const why = share.gte(1)
    ? "leaves no error budget"
    : share.lt("0.5")
      ? "lets more than half of all events be bad"
      : "is finer than any window can measure";
  return [
    {
      id: "objective-out-of-range",
      field,
      problem: `${written} ${why} (an objective of ${goodPercent}%)`,
      instead: `Use an objective from 50% to 99.999%, for example ${example}.`,
    },
  ];
}
