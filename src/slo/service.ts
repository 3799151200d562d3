import type { SignalName, Source } from "../sources/source.ts";
import type { Budget } from "./budget.ts";
import type { Guardrail } from "./guardrails/guardrail.ts";
import type { Slo } from "./slo.ts";

/** Signals that not every feature has: shown on a service's dashboard where one of its SLOs or guardrails uses them, or it says so. */
export const occasionalSignals = [
  "cache",
  "evaluations",
  "feedback",
  "firstToken",
  "queueDepth",
  "retrievalRelevance",
  "tasks",
  "validations",
] as const satisfies readonly SignalName[];
export type OccasionalSignal = (typeof occasionalSignals)[number];

/** A service: the features one team answers for, their SLOs and their budgets of spend. */
export interface Service {
  readonly kind: "service";
  /** A DNS label; the identity of its series. Renaming it starts new error budgets. */
  readonly id: string;
  readonly source: Source;
  readonly team: string;
  readonly features: readonly string[];
  readonly description?: string;
  /** What its dashboard shows beyond what SLOs and guardrails use. */
  readonly alsoShow?: readonly OccasionalSignal[];
  /** By id, a DNS label; renaming one starts a new error budget. */
  readonly slos: Readonly<Record<string, Slo | Budget>>;
  /** By id, a DNS label that no SLO of the service has. */
  readonly guardrails?: Readonly<Record<string, Guardrail>>;
}
