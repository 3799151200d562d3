// The monitoring plan: all that the backends read. Plain readonly data; no backend asks what kind of indicator or source it came from.
import type { AlertKind } from "./alert-kind.ts";
import type { Components } from "./components.ts";
import type { GuardrailPlan } from "./guardrail-plan.ts";
import type { Observed } from "./observed-series.ts";
import type { PlatformPlan } from "./platform-plan.ts";
import type { AlertCategory, RuleGroup, Severity } from "./rules.ts";
import type { EventExamples, SeriesExample } from "./series-example.ts";

/** What an SLO can be about. */
export type SloCategory = Exclude<AlertCategory, "no-data" | "platform">;

/** One burn-rate alert: a long window that proves it, a short window that ends it. */
export interface Arm {
  readonly name: string;
  readonly severity: Severity;
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** The bad share that both windows must exceed. */
  readonly threshold: number;
  /** `threshold` in multiples of the error budget. */
  readonly burnRate: number;
  readonly keepFiringForSeconds: number;
}

/** Who judges the events of an SLO, in a batch each cadence. */
export interface EvaluationPlan {
  readonly evaluator: string;
  readonly cadenceSeconds: number;
  readonly examples: {
    readonly completedBatch: SeriesExample;
    readonly failedBatch: SeriesExample;
    /** A request that could have been judged; absent where the source counts none. */
    readonly request?: SeriesExample;
  };
}

export interface SloPlan {
  readonly service: string;
  readonly id: string;
  readonly indicator: string;
  readonly alertName: string;
  readonly category: SloCategory;
  readonly title: string;
  readonly measures: string;
  readonly badEvents: string;
  readonly checks: readonly string[];
  /** The share of events that must be good. */
  readonly objective: number;
  /** @example "99.9%" */
  readonly objectiveText: string;
  /** 1 - objective. */
  readonly budget: number;
  readonly periodSeconds: number;
  readonly expectedPerHour?: number;
  readonly arms: readonly Arm[];
  /** Windows for which the bad share is recorded, shortest first. */
  readonly windowsSeconds: readonly number[];
  readonly examples: EventExamples;
  /** Labels by which its events can be told apart. */
  readonly splitBy: readonly string[];
  /** True where bad events are total minus good, so that a missing good side must leave the SLO absent. */
  readonly badIsRemainder: boolean;
  /** True where bad events have a series of their own from the start, so that its absence must leave the SLO absent. */
  readonly badIsRequired?: boolean;
  readonly quantileUnit?: "s" | "USD";
  readonly evaluation?: EvaluationPlan;
}

export type BudgetPeriod = "day" | "week" | "month";

/** A budget of spend for calendar days, weeks or months. */
export interface BudgetPlan {
  readonly service: string;
  readonly id: string;
  readonly period: BudgetPeriod;
  /** @example "50 USD a day, 20 USD at weekends" */
  readonly title: string;
  readonly usd: number;
  /** The amount for Saturdays and Sundays, where it differs. */
  readonly weekendUsd?: number;
  /** Whose calendar its periods follow. */
  readonly timeZone: string;
  /** Shares that must not be spent before a time of day. */
  readonly pace: readonly {
    readonly share: number;
    /** @example "90%" */
    readonly shareText: string;
    readonly secondsOfDay: number;
    /** @example "20:00" */
    readonly time: string;
  }[];
  /** The rates that tell how a period will end. Both must say that it ends above the budget. */
  readonly longSeconds: number;
  readonly shortSeconds: number;
  readonly examples: {
    /** What spend increments. */
    readonly spent: SeriesExample;
    /** What a request without a price increments, and what every request does, where the source counts them. */
    readonly unpriced?: { readonly counted: SeriesExample; readonly request: SeriesExample };
  };
}

/** What the clocks of a time zone show. */
export interface CalendarPlan {
  readonly timeZone: string;
  /** The last year whose summer time the rules know, where the zone has any. */
  readonly knownUntil?: number;
  /** Where proofs may begin: the first day, week and month that begin after 1970-01-01 UTC, as seconds. The first day is a weekday. */
  readonly firsts: Readonly<Record<BudgetPeriod, { readonly start: number; readonly end: number }>>;
  /** Instants at which proofs ask the rules for the time, earliest first. */
  readonly moments: readonly CalendarMoment[];
}

/** Seconds since 1970-01-01 UTC; `localSeconds` is what a clock shows then, read as if it stood in UTC. */
export interface CalendarMoment {
  readonly atSeconds: number;
  readonly localSeconds: number;
  readonly periods: Readonly<Partial<Record<BudgetPeriod, { readonly start: number; readonly end: number }>>>;
}

