// What a guardrail is: an alert about something that is no share of an error budget, and how each kind says what it watches.
import type { z } from "zod";
import type { Expr } from "../../promql/ast.ts";
import type { SignalName, Source } from "../../sources/source.ts";
import type { Series } from "../events.ts";
import type { SpecProblem } from "../indicators/indicator.ts";
import type { Scope } from "../indicators/scope.ts";
import type { Severity } from "../slo.ts";

/** A guardrail as data: the kind's name and what the user said of it. */
export interface Guardrail {
  readonly kind: "guardrail";
  readonly guardrail: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** What every guardrail may say. */
export interface GuardrailOptions {
  /** Default `warning`: it is read in the morning. */
  readonly severity?: Severity;
}

/** A span of time. @example "10m" */
export type Minutes = `${number}m`;

/** Unwanted events as a share of all events, or an amount for each of them: two rates with the same labels. */
export interface ShareWatch {
  readonly kind: "share";
  readonly windowSeconds: number;
  readonly unwanted: Expr;
  readonly total: Expr;
  readonly above: number;
  /** Events that the window must hold, so that one at night is none. */
  readonly atLeast: number;
  /** Which events these are. */
  readonly atLeastOf: "unwanted" | "total";
  readonly examples: {
    /** What one ordinary event increments. */
    readonly event: readonly Series[];
    /** What one unwanted event increments. */
    readonly unwanted: readonly Series[];
    /** Whether an unwanted event is one of the total, or comes on top. */
    readonly isPart: boolean;
  };
}

/** A value that must not stay above a limit. */
export interface LevelWatch {
  readonly kind: "level";
  readonly value: Expr;
  readonly above: number;
  readonly forSeconds: number;
  /** Series, and what each reads while the value is 1. */
  readonly examples: readonly { readonly series: Series; readonly share: number }[];
}

/** The last hour's amount of something, against the same hour yesterday and a week ago. */
export interface AnomalyWatch {
  readonly kind: "anomaly";
  /** What is counted, in the names of recorded series. @example "llm_tokens" */
  readonly amount: string;
  /** The increase of the last hour, once for each set of labels that it is told apart by. */
  readonly hourly: readonly { readonly level: string; readonly expr: Expr; readonly labels: readonly string[] }[];
  readonly factor: number;
  /** Amounts up to this are usual for anyone. */
  readonly floor: number;
  readonly example: Series;
}

export type Watch = ShareWatch | LevelWatch | AnomalyWatch;

/** What a kind of guardrail says to people. Templates may read `$value` and the labels of the watched value. */
export interface GuardrailWords {
  /** @example "rate-limited requests above 5%" */
  readonly title: string;
  /** When it fires, one condition each, as sentences without a full stop. */
  readonly conditions: readonly string[];
  /** What follows the service's name. */
  readonly summary: string;
  readonly description: string;
}

/** What a kind of guardrail says in the runbook of its alert. */
export interface GuardrailRunbook {
  readonly meaning: string;
  readonly impact: string;
  readonly checks: readonly string[];
  /** What it turns out to be most often, likeliest first. */
  readonly causes: readonly string[];
  readonly mitigation: readonly string[];
}

/** One kind of guardrail: how its spec reads, which signals it needs, and what it watches. */
export interface GuardrailKind<Spec> {
  readonly kind: string;
  /** CamelCase, at most 40 characters. */
  readonly alertName: string;
  /** What its alert is about: who hears of it besides the pager, and how soon. */
  readonly category: "slo" | "cost";
  readonly fields: z.ZodObject;
  readonly needs: readonly SignalName[];
  readonly runbook: GuardrailRunbook;
  /** What the spec alone can't get right by shape. */
  check?(spec: Spec, source: Source): readonly SpecProblem[];
  /** `subject` is a template of what the alert is about, such as the feature. */
  words(spec: Spec, subject: string): GuardrailWords;
  watch(spec: Spec, scope: Scope): Watch;
}
