import type { z } from "zod";
import type { SignalName, Source } from "../../sources/source.ts";
import type { Events } from "../events.ts";
import type { Scope } from "./scope.ts";

/** Something wrong with an SLO that only its indicator can see. */
export interface SpecProblem {
  readonly id:
    | "not-a-bucket"
    | "objective-out-of-range"
    | "cadence-out-of-range"
    | "invalid-promql"
    | "signal-not-published"
    | "unknown-evaluator"
    | "unknown-check";
  readonly field: string;
  readonly problem: string;
  readonly instead: string;
}

/** What an indicator says to people. */
export interface Words {
  /** A short name of the SLI. @example "latency below 2s" */
  readonly title: string;
  /** Which share is measured, as a sentence without a full stop. */
  readonly measures: string;
  /** What one bad event is. @example "requests slower than 2s" */
  readonly badEvents: string;
  /** First things to look at when the alert fires. */
  readonly checks: readonly string[];
}

/** One kind of SLI: how its spec reads, which signals it needs, and how it becomes an event pair. */
export interface Indicator<Spec> {
  readonly kind: string;
  /** CamelCase, at most 40 characters: the name of its burn-rate alerts. */
  readonly alertName: string;
  /** What its alerts are about: who hears of them besides the pager, and how soon. */
  readonly category: "slo" | "quality" | "cost";
  /** The fields of its spec, without those of every SLO. */
  readonly fields: z.ZodObject;
  readonly needs: readonly SignalName[];
  /** What the spec alone can't get right by shape: objectives, boundaries, PromQL. */
  check(spec: Spec, source: Source): readonly SpecProblem[];
  /** The share of events that must be good, in percent, as a decimal text. */
  objective(spec: Spec): string;
  words(spec: Spec): Words;
  events(spec: Spec, scope: Scope): Events;
}
