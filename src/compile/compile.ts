// The table of contents: a checked model becomes the monitoring plan.
import type { Plan, RuleGroup, ServicePlan } from "../plan/plan.ts";
import type { Model } from "../slo/model.ts";
import type { Service } from "../slo/service.ts";
import { alertKinds } from "./alert-kinds.ts";
import { baseRules } from "./base-rules.ts";
import { burnRateAlerts } from "./burn-rate-alerts.ts";
import { resolveComponents } from "./components.ts";
import { evaluationAlerts, evaluationRules } from "./evaluation-rules.ts";
import { type CompiledGuardrail, compileGuardrail } from "./guardrails/guardrail-rules.ts";
import { metadataRules } from "./metadata-rules.ts";
import { noDataAlerts } from "./no-data-alerts.ts";
import { compilePlatform } from "./platform/platform.ts";
import { quantileRules } from "./quantile-rules.ts";
import { routing } from "./routing.ts";
import { compileSlo, scrapeSeconds } from "./slo-plan.ts";
import { windowRules } from "./window-rules.ts";

const quantileIntervalSeconds = 300;
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

function guardrailsOf({ stack }: Model, service: Service): readonly CompiledGuardrail[] {
  const { id, team, source, features } = service;
  const scope = { source, features, where: {}, match: stack.match ?? {} };
  return Object.entries(service.guardrails ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, guardrail]) => compileGuardrail(name, guardrail, scope, { service: id, team, links: stack }));
}

function compileService(model: Model, service: Service): ServicePlan {
  const { stack } = model;
  const { id, team } = service;
  const intervalSeconds = scrapeSeconds(model);
  const slos = Object.entries(service.slos)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([sloId, slo]) => compileSlo(model, service, sloId, slo));
  const plans = slos.map(({ plan }) => plan);
  const guardrails = guardrailsOf(model, service);
  const plan: Omit<ServicePlan, "groups"> = {
    id,
    team,
    description: service.description ?? "",
    job: stack.scrape?.jobs?.[id] ?? id,
    features: service.features,
    match: stack.match ?? {},
    slos: plans,
    guardrails: guardrails.map(({ plan }) => plan),
    ...stalledOf(service),
  };
  const rules = [
    ...slos.flatMap(baseRules),
    ...slos.flatMap(evaluationRules),
    ...windowRules(id, plans, intervalSeconds),
    ...metadataRules(id, team, plans),
    ...slos.flatMap((slo) => burnRateAlerts(slo, team, stack, intervalSeconds)),
    ...plans.flatMap((slo) => evaluationAlerts(slo, team, stack, intervalSeconds)),
    ...noDataAlerts({ ...plan, groups: [] }, stack),
  ];
  const quantiles = slos.flatMap(quantileRules);
  const groups: RuleGroup[] = [{ name: id, intervalSeconds, rules }];
  if (quantiles.length > 0)
    groups.push({ name: `${id}-quantiles`, intervalSeconds: quantileIntervalSeconds, rules: quantiles });
  if (guardrails.length > 0)
    groups.push({
      name: `${id}-guardrails`,
      intervalSeconds: guardrailIntervalSeconds,
      rules: guardrails.flatMap(({ rules }) => rules),
    });
  return { ...plan, groups };
}

/** Compiles one environment. The same model always gives the same plan. */
export function compile(model: Model): Plan {
  const { stack, organisation, environment } = model;
  const services = model.services.map((service) => compileService(model, service));
  const platform = compilePlatform(model);
  const { smtp } = stack;
  return {
    environment,
    stack: {
      namespace: stack.namespace ?? "llm-slo",
      scrapeIntervalSeconds: scrapeSeconds(model),
      appNamespaces: stack.appNamespaces ?? [],
      components: resolveComponents(stack.components),
      images: stack.images ?? {},
      ...(stack.ingressNamespace ? { ingressNamespace: stack.ingressNamespace } : {}),
      ...(stack.secretStore ? { secretStore: { scope: "ClusterSecretStore", prefix: "", ...stack.secretStore } } : {}),
      grafanaUrl: stack.grafanaUrl,
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
