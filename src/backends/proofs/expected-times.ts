// When an arm must trip and reset, from first principles: independent of the PromQL that is to be proven.
import type { Arm } from "../../plan/plan.ts";

/** z of the confidence that arms ask for. */
const z = 2.3263;

/** The bad share that n events must show so that the lower confidence bound exceeds the threshold (the score test, solved for p). */
export function shareNeeded(threshold: number, events: number): number {
  return threshold + z * Math.sqrt((threshold * (1 - threshold)) / events);
}

/** Events a minute at which confidence costs an arm about 1 % of its threshold. */
export function busyPerMinute({ threshold, longSeconds }: Arm): number {
  return Math.ceil(60_000 / (threshold * (longSeconds / 60)));
}

/** The bad share a proof lets an arm see: well above its threshold. */
export function burnShare({ threshold }: Arm): number {
  return Math.min(1, 4 * threshold);
}

/** Minutes from the onset of a bad share until the long window trips, on traffic that was good before. */
export function tripMinutes(arm: Arm, share: number, perMinute: number, lagMinutes: number): number {
  const long = arm.longSeconds / 60;
  return (shareNeeded(arm.threshold, perMinute * long) * long) / share + lagMinutes;
}

/** Minutes from recovery until the short window is back at the threshold. */
export function shortWindowMinutes(arm: Arm, share: number): number {
  return (arm.shortSeconds / 60) * (1 - arm.threshold / share);
}

/** The lower end of the Wilson score interval. */
export function wilsonLowerBound(bad: number, total: number): number {
  const p = bad / total;
  const centre = p + z ** 2 / (2 * total);
  const spread = z * Math.sqrt((p * (1 - p) + z ** 2 / (4 * total)) / total);
  return (centre - spread) / (1 + z ** 2 / total);
}
