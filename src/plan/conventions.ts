// Names of recorded series and of the labels that identify an SLO. Dashboards and users' own queries rely on them: they are an interface.
import { createHash } from "node:crypto";
import type { MatcherSpec } from "../promql/build.ts";
import { select } from "../promql/build.ts";
import { printDuration } from "../promql/print.ts";

/** The labels that identify an SLO; every join is on these alone. */
export const identityLabels = ["service", "slo"] as const;

export const records = {
  /** Events per second, over 5 minutes. */
  total: "slo:events_total:rate5m",
  bad: "slo:events_bad:rate5m",
  /** The same, averaged over an hour: the second stage, which windows of a day and more read. */
  totalHourly: "slo:events_total:rate1h",
  badHourly: "slo:events_bad:rate1h",
  objective: "slo:objective:ratio",
  budget: "slo:error_budget:ratio",
  budgetRemaining: "slo:period_error_budget_remaining:ratio",
  /** The same over six hours: the third stage, which burn-down charts read. */
  totalSixHourly: "slo:events_total:rate6h",
  badSixHourly: "slo:events_bad:rate6h",
  /** Requests per second that failed, by `reason`, for each service. */
  failed: "service:failed_requests:rate5m",
  /** The burn rate that trips an arm, by its windows: labels `arm`, `severity`, `long` and `short`. */
  burnThreshold: "slo:burn_rate_threshold:ratio",
  /** Always 1; carries what describes an SLO without identifying it. */
  info: "slo_info",
  quantile: "slo:sli_value:quantile_rate5m",
  /** Successful requests per second that an evaluator could judge. */
  judgeableRequests: "slo:judgeable_requests:rate5m",
} as const;

/** Spend and its budgets: one series for each budget, labelled `service` and `slo`; sums over time also carry `tz` and `period`. */
export const spendRecords = {
  /** USD per second, over 5 minutes. */
  rate: "slo:spend_usd:rate5m",
  /** USD of the last 5 minutes. */
  increase: "slo:spend_usd:increase5m",
  /** USD of the last hour. */
  increaseHourly: "slo:spend_usd:increase1h",
  /** USD since the calendar period began. */
  spent: "slo:spend_usd:period",
  /** USD that may be spent in the period. */
  budget: "slo:spend_budget_usd:period",
  used: "slo:spend_budget_used:ratio",
  /** USD that will have been spent when the period ends. */
  projected: "slo:spend_usd:period_projected",
  /** Seconds until nothing is left, at the present rate. */
  exhaustedIn: "slo:spend_budget_exhausted_in:seconds",
} as const;

/** What clocks show, by `service` and `tz`: rules of a service read no other service's file. */
export const calendarRecords = {
  /** The local time, as seconds since 1970-01-01 if it were UTC. */
  localTime: "calendar:local_time:seconds",
  /** When `period` (day, week, month) starts and ends (`edge`), on the local clock and as an instant. */
  localEdge: "calendar:period_edge_local:seconds",
  edge: "calendar:period_edge:seconds",
} as const;

export const spendAlerts = {
  used: "LlmSpendBudgetMostlyUsed",
  course: "LlmSpendBudgetOnCourseToExceed",
  pace: "LlmSpendBudgetPaceExceeded",
  exhausted: "LlmSpendBudgetExhausted",
  blind: "LlmSpendBlind",
} as const;

/** The alerts that tell the states without data apart. Each fires for a whole service, or for each of its SLOs. */
export const noDataAlerts = {
  targetsDown: "LlmTargetsDown",
  sliMissing: "LlmSliMissing",
  stalled: "LlmRequestsStalled",
  trafficCeased: "LlmTrafficCeased",
} as const;

/** The alerts about an evaluator itself, for each SLO that it judges. */
export const evaluationAlerts = {
  stopped: "LlmEvaluatorStopped",
  tooFewSamples: "LlmEvaluationTooFewSamples",
} as const;

/** Batches that an evaluator completed within a window; 0 where it is gone. @example batchesRecord(1125) // "slo:evaluation_batches:increase18m45s" */
export function batchesRecord(windowSeconds: number): string {
  return `slo:evaluation_batches:increase${printDuration(windowSeconds)}`;
}

