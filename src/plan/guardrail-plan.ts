// What backends need to know of a guardrail: its words, and the numbers and series its alert is proven with.
import type { AlertKind } from "./alert-kind.ts";
import type { Severity } from "./rules.ts";
import type { SeriesExample } from "./series-example.ts";

/** Unwanted events as a share of all, or an amount for each of them, over a window. */
export interface ShareFacts {
  readonly kind: "share";
  readonly windowSeconds: number;
  readonly above: number;
  /** Events that the window must hold. */
  readonly atLeast: number;
  /** Which events these are. */
  readonly atLeastOf: "unwanted" | "total";
  readonly keepFiringForSeconds: number;
  readonly examples: {
    /** What one ordinary event increments. */
    readonly event: readonly SeriesExample[];
    /** What one unwanted event increments. */
    readonly unwanted: readonly SeriesExample[];
    /** Whether an unwanted event is one of the total, or comes on top. */
    readonly isPart: boolean;
  };
}

/** A value that must not stay above a limit. */
export interface LevelFacts {
  readonly kind: "level";
  readonly above: number;
  readonly forSeconds: number;
  /** Series, and what each reads while the value is 1. */
  readonly examples: readonly { readonly series: SeriesExample; readonly share: number }[];
}

/** The last hour's amount, against the same hour yesterday and a week ago. */
export interface AnomalyFacts {
  readonly kind: "anomaly";
  readonly factor: number;
  readonly floor: number;
  readonly example: SeriesExample;
  /** The recorded series, once for each set of labels that the amount is told apart by. */
  readonly levels: readonly { readonly amount: string; readonly usual: string; readonly labels: readonly string[] }[];
}

export interface GuardrailPlan {
  readonly service: string;
  readonly id: string;
  readonly alertName: string;
  readonly severity: Severity;
  readonly title: string;
  /** When it fires, one condition each. */
  readonly conditions: readonly string[];
  /** What the runbook of its alert says. */
  readonly runbook: Omit<AlertKind, "alert" | "severity" | "queries">;
  readonly facts: ShareFacts | LevelFacts | AnomalyFacts;
}
