// Rules and alerts as Prometheus will evaluate them, in groups.
import type { Expr } from "../promql/ast.ts";

export type Severity = "critical" | "warning";

/**
 * What an alert is about, which decides who else hears of it and how soon: an SLO of requests, of answers' quality, or of money; something
 * that can't be measured; the monitoring stack itself. The value of the label `category`.
 */
export type AlertCategory = "slo" | "quality" | "cost" | "no-data" | "platform";

export interface RecordingRule {
  readonly kind: "recording";
  readonly record: string;
  readonly expr: Expr;
  readonly labels: Readonly<Record<string, string>>;
  /** The SLO this rule belongs to alone; rules without one serve the whole service. */
  readonly slo?: string;
  /** The guardrail this rule belongs to alone. */
  readonly guardrail?: string;
}

export interface AlertRule {
  readonly kind: "alert";
  readonly alert: string;
  readonly expr: Expr;
  readonly forSeconds?: number;
  readonly keepFiringForSeconds?: number;
  readonly labels: Readonly<Record<string, string>> & {
    readonly severity: Severity;
    readonly team: string;
    readonly category: AlertCategory;
  };
  readonly annotations: Annotations;
  readonly slo?: string;
  readonly guardrail?: string;
}

export type Rule = RecordingRule | AlertRule;

/** What an alert tells people. `{{ }}` are Prometheus templates. */
export interface Annotations extends Readonly<Record<string, string>> {
  readonly summary: string;
  readonly description: string;
  readonly dashboard_url: string;
  readonly runbook_url: string;
}

export interface RuleGroup {
  readonly name: string;
  readonly intervalSeconds: number;
  readonly rules: readonly Rule[];
}
