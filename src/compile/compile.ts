// The table of contents: a checked model becomes the monitoring plan.
import type { BudgetPeriod, Plan, ServicePlan } from "../plan/plan.ts";
import type { RuleGroup } from "../plan/rules.ts";
import type { Budget } from "../slo/budget.ts";
import type { Scope } from "../slo/indicators/scope.ts";
import type { Model } from "../slo/model.ts";
import type { Service } from "../slo/service.ts";
import type { Slo } from "../slo/slo.ts";
import { alertKinds } from "./alert-kinds.ts";
import { baseRules } from "./base-rules.ts";
import { compileBudget } from "./budget-plan.ts";
import { burnRateAlerts } from "./burn-rate-alerts.ts";
import { calendarMoments, firstPeriods } from "./calendar-moments.ts";
import { calendarRules } from "./calendar-rules.ts";
import { resolveComponents } from "./components.ts";
import { dashboardRules } from "./dashboard-rules.ts";
import { dashboardsOf } from "./dashboards.ts";
import { evaluationAlerts, evaluationRules } from "./evaluation-rules.ts";
import { type CompiledGuardrail, compileGuardrail } from "./guardrails/guardrail-rules.ts";
import { linksIn } from "./links.ts";
import { metadataRules } from "./metadata-rules.ts";
import { noDataAlerts } from "./no-data-alerts.ts";
import { observedSeries } from "./observed-series.ts";
import { compilePlatform } from "./platform/platform.ts";
import { routing } from "./routing.ts";
import { compileSlo, scrapeSeconds } from "./slo-plan.ts";
import { spendAlerts } from "./spend-alerts.ts";
import { spendRules } from "./spend-rules.ts";
import { type TimeZoneTable, timeZoneTable } from "./time-zone-table.ts";
import { windowRules } from "./window-rules.ts";

const dashboardIntervalSeconds = 300;
const shortestStallSeconds = 300;
/** Short enough that a sample of exactly a day ago is never older than Prometheus looks back. */
const guardrailIntervalSeconds = 120;

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

/** All of a service's series. */
function scopeOf({ stack }: Model, { source, features }: Service): Scope {
  return { source, features, where: {}, match: stack.match ?? {} };
}

function guardrailsOf(model: Model, service: Service): readonly CompiledGuardrail[] {
  const { id, team } = service;
  const scope = scopeOf(model, service);
  return Object.entries(service.guardrails ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, guardrail]) => compileGuardrail(name, guardrail, scope, { service: id, team, links: linksIn(model) }));
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
    ...budgets.flatMap((budget) => spendAlerts(budget, service.team, linksIn(model), scrapeSeconds(model))),
  ];
  return { plans, calendars, rules };
}

function compileService(model: Model, service: Service, timeZones: TimeZones): ServicePlan {
  const { stack } = model;
  const { id, team } = service;
  const intervalSeconds = scrapeSeconds(model);
  const links = linksIn(model);
  const observed = observedSeries(service, scopeOf(model, service));
  const slos = entriesOf("slo", service).map(([sloId, slo]) => compileSlo(model, service, sloId, slo));
  const plans = slos.map(({ plan }) => plan);
  const guardrails = guardrailsOf(model, service);
  const budgets = compileBudgets(model, service, timeZones);
  const plan: Omit<ServicePlan, "groups"> = {
    id,
    team,
    description: service.description ?? "",
    job: stack.scrape?.jobs?.[id] ?? id,
    features: service.features,
    match: stack.match ?? {},
    observed,
    slos: plans,
    guardrails: guardrails.map(({ plan }) => plan),
    budgets: budgets.plans,
    calendars: budgets.calendars,
    ...stalledOf(service),
  };
  const sloRules = () => [
    ...slos.flatMap(baseRules),
    ...slos.flatMap(evaluationRules),
    ...windowRules(id, plans, intervalSeconds),
    ...metadataRules(id, team, plans),
    ...slos.flatMap((slo) => burnRateAlerts(slo, team, links, intervalSeconds)),
    ...plans.flatMap((slo) => evaluationAlerts(slo, team, links, intervalSeconds)),
    ...noDataAlerts({ ...plan, groups: [] }, links, intervalSeconds),
  ];
  const forPeople = dashboardRules(id, slos, observed);
  const rules = [...(slos.length > 0 ? sloRules() : []), ...budgets.rules];
  const groups: RuleGroup[] = [{ name: id, intervalSeconds, rules }];
  if (forPeople.length > 0)
    groups.push({ name: `${id}-dashboards`, intervalSeconds: dashboardIntervalSeconds, rules: forPeople });
  if (guardrails.length > 0)
    groups.push({
      name: `${id}-guardrails`,
      intervalSeconds: guardrailIntervalSeconds,
      rules: guardrails.flatMap(({ rules }) => rules),
    });
  return { ...plan, groups };
}

/** Compiles one environment. The same model always gives the same plan. `timeZones` lets tests change clocks near 1970, where promtool begins. */
export function compile(model: Model, timeZones: TimeZones = timeZoneTable): Plan {
  const { stack, organisation, environment } = model;
  const services = model.services.map((service) => compileService(model, service, timeZones));
  const platform = compilePlatform(model, services);
  const { smtp } = stack;
  return {
    environment,
    stack: {
      namespace: stack.namespace ?? "llm-slo",
      match: stack.match ?? {},
      scrapeIntervalSeconds: scrapeSeconds(model),
      appNamespaces: stack.appNamespaces ?? [],
      components: resolveComponents(
        stack.components,
        model.services.map(({ source }) => source),
      ),
      images: stack.images ?? {},
      ...(stack.imagePullSecrets?.length ? { imagePullSecrets: stack.imagePullSecrets } : {}),
      ...(stack.storageClass ? { storageClass: stack.storageClass } : {}),
      ...(stack.ingressNamespace ? { ingressNamespace: stack.ingressNamespace } : {}),
      ...(stack.secretStore ? { secretStore: { scope: "ClusterSecretStore", prefix: "", ...stack.secretStore } } : {}),
      grafanaUrl: stack.grafanaUrl,
      dashboards: dashboardsOf(model),
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
    ...(platform ? { platform: platform.plan } : {}),
    alertKinds: [...alertKinds(services), ...(platform?.kinds ?? [])],
    ...routing(organisation, stack),
  };
}
