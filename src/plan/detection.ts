// The arithmetic of an arm: how sure it must be, and how long it takes.
import type { Arm, SloPlan } from "./plan.ts";

/** z of the two-sided 98 % confidence interval whose lower end a long window must keep above the threshold. */
export const confidenceZ = 2.3263;
/** Bad events the long window must hold at least. */
export const minimumBadEvents = 3;
/** How far a recorded window trails the events, in minutes: half of the base window, or of the second stage's hour. */
const lagMinutes = { base: 2.5, secondStage: 30 } as const;

const hour = 3_600;
const day = 24 * hour;

/** The bad share that n events must show so that the lower confidence bound exceeds the threshold: the score test, solved for p. */
export function shareNeeded(threshold: number, events: number): number {
  return threshold + confidenceZ * Math.sqrt((threshold * (1 - threshold)) / events);
}

/** The share of a period's error budget that is gone when an arm trips at its own burn rate. */
export function budgetSpent(arm: Arm, { periodSeconds }: SloPlan): number {
  return (arm.burnRate * arm.longSeconds) / periodSeconds;
}

/**
 * Minutes from the onset of a bad share until an arm trips, on traffic that was good before. Undefined where it never does: the share is
 * below the threshold, or the long window holds too few events to be sure.
 * @example minutesToDetect(fastArm, 1, 30) // a total outage at 30 requests an hour
 */
export function minutesToDetect(arm: Arm, badShare: number, perHour: number): number | undefined {
  const events = (perHour * arm.longSeconds) / hour;
  const needed = Math.max(shareNeeded(arm.threshold, events), minimumBadEvents / events);
  if (badShare < needed || badShare <= arm.threshold) return undefined;
  const long = ((arm.longSeconds / 60) * needed) / badShare;
  const short = ((arm.shortSeconds / 60) * arm.threshold) / badShare;
  return Math.max(long, short) + (arm.longSeconds >= day ? lagMinutes.secondStage : lagMinutes.base);
}
