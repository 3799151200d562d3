// The arithmetic of an arm: how sure it must be, and how long it takes.
import type { Arm, EvaluationPlan, SloPlan } from "./plan.ts";

/** z of the two-sided 98 % confidence interval whose lower end a long window must keep above the threshold. */
export const confidenceZ = 2.3263;
/** Bad events the long window must hold at least. */
export const minimumBadEvents = 3;
/** Items that the long window must hold where an evaluator judges them. */
export const minimumJudgedItems = 50;
/**
 * An evaluator has stopped when no batch was completed in 2.5 cadences: none in a window of 1.25, and that for as long again. Half of each, so
 * that neither a batch that is a quarter late nor a Prometheus that has just started and seen none yet is reported.
 */
const heartbeatCadences = 1.25;
/** How far a recorded window trails the events, in minutes: half of the base window, or of the second stage's hour. */
const lagMinutes = { base: 2.5, secondStage: 30 } as const;

const hour = 3_600;
const day = 24 * hour;

/** The window in which a working evaluator completes a batch. @example heartbeatSeconds({ cadenceSeconds: 900 }) // 1125 */
export function heartbeatSeconds({ cadenceSeconds }: Pick<EvaluationPlan, "cadenceSeconds">): number {
  return heartbeatCadences * cadenceSeconds;
}

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
 * below the threshold, or the long window holds too few events to be sure. Events that are judged later come up to a cadence late.
 * @example minutesToDetect(fastArm, 1, 30) // a total outage at 30 requests an hour
 */
export function minutesToDetect(
  arm: Arm,
  badShare: number,
  perHour: number,
  evaluation?: EvaluationPlan,
): number | undefined {
  const events = (perHour * arm.longSeconds) / hour;
  if (evaluation && events < minimumJudgedItems) return undefined;
  const needed = Math.max(shareNeeded(arm.threshold, events), minimumBadEvents / events);
  if (badShare < needed || badShare <= arm.threshold) return undefined;
  const long = ((arm.longSeconds / 60) * needed) / badShare;
  const short = ((arm.shortSeconds / 60) * arm.threshold) / badShare;
  const lag = arm.longSeconds >= day ? lagMinutes.secondStage : lagMinutes.base;
  return Math.max(long, short) + lag + (evaluation ? evaluation.cadenceSeconds / 60 : 0);
}
