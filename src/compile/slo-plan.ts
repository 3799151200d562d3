// One SLO of the model to its plan and its event pair: objective, budget, arms, windows, words.
import type { EvaluationPlan, SloPlan } from "../plan/plan.ts";
import type { Evaluation, Events } from "../slo/events.ts";
import type { Indicator } from "../slo/indicators/indicator.ts";
import type { Scope } from "../slo/indicators/scope.ts";
import { indicators } from "../slo/indicators/table.ts";
import type { Model } from "../slo/model.ts";
import { complement, printPercent, shareOf } from "../slo/percent.ts";
import type { Service } from "../slo/service.ts";
import type { Days, Slo, SloOptions } from "../slo/slo.ts";
import { armsFor } from "./burn-rate-arms.ts";
import { evaluatedArmsFor } from "./evaluated-arms.ts";

const commonFields = ["where", "period", "expectedPerHour", "severity", "arms", "labels", "annotations"] as const;

/** An SLO on its way to rules: its plan, its event pair, and what the user wants on its alerts. */
export interface CompiledSlo {
  readonly plan: SloPlan;
  readonly events: Events;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Splits what every SLO may say from what only its indicator understands. */
function splitSpec(slo: Slo): { readonly options: SloOptions; readonly own: never } {
  const entries = Object.entries(slo.spec);
  const common = new Set<string>(commonFields);
  const part = (wanted: boolean) => Object.fromEntries(entries.filter(([field]) => common.has(field) === wanted));
  return { options: part(true) as SloOptions, own: part(false) as never };
}

/** Seconds of a period such as "30d". */
function periodSeconds(period: Days): number {
  return Number.parseInt(period, 10) * 86_400;
}

/** Seconds of a scrape interval such as "1m". */
export function scrapeSeconds({ stack }: Model): number {
  const interval = stack.scrape?.interval ?? "1m";
  return Number.parseInt(interval, 10) * (interval.endsWith("m") ? 60 : 1);
}

/** The indicator of an SLO that has been checked. */
function indicatorOf(slo: Slo): Indicator<never> {
  const indicator = indicators.get(slo.indicator);
  if (!indicator) throw new Error(`unknown indicator ${slo.indicator}`);
  return indicator;
}

function evaluationPlan({ evaluator, cadenceSeconds, examples }: Evaluation): EvaluationPlan {
  return { evaluator, cadenceSeconds, examples };
}

/** The labels of its series, unless they tell features apart and nothing finer, or are the user's own. */
function splitBy({ needs }: Indicator<never>, { source }: Service): readonly string[] {
  const signals = needs.map((need) => source.signals[need] ?? {});
  const isFine = signals.length > 0 && signals.every((signal) => !("labels" in signal));
  const { model, provider } = source.labelNames;
  return isFine ? [model, ...(provider === undefined ? [] : [provider])] : [];
}

/** Compiles one SLO of a service. */
export function compileSlo(model: Model, service: Service, id: string, slo: Slo): CompiledSlo {
  const indicator = indicatorOf(slo);
  const { options, own } = splitSpec(slo);
  const scope: Scope = {
    source: service.source,
    features: service.features,
    where: (options.where ?? {}) as Scope["where"],
    match: model.stack.match ?? {},
  };
  const events = indicator.events(own, scope);
  const objective = shareOf(indicator.objective(own));
  const period = periodSeconds(options.period ?? model.organisation.period);
  const settings = {
    ...options,
    objective: indicator.objective(own),
    periodSeconds: period,
    scrapeSeconds: scrapeSeconds(model),
  };
  const { evaluation } = events;
  const arms = evaluation ? evaluatedArmsFor(settings, evaluation.cadenceSeconds) : armsFor(settings);
  const windows = new Set([
    300,
    3_600,
    ...arms.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds]),
    period,
  ]);
  const plan: SloPlan = {
    service: service.id,
    id,
    indicator: indicator.kind,
    alertName: indicator.alertName,
    category: indicator.category,
    ...indicator.words(own),
    objective: objective.toNumber(),
    objectiveText: printPercent(objective),
    budget: complement(objective).toNumber(),
    periodSeconds: period,
    ...(options.expectedPerHour === undefined ? {} : { expectedPerHour: options.expectedPerHour }),
    arms,
    windowsSeconds: [...windows].sort((a, b) => a - b),
    examples: { silent: [], ...events.examples },
    splitBy: splitBy(indicator, service),
    badIsRemainder: events.bad.kind === "remainder",
    ...(events.bad.kind === "required" ? { badIsRequired: true } : {}),
    ...(events.quantile === undefined ? {} : { quantileUnit: events.quantile.unit }),
    ...(evaluation ? { evaluation: evaluationPlan(evaluation) } : {}),
  };
  return { plan, events, labels: options.labels ?? {}, annotations: options.annotations ?? {} };
}
