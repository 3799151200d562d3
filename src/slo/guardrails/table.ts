// Every kind of guardrail there is. A new one is a file beside this one and a row here.
import { spendAnomaly, tokenAnomaly } from "./anomalies.ts";
import { averageCostPerRequest } from "./average-cost-per-request.ts";
import { contextNearEnd } from "./context-near-end.ts";
import type { GuardrailKind } from "./guardrail.ts";
import { inflightSaturation } from "./inflight-saturation.ts";
import { queueDepth } from "./queue-depth.ts";
import { rateLimitPressure } from "./rate-limit-pressure.ts";
import { retryStorm } from "./retry-storm.ts";

const rows = [
  rateLimitPressure,
  retryStorm,
  averageCostPerRequest,
  contextNearEnd,
  queueDepth,
  inflightSaturation,
  tokenAnomaly,
  spendAnomaly,
] as const;

/** The guardrails by kind. Specs are checked against `fields` before a kind sees them. */
export const guardrailKinds: ReadonlyMap<string, GuardrailKind<never>> = new Map(
  rows.map((row) => [row.kind, row as unknown as GuardrailKind<never>]),
);
