// Unwanted events as a share: the condition of its alert.
import type { ShareFacts } from "../../plan/guardrail-plan.ts";
import { and, div, gt, mul, seconds } from "../../promql/build.ts";
import type { ShareWatch } from "../../slo/guardrails/guardrail.ts";

/** As long as the window, so that bursts which come and go are told once. */
const keepFiringForSeconds = 600;

/** The share is too large, and the window holds enough unwanted events to speak of one. Half an event less: rates count one as 0.9 to 1.1. */
export function tooMany({ unwanted, total, above, atLeast, windowSeconds }: ShareWatch) {
  const share = gt(div(unwanted, gt(total, 0)), above);
  const enough = gt(mul(unwanted, seconds(windowSeconds)), atLeast - 0.5);
  return { expr: and(share, enough), labels: "by" in total ? total.by : [], keepFiringForSeconds };
}

export function shareFacts({ windowSeconds, above, atLeast, examples }: ShareWatch): ShareFacts {
  return { kind: "share", windowSeconds, above, atLeast, keepFiringForSeconds, examples };
}
