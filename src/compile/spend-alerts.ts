// The alerts of a budget: mostly used, on course to be exceeded, ahead of its pace, exhausted, and blind.
import {
  calendarRecords,
  identityLabels,
  spendAlerts as names,
  ofService,
  ofSlo,
  spendRecords as records,
} from "../plan/conventions.ts";
import type { BudgetPeriod } from "../plan/plan.ts";
import type { AlertCategory, AlertRule, Severity } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import {
  add,
  and,
  call,
  div,
  gt,
  gte,
  lt,
  max,
  mod,
  mul,
  offset,
  or,
  range,
  rate,
  seconds,
  select,
  sub,
  sum,
  unless,
} from "../promql/build.ts";
import { printDuration } from "../promql/print.ts";
import { scopeLabels } from "../slo/indicators/scope.ts";
import type { CompiledBudget } from "./budget-plan.ts";
import { dashboardUrl, type Links, linksOf } from "./links.ts";
import { presentRate } from "./spend-rules.ts";

const minute = 60;
const hour = 3_600;
const day = 24 * hour;

/** Share of the budget that is mostly used. */
const mostlyUsed = 0.8;
/** Before this share is spent, a projection says little. */
const worthProjecting = 0.2;
/** Seconds of an hour that may lack a rate. Any gap of the scrapes longer than the rate's window leaves more. */
const blindSeconds = minute;
/** How long a projection must stand: longer where the hours tell it. */
const projectedFor: Readonly<Record<BudgetPeriod, number>> = { day: 15 * minute, week: 2 * hour, month: 2 * hour };

interface Telling {
  readonly alert: string;
  /** Told apart by this label, the warnings are muted by the page of the same budget. */
  readonly arm?: string;
  readonly severity: Severity;
  readonly expr: Expr;
  readonly forSeconds?: number;
  readonly summary: string;
  readonly description: string;
}

function used({ plan }: CompiledBudget): Telling {
  return {
    alert: names.used,
    arm: "used",
    severity: "warning",
    expr: gt(ofSlo(records.used, plan), mostlyUsed),
    summary: `{{ $value | humanizePercentage }} of ${plan.title} is spent`,
    description: `{{ $value | humanizePercentage }} of this ${plan.period}'s budget is spent. It ends with the ${plan.period} (${plan.timeZone}).`,
  };
}

/** The rest of the period at the rate of the short window alone, so that a burst that is over projects nothing. */
function stillOver({ plan }: CompiledBudget): Expr {
  const { service, timeZone: tz, period, shortSeconds } = plan;
  const end = ofService(calendarRecords.edge, service, { tz, period, edge: "end" });
  const rest = mul(
    presentRate((record) => ofSlo(record, plan), period, shortSeconds),
    call("scalar", sub(end, call("time"))),
  );
  return gt(add(ofSlo(records.spent, plan), rest), ofSlo(records.budget, plan));
}

function onCourse(budget: CompiledBudget): Telling {
  const { plan } = budget;
  const [long, short] = [plan.longSeconds, plan.shortSeconds].map(printDuration);
  const over = gt(ofSlo(records.projected, plan), ofSlo(records.budget, plan), identityLabels);
  return {
    alert: names.course,
    arm: "course",
    severity: "warning",
    expr: and(and(over, stillOver(budget), identityLabels), gt(ofSlo(records.used, plan), worthProjecting)),
    forSeconds: projectedFor[plan.period],
    summary: `on course to {{ $value | humanize }} USD, above ${plan.title}`,
    description:
      `If it goes on so, {{ $value | humanize }} USD will have been spent when the ${plan.period} ends (${plan.timeZone}); the budget is ${plan.title}. ` +
      `Both the last ${long} and the last ${short} say so.`,
  };
}