/** The bad share of events over a window. @example ratioRecord(3600) // "slo:sli_error:ratio_rate1h" */
export function ratioRecord(windowSeconds: number): string {
  return `slo:sli_error:ratio_rate${printDuration(windowSeconds)}`;
}

/** The lower end of the bad share's 98 % confidence interval; absent below 3 bad events. @example confidenceRecord(3600) // "slo:sli_error:confidence_rate1h" */
export function confidenceRecord(windowSeconds: number): string {
  return `slo:sli_error:confidence_rate${printDuration(windowSeconds)}`;
}

/** The series of an anomaly guardrail. @example anomalyRecords("feature", "llm_tokens").hour // "feature:llm_tokens:increase1h" */
export function anomalyRecords(level: string, amount: string): { readonly hour: string; readonly usual: string } {
  return { hour: `${level}:${amount}:increase1h`, usual: `${level}:${amount}:usual1h` };
}

/** What features ask of providers, over all services: labelled `service`, by feature and provider, or by provider alone. */
export const providerRecords = {
  /** Requests that ended per second; absent where there are none. */
  ended: "feature_provider:llm_requests:rate5m",
  /** The failed share of them, where it is so large that the provider is of no use to the feature. */
  failing: "feature_provider:llm_failing_requests:ratio_rate5m",
  /** How many features fail, where they are so many that it must be the provider. */
  outage: "provider:llm_failing_features:count",
} as const;

/** Stands for the pages of a service while several features fail at a provider of its. */
export const outageAlert = "LlmProviderOutage";

/** A recorded series of all SLOs of a service. */
export function ofService(record: string, service: string, labels: Readonly<Record<string, MatcherSpec>> = {}) {
  return select(record, { service, ...labels });
}

/** A recorded series of one SLO. */
export function ofSlo(record: string, { service, id }: { readonly service: string; readonly id: string }) {
  return select(record, { service, slo: id });
}

/** What the files of the platform's alerts are called. No service can be: ids have no underscore. */
export const platformName = "_platform";

/** What the files of dashboards that no service owns are called, and the end of their uids. */
export const dashboardNames = { overview: "_overview", slo: "_slo", gpu: "_gpu", platform: platformName } as const;

const longestUid = 40;

/**
 * The uid of a service's dashboard, or of one of `dashboardNames`: at most 40 characters of [a-zA-Z0-9_-], and unlike any other with this
 * prefix or another one. @example dashboardUid("llm-slo", "support-chat") // "llm-slo_support-chat"
 */
export function dashboardUid(prefix: string, name: string): string {
  const uid = `${prefix}_${name}`;
  if (uid.length <= longestUid) return uid;
  const hash = createHash("sha256").update(uid).digest("hex").slice(0, 8);
  return `${uid.slice(0, longestUid - hash.length - 1)}-${hash}`;
}

/** The file of a service's runbook for an alert, below `runbooks/`. */
export function runbookFile(service: string, alert: string): string {
  return `${service}/${alert}.md`;
}

/** The heading of an SLO in its runbooks, and the end of a link to it. @example runbookHeading("errors") // { title: "SLO errors", anchor: "#slo-errors" } */
export function runbookHeading(slo: string): { readonly title: string; readonly anchor: string } {
  return { title: `SLO ${slo}`, anchor: `#slo-${slo}` };
}

/** Fires always. What hears of it outside of the cluster notices when it stops. */
export const watchdogAlert = "Watchdog";

/** What the name of every alert matches but the Watchdog's, as a regular expression. */
export const alertNames = "Llm.+";

/** The Secret of receivers' URLs and keys. */
export const alertmanagerSecret = "alertmanager-receivers";

/** The file of the `spec` of an AlertmanagerConfig, where the stack's operator wants one. */
export const alertmanagerConfigPath = "alertmanager/alertmanager-config.yaml";

/** Where Alertmanager finds its files: receivers' URLs and keys, one file each, and message templates. */
export const alertmanagerFolders = {
  secrets: "/etc/alertmanager/secrets",
  templates: "/etc/alertmanager/templates",
} as const;
