import type { Expr } from "../promql/ast.ts";
import type { Severity } from "./rules.ts";

/** What one alert name means, for its runbook. */
export interface AlertKind {
  readonly alert: string;
  readonly severity: Severity | "by arm" | "by label";
  /** What is the case when it fires. */
  readonly meaning: string;
  /** What users notice. */
  readonly impact: string;
  readonly checks: readonly string[];
  /** What it turns out to be most often, likeliest first. */
  readonly causes: readonly string[];
  readonly mitigation: readonly string[];
  /** Queries to start from, besides the expressions of guardrails and of what watches the stack; runbooks add `service` and `slo` to recorded series of SLOs. */
  readonly queries: readonly RunbookQuery[];
}

export interface RunbookQuery {
  readonly title: string;
  readonly expr: Expr;
  /** Where it is about the targets of the service's job. */
  readonly of?: "job";
}