function ahead({ plan }: CompiledBudget): readonly Telling[] {
  if (plan.pace.length === 0) return [];
  const clock = mod(ofService(calendarRecords.localTime, plan.service, { tz: plan.timeZone }), seconds(day));
  const limits = plan.pace.map(({ share, secondsOfDay }) =>
    and(gt(ofSlo(records.used, plan), share), lt(clock, seconds(secondsOfDay)), []),
  );
  const words = plan.pace.map(({ shareText, time }) => `${shareText} before ${time}`).join(", ");
  return [
    {
      alert: names.pace,
      arm: "pace",
      severity: "warning",
      expr: limits.reduce((left, right) => or(left, right)),
      summary: `{{ $value | humanizePercentage }} of ${plan.title} is spent already`,
      description: `{{ $value | humanizePercentage }} of today's budget is spent, too much for the time of day (${words}, ${plan.timeZone}).`,
    },
  ];
}

function exhausted({ plan, severity }: CompiledBudget): Telling {
  return {
    alert: names.exhausted,
    arm: "exhausted",
    severity,
    expr: gte(ofSlo(records.used, plan), 1),
    summary: `the budget of ${plan.title} is exhausted ({{ $value | humanizePercentage }})`,
    description: `{{ $value | humanizePercentage }} of this ${plan.period}'s budget is spent. Spend goes on until something stops it; the alert ends with the ${plan.period} (${plan.timeZone}).`,
  };
}

/** Requests without a price that count. A few always are: users who leave in the middle of an answer, streams that break off. */
const unpricedShare = 0.05;

/** Requests without a price, an hour that lacks some minutes, or no spend at all: each would read as thrift. */
function blind({ plan, scope, metrics }: CompiledBudget, intervalSeconds: number): Telling {
  const spend = ofSlo(records.rate, plan);
  const seen = mul(call("count_over_time", range(spend, hour - 1)), seconds(intervalSeconds));
  const gap = and(lt(seen, seconds(hour - blindSeconds)), offset(spend, hour));
  const absent = unless(ofSlo(records.budget, plan), spend);
  const perSecond = (metric: string) => sum(rate(select(metric, scopeLabels(scope)), hour));
  const unpriced =
    metrics.unpriced && div(perSecond(metrics.unpriced.metric), gt(perSecond(metrics.unpriced.requests.metric), 0));
  // Without the labels of recorded series: whatever is the case, it is the same alert.
  const unseen = max(or(gap, absent, []));
  return {
    alert: names.blind,
    severity: "warning",
    expr: unpriced ? or(gt(unpriced, unpricedShare), unseen, []) : unseen,
    forSeconds: 5 * minute,
    summary: "not all spend is seen, and its budget looks better than it is",
    description:
      `${unpriced ? "More than 5% of the last hour's requests have no price, or t" : "T"}he counter of cost was not seen for minutes of the last hour. ` +
      `What is missing counts as nothing against ${plan.title}.`,
  };
}

/** Blindness is about data, not about money that was spent. */
const categoryOf = (alert: string): AlertCategory => (alert === names.blind ? "no-data" : "cost");

/** The alerts of one budget. */
export function spendAlerts(
  budget: CompiledBudget,
  team: string,
  links: Links,
  intervalSeconds: number,
): readonly AlertRule[] {
  const { service, id } = budget.plan;
  const all = [used(budget), onCourse(budget), ...ahead(budget), exhausted(budget), blind(budget, intervalSeconds)];
  return all.map(({ alert, arm, severity, expr, forSeconds, summary, description }) => ({
    kind: "alert",
    alert,
    expr,
    ...(forSeconds === undefined ? {} : { forSeconds }),
    labels: { service, slo: id, ...(arm === undefined ? {} : { arm }), severity, team, category: categoryOf(alert) },
    annotations: {
      summary: `${service}: ${id}: ${summary}`,
      description,
      ...linksOf(links, service, alert, id),
      dashboard_url: dashboardUrl(links, service),
    },
    slo: id,
  }));
}
