// One budget of the model to its plan and the series it counts.
import type { BudgetPeriod, BudgetPlan } from "../plan/plan.ts";
import type { Severity } from "../plan/rules.ts";
import { printNumber } from "../promql/print.ts";
import type { Budget, BudgetOptions, DailyBudgetOptions } from "../slo/budget.ts";
import { exampleSeries, type Scope, statusValues } from "../slo/indicators/scope.ts";
import type { Model } from "../slo/model.ts";
import { shareOf } from "../slo/percent.ts";
import type { Service } from "../slo/service.ts";
import type { RequestsSignal } from "../sources/source.ts";

const hour = 3_600;
const day = 24 * hour;

/** Over which windows present spend is measured. A burst moves the long one little, and the short one ends what it began. */
const windows: Readonly<Record<BudgetPeriod, { readonly longSeconds: number; readonly shortSeconds: number }>> = {
  day: { longSeconds: 6 * hour, shortSeconds: hour },
  week: { longSeconds: day, shortSeconds: 6 * hour },
  month: { longSeconds: 7 * day, shortSeconds: day },
};

/** A budget on its way to rules. */
export interface CompiledBudget {
  readonly plan: BudgetPlan;
  readonly scope: Scope;
  readonly metrics: {
    readonly cost: string;
    /** Requests without a price, and all that ended. */
    readonly unpriced?: { readonly metric: string; readonly requests: RequestsSignal };
  };
  readonly severity: Severity;
}

function titleOf(period: BudgetPeriod, usd: number, weekend: number | undefined): string {
  const whole = `${printNumber(usd)} USD a ${period}`;
  return weekend === undefined ? whole : `${whole}, ${printNumber(weekend)} USD at weekends`;
}

function paceOf(pace: DailyBudgetOptions["pace"] = {}): BudgetPlan["pace"] {
  return Object.entries(pace)
    .map(([shareText, time]) => {
      const [hours = 0, minutes = 0] = time.split(":").map(Number);
      return { share: shareOf(shareText).toNumber(), shareText, secondsOfDay: hours * hour + minutes * 60, time };
    })
    .sort((a, b) => a.secondsOfDay - b.secondsOfDay || a.share - b.share);
}

function metricsOf({ source }: Service): CompiledBudget["metrics"] {
  const { cost, unpriced, requests } = source.signals;
  if (!cost) throw new Error("a budget needs the signal cost");
  return { cost: cost.metric, ...(unpriced && requests ? { unpriced: { metric: unpriced.metric, requests } } : {}) };
}

function unpricedExamples(scope: Scope, { metric, requests }: NonNullable<CompiledBudget["metrics"]["unpriced"]>) {
  const [success = ""] = statusValues(requests, ["success"]);
  return {
    counted: exampleSeries(scope, metric),
    request: exampleSeries(scope, requests.metric, { [requests.label]: success }),
  };
}

/** Compiles one budget of a service. */
export function compileBudget(model: Model, service: Service, id: string, { period, spec }: Budget): CompiledBudget {
  const { usd, weekend, timeZone, pace, where, severity } = spec as unknown as DailyBudgetOptions & BudgetOptions;
  const { source, features } = service;
  const scope: Scope = {
    source,
    features,
    where: (where ?? {}) as Scope["where"],
    match: model.stack.match ?? {},
  };
  const metrics = metricsOf(service);
  const plan: BudgetPlan = {
    service: service.id,
    id,
    period,
    title: titleOf(period, usd, weekend),
    usd,
    ...(weekend === undefined ? {} : { weekendUsd: weekend }),
    timeZone: timeZone ?? model.stack.timeZone ?? "UTC",
    pace: paceOf(pace),
    ...windows[period],
    examples: {
      spent: exampleSeries(scope, metrics.cost),
      ...(metrics.unpriced === undefined ? {} : { unpriced: unpricedExamples(scope, metrics.unpriced) }),
    },
  };
  return { plan, scope, metrics, severity: severity ?? "critical" };
}