export interface ServicePlan {
  readonly id: string;
  readonly team: string;
  readonly description: string;
  /** The `job` label of its targets. */
  readonly job: string;
  readonly features: readonly string[];
  readonly slos: readonly SloPlan[];
  readonly guardrails: readonly GuardrailPlan[];
  /** Sorted by id, which no SLO of the service has. */
  readonly budgets: readonly BudgetPlan[];
  /** The calendars of its budgets, by time zone. */
  readonly calendars: readonly CalendarPlan[];
  readonly groups: readonly RuleGroup[];
  /** Labels that every raw series of this environment carries. */
  readonly match: Readonly<Record<string, string>>;
  /** What people may look at beyond the SLOs. */
  readonly observed: Observed;
  /** What the alert for stalled requests compares, where the source has an in-flight gauge. */
  readonly stalled?: {
    readonly windowSeconds: number;
    readonly featureLabel: string;
    readonly inflightMetric: string;
    readonly completedMetric: string;
  };
}

/** A receiver with every default resolved; `secretKey` names a key of the mounted Secret. */
export type Receiver =
  | { readonly kind: "slack"; readonly name: string; readonly channel: string; readonly secretKey: string }
  | { readonly kind: "pagerduty"; readonly name: string; readonly secretKey: string }
  | { readonly kind: "email"; readonly name: string; readonly to: string }
  | { readonly kind: "webhook"; readonly name: string; readonly secretKey: string }
  | { readonly kind: "opsgenie"; readonly name: string; readonly secretKey: string; readonly apiUrl?: string }
  | { readonly kind: "msteams"; readonly name: string; readonly secretKey: string }
  /** Takes the Watchdog, and nothing else. */
  | { readonly kind: "heartbeat"; readonly name: string; readonly secretKey: string }
  /** Takes what nobody wants to hear. */
  | { readonly kind: "nobody"; readonly name: string; readonly why: string };

export interface TeamRoute {
  readonly team: string;
  /** The receiver of each severity. */
  readonly receivers: Readonly<Record<Severity, string>>;
  /** Hears of everything in its category; critical alerts go to the pager as well. */
  readonly categories: Readonly<Partial<Record<"cost" | "quality", string>>>;
}

/** When warnings are read. Times of day are local to `timeZone`. */
export interface BusinessHours {
  readonly timeZone: string;
  /** Days and ranges of days. @example ["monday:friday"] */
  readonly days: readonly string[];
  /** @example "09:00" */
  readonly from: string;
  readonly to: string;
}

/** How Grafana's dashboards are found. */
export interface DashboardsPlan {
  readonly folder: string;
  /** @example "LLM SLO staging" */
  readonly titlePrefix: string;
  /** Of uids, and the tag that all of this environment's dashboards have. @example "llm-slo_staging" */
  readonly uidPrefix: string;
}

export interface StackPlan {
  readonly namespace: string;
  /** Labels that every raw series of this environment carries. */
  readonly match: Readonly<Record<string, string>>;
  readonly scrapeIntervalSeconds: number;
  /** Namespaces in which apps are scraped; empty means all. */
  readonly appNamespaces: readonly string[];
  readonly components: Components;
  /** Images that replace the backend's own, by name. */
  readonly images: Readonly<Record<string, string>>;
  /** Secrets that images are pulled with. */
  readonly imagePullSecrets?: readonly string[];
  /** Of every volume; absent where it is the cluster's own. */
  readonly storageClass?: string;
  /** Namespace of the pods that may reach the user interfaces. */
  readonly ingressNamespace?: string;
  /** Where ExternalSecret resources read the Secrets from. */
  readonly secretStore?: { readonly name: string; readonly scope: string; readonly prefix: string };
  readonly grafanaUrl: string;
  readonly dashboards: DashboardsPlan;
  readonly smtp?: {
    readonly smarthost: string;
    readonly from: string;
    readonly username?: string;
    readonly secretKey: string;
  };
}

export interface Plan {
  /** Empty for `slos/stack.ts`. */
  readonly environment: string;
  readonly stack: StackPlan;
  readonly services: readonly ServicePlan[];
  /** What watches the stack itself, where the stack wants it. */
  readonly platform?: PlatformPlan;
  readonly alertKinds: readonly AlertKind[];
  readonly defaultReceiver: string;
  readonly receivers: readonly Receiver[];
  readonly teams: readonly TeamRoute[];
  /** Warnings are held outside of these hours; without them, never. */
  readonly businessHours?: BusinessHours;
}
