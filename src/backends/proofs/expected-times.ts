// When an arm must trip and reset, from first principles: independent of the PromQL that is to be proven.
import { shareNeeded, confidenceZ as z } from "../../plan/detection.ts";
import type { Arm } from "../../plan/plan.ts";

/** Events a minute at which confidence costs an arm about 1 % of its threshold. */
export function busyPerMinute({ threshold, longSeconds }: Arm): number {
  return Math.ceil(60_000 / (threshold * (longSeconds / 60)));
}

/** The bad share a proof lets an arm see: well above its threshold, and not so far that its windows hardly matter. */
export function burnShare({ threshold }: Arm): number {
  return Math.min(2.5 * threshold, threshold + 0.45 * (1 - threshold));
}

/** Bad shares on either side of the threshold that the short window must tell apart. */
export function nearShares({ threshold }: Arm): { readonly above: number; readonly below: number } {
  return { above: 1.12 * threshold, below: 0.88 * threshold };
}

/** Minutes from the onset of a bad share until the long window trips, on traffic that was good before. */
export function tripMinutes(arm: Arm, share: number, perMinute: number, lagMinutes: number): number {
  const long = arm.longSeconds / 60;
  return (shareNeeded(arm.threshold, perMinute * long) * long) / share + lagMinutes;
}

/** The lower end of the Wilson score interval. */
export function wilsonLowerBound(bad: number, total: number): number {
  const p = bad / total;
  const centre = p + z ** 2 / (2 * total);
  const spread = z * Math.sqrt((p * (1 - p) + z ** 2 / (4 * total)) / total);
  return (centre - spread) / (1 + z ** 2 / total);
}
