// The table of contents: a checked model becomes the monitoring plan.
import type { BudgetPeriod, Plan, Receiver, RuleGroup, ServicePlan } from "../plan/plan.ts";
import type { Budget } from "../slo/budget.ts";
import type { Model } from "../slo/model.ts";
import type { Service } from "../slo/service.ts";
import type { Slo } from "../slo/slo.ts";
import type { Receiver as ReceiverSpec } from "../slo/stack.ts";
import { alertKinds } from "./alert-kinds.ts";
import { baseRules } from "./base-rules.ts";
import { compileBudget } from "./budget-plan.ts";
import { burnRateAlerts } from "./burn-rate-alerts.ts";
import { calendarMoments, firstPeriods } from "./calendar-moments.ts";
import { calendarRules } from "./calendar-rules.ts";
import { metadataRules } from "./metadata-rules.ts";
import { noDataAlerts } from "./no-data-alerts.ts";
import { quantileRules } from "./quantile-rules.ts";
import { compileSlo, scrapeSeconds } from "./slo-plan.ts";
import { spendAlerts } from "./spend-alerts.ts";
import { spendRules } from "./spend-rules.ts";
import { type TimeZoneTable, timeZoneTable } from "./time-zone-table.ts";
import { windowRules } from "./window-rules.ts";

const quantileIntervalSeconds = 300;
const shortestStallSeconds = 300;

/** Where stalled requests show, if the source has an in-flight gauge. */
function stalledOf({ source }: Service): Pick<ServicePlan, "stalled"> {
  const { inflight, requests, duration } = source.signals;
  if (!inflight || !requests) return {};
  const windowSeconds = Math.max(shortestStallSeconds, ...(duration?.buckets ?? []));
  return {
    stalled: {
      windowSeconds,
      featureLabel: source.labelNames.feature,
      inflightMetric: inflight.metric,
      completedMetric: requests.metric,
    },
  };
}

/** The time zones that rules know: a name to its transitions. */
export type TimeZones = (name: string) => TimeZoneTable;

/** The objectives or the budgets of a service, by id. */
function entriesOf<K extends "slo" | "budget">(kind: K, { slos }: Service) {
  const entries = Object.entries(slos).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.filter((entry): entry is [string, Extract<Slo | Budget, { kind: K }>] => entry[1].kind === kind);
}

function compileBudgets(model: Model, service: Service, timeZones: TimeZones) {
  if (entriesOf("budget", service).length === 0) return { plans: [], calendars: [], rules: [] };
  const budgets = entriesOf("budget", service).map(([id, budget]) => compileBudget(model, service, id, budget));
  const plans = budgets.map(({ plan }) => plan);
  const zones = [...new Set(plans.map(({ timeZone }) => timeZone))].sort().map(timeZones);
  const periods = [...new Set(plans.map(({ period }): BudgetPeriod => period))].sort();
  const calendars = zones.map((table) => ({
    timeZone: table.name,
    ...(table.knownUntil === undefined ? {} : { knownUntil: table.knownUntil }),
    firsts: firstPeriods(table),
    moments: calendarMoments(table, periods),
  }));
  const rules = [
    ...calendarRules(service.id, zones, periods),
    ...spendRules(service.id, budgets, scrapeSeconds(model)),
    ...budgets.flatMap((budget) => spendAlerts(budget, service.team, model.stack, scrapeSeconds(model))),
  ];
  return { plans, calendars, rules };
}

function compileService(model: Model, service: Service, timeZones: TimeZones): ServicePlan {
  const { stack } = model;
  const { id, team } = service;
  const intervalSeconds = scrapeSeconds(model);
  const slos = entriesOf("slo", service).map(([sloId, slo]) => compileSlo(model, service, sloId, slo));
  const plans = slos.map(({ plan }) => plan);
  const budgets = compileBudgets(model, service, timeZones);
  const plan: Omit<ServicePlan, "groups"> = {
    id,
    team,
    description: service.description ?? "",
    job: stack.scrape?.jobs?.[id] ?? id,
    features: service.features,
    match: stack.match ?? {},
    slos: plans,
    budgets: budgets.plans,
    calendars: budgets.calendars,
    ...stalledOf(service),
  };
  const sloRules = () => [
    ...slos.flatMap(baseRules),
    ...windowRules(id, plans, intervalSeconds),
    ...metadataRules(id, team, plans),
    ...slos.flatMap((slo) => burnRateAlerts(slo, team, stack)),
    ...noDataAlerts({ ...plan, groups: [] }, stack),
  ];
  const quantiles = slos.flatMap(quantileRules);
  const rules = [...(slos.length > 0 ? sloRules() : []), ...budgets.rules];
  const groups: RuleGroup[] = [{ name: id, intervalSeconds, rules }];
  if (quantiles.length > 0)
    groups.push({ name: `${id}-quantiles`, intervalSeconds: quantileIntervalSeconds, rules: quantiles });
  return { ...plan, groups };
}

function receiverOf(name: string, spec: ReceiverSpec): Receiver {
  switch (spec.kind) {
    case "slack":
      return { kind: "slack", name, channel: spec.channel, secretKey: spec.urlKey ?? `${name}-url` };
    case "pagerduty":
      return { kind: "pagerduty", name, secretKey: spec.routingKeyKey ?? `${name}-routing-key` };
    case "email":
      return { kind: "email", name, to: spec.to };
    case "webhook":
      return { kind: "webhook", name, secretKey: spec.urlKey ?? `${name}-url` };
  }
}

/** Compiles one environment. The same model always gives the same plan. `timeZones` lets tests change clocks near 1970, where promtool begins. */
export function compile(model: Model, timeZones: TimeZones = timeZoneTable): Plan {
  const { stack, organisation, environment } = model;
  const services = model.services.map((service) => compileService(model, service, timeZones));
  const { smtp } = stack;
  return {
    environment,
    stack: {
      namespace: stack.namespace ?? "llm-slo",
      scrapeIntervalSeconds: scrapeSeconds(model),
      appNamespaces: stack.appNamespaces ?? [],
      prometheus: { retention: stack.prometheus?.retention ?? "60d", storage: stack.prometheus?.storage ?? "50Gi" },
      ...(smtp
        ? {
            smtp: {
              smarthost: smtp.smarthost,
              from: smtp.from,
              ...(smtp.username ? { username: smtp.username } : {}),
              secretKey: smtp.passwordKey ?? "smtp-password",
            },
          }
        : {}),
    },
    services,
    alertKinds: alertKinds(services),
    defaultReceiver: organisation.defaultReceiver,
    receivers: Object.entries(stack.receivers).map(([name, spec]) => receiverOf(name, spec)),
    teams: Object.entries(organisation.teams).map(([team, receivers]) => ({ team, receivers })),
  };
}
