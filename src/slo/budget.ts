// Budgets of spend: what may be spent in a calendar day, week or month.
import type { Severity, SloOptions } from "./slo.ts";

export const budgetPeriods = ["day", "week", "month"] as const;
export type BudgetPeriod = (typeof budgetPeriods)[number];

/** A share of a day's budget. @example "90%" */
export type Share = `${number}%`;

/** A time of day on a 24-hour clock. @example "20:00" */
export type WallClock = `${number}:${number}`;

/** What every budget may say. */
export interface BudgetOptions<
  M extends string = string,
  L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<string, readonly string[]>>,
> {
  /** What may be spent in a period, in USD. */
  readonly usd: number;
  /** Whose calendar days count, an IANA name such as "Europe/Berlin". Default: the stack's, or "UTC". */
  readonly timeZone?: string;
  /** Only requests to this model, or with these values of your own labels. Default: all of the service's features. */
  readonly where?: NonNullable<SloOptions<M, L>["where"]>;
  /** The highest severity any alert of this budget may have. Default `critical`, which only an exhausted budget is. */
  readonly severity?: Severity;
}

export interface DailyBudgetOptions<
  M extends string = string,
  L extends Readonly<Record<string, readonly string[]>> = Readonly<Record<string, readonly string[]>>,
> extends BudgetOptions<M, L> {
  /** The amount for Saturdays and Sundays, where it differs. */
  readonly weekend?: number;
  /** Shares that must not be spent before a time of day. @example { "90%": "20:00" } */
  readonly pace?: Readonly<Record<Share, WallClock>>;
}

/** A budget as data: its calendar period and what the user said of it. */
export interface Budget {
  readonly kind: "budget";
  readonly period: BudgetPeriod;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** Days of the past that the rules of a budget read. */
export const historyDays: Readonly<Record<BudgetPeriod, number>> = { day: 8, week: 8, month: 32 };
