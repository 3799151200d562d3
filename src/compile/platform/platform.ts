// What watches the stack itself: the alerts of an environment, for the components that it has.

import type { AlertKind } from "../../plan/alert-kind.ts";
import { dashboardNames, platformName } from "../../plan/conventions.ts";
import type { ServicePlan } from "../../plan/plan.ts";
import type { PlatformAlert, PlatformPlan } from "../../plan/platform-plan.ts";
import type { AlertRule, RecordingRule } from "../../plan/rules.ts";
import { select } from "../../promql/build.ts";
import type { Model } from "../../slo/model.ts";
import type { PlatformSpec } from "../../slo/stack.ts";
import { dashboardUrl, linksIn, linksOf } from "../links.ts";
import { alertmanagerWatches } from "./alertmanager.ts";
import { collectorWatches } from "./collector.ts";
import { contractWatches, type ServiceContract } from "./contract.ts";
import { gpuWatches } from "./gpu.ts";
import { kubernetesWatches } from "./kubernetes.ts";
import { prometheusWatches } from "./prometheus.ts";
import { clientOf } from "./provider-client.ts";
import { outageIntervalSeconds, providerOutages } from "./provider-outage.ts";
import type { Surroundings, Watch } from "./watch.ts";

const intervalSeconds = 60;

/** The platform of a plan, and what its alerts mean. */
export interface CompiledPlatform {
  readonly plan: PlatformPlan;
  readonly kinds: readonly AlertKind[];
}

function surroundingsOf({ stack, services }: Model): Surroundings {
  const match = stack.match ?? {};
  return {
    namespace: stack.namespace ?? "llm-slo",
    appNamespaces: stack.appNamespaces ?? [],
    jobs: services.map(({ id }) => stack.scrape?.jobs?.[id] ?? id),
    select: (metric, labels = {}) => select(metric, { ...labels, ...match }),
    series: (metric, labels = {}) => ({ metric, labels: { ...labels, ...match } }),
  };
}

function contractsOf({ stack, services }: Model): readonly ServiceContract[] {
  return services.flatMap(({ id, team, source }) => {
    const { contract } = source.signals;
    return contract ? [{ service: id, team, job: stack.scrape?.jobs?.[id] ?? id, ...contract }] : [];
  });
}

/** There is one where the stack knows of an exporter. */
function gpuDashboard({ stack }: Model): Pick<Watch, "dashboard"> {
  return (stack.components?.dcgm ?? { kind: "off" }).kind === "off" ? {} : { dashboard: "gpu" };
}

function watchesOf(model: Model, spec: PlatformSpec): readonly Watch[] {
  const around = surroundingsOf(model);
  const {
    prometheus = true,
    alertmanager = true,
    collector = true,
    kubernetes = true,
    contract = true,
    gpu = false,
  } = spec;
  return [
    ...(prometheus ? prometheusWatches(around) : []),
    ...(alertmanager ? alertmanagerWatches(around) : []),
    ...(collector ? collectorWatches(around) : []),
    ...(kubernetes ? kubernetesWatches(around) : []),
    ...(gpu ? gpuWatches(around).map((watch) => ({ ...watch, ...gpuDashboard(model) })) : []),
    ...(contract ? contractWatches(around, contractsOf(model)) : []),
  ];
}

function ruleOf(model: Model, team: string, watch: Watch): AlertRule {
  const { alert, expr, forSeconds, severity, category = "platform", labels = {}, summary, description } = watch;
  const links = linksIn(model);
  return {
    kind: "alert",
    alert,
    expr,
    ...(forSeconds === undefined ? {} : { forSeconds }),
    labels: { team, ...labels, category, severity },
    annotations: {
      summary,
      description,
      ...linksOf(links, labels.service ?? platformName, alert),
      ...(watch.dashboard === undefined ? {} : { dashboard_url: dashboardUrl(links, dashboardNames[watch.dashboard]) }),
    },
  };
}

function kindsOf(watches: readonly Watch[]): readonly AlertKind[] {
  const names = [...new Set(watches.map(({ alert }) => alert))];
  return names.flatMap((alert) => {
    const alike = watches.filter((watch) => watch.alert === alert);
    return alike.slice(0, 1).map(({ severity, runbook, queries = [] }) => ({ alert, severity, ...runbook, queries }));
  });
}

function outagesOf(model: Model, services: readonly ServicePlan[], { providers = true }: PlatformSpec) {
  const clients = services.flatMap((plan) => {
    const service = model.services.find(({ id }) => id === plan.id);
    return service ? clientOf(plan, service.source) : [];
  });
  return providerOutages(surroundingsOf(model), providers ? clients : []);
}

/** Compiles what watches the stack and the providers; nothing where the stack doesn't say who answers for it. */
export function compilePlatform(model: Model, services: readonly ServicePlan[]): CompiledPlatform | undefined {
  const { platform } = model.stack;
  if (!platform) return undefined;
  const alertsOf = (watches: readonly Watch[], records: readonly RecordingRule[]) =>
    watches.map((watch): PlatformAlert => {
      const { id, condition, stories } = watch;
      return { id, rule: ruleOf(model, platform.team, watch), records, condition, stories };
    });
  const outages = outagesOf(model, services, platform);
  const watches = watchesOf(model, platform);
  const [stack, providers] = [alertsOf(watches, []), alertsOf(outages.watches, outages.records)];
  const rulesOf = (alerts: readonly PlatformAlert[]) => alerts.map(({ rule }) => rule);
  const groups = [
    { name: "platform", intervalSeconds, rules: rulesOf(stack) },
    { name: "providers", intervalSeconds: outageIntervalSeconds, rules: [...outages.records, ...rulesOf(providers)] },
  ];
  return {
    plan: {
      team: platform.team,
      groups: groups.filter(({ rules }) => rules.length > 0),
      alerts: [...stack, ...providers],
    },
    kinds: kindsOf([...watches, ...outages.watches]),
  };
}
