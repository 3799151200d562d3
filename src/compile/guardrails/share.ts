// Unwanted events as a share: the condition of its alert.
import type { ShareFacts } from "../../plan/guardrail-plan.ts";
import { and, div, gt, mul, seconds } from "../../promql/build.ts";
import type { ShareWatch } from "../../slo/guardrails/guardrail.ts";

/** The share is too large, and the window holds enough events to speak of one. Half an event less: rates count one as 0.9 to 1.1. */
export function tooMany(watch: ShareWatch) {
  const { unwanted, total, above, atLeast, atLeastOf, windowSeconds } = watch;
  const share = gt(div(unwanted, gt(total, 0)), above);
  const enough = gt(mul(watch[atLeastOf], seconds(windowSeconds)), atLeast - 0.5);
  // As long as the window, so that bursts which come and go are told once.
  return { expr: and(share, enough), labels: "by" in total ? total.by : [], keepFiringForSeconds: windowSeconds };
}

export function shareFacts({ windowSeconds, above, atLeast, atLeastOf, examples }: ShareWatch): ShareFacts {
  return { kind: "share", windowSeconds, above, atLeast, atLeastOf, keepFiringForSeconds: windowSeconds, examples };
}
