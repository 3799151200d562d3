// What watches the stack itself: the alerts of an environment, for the components that it has.
import { dashboardNames, platformName } from "../../plan/conventions.ts";
import type { AlertKind, AlertRule } from "../../plan/plan.ts";
import type { PlatformAlert, PlatformPlan } from "../../plan/platform-plan.ts";
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
  const { alert, expr, forSeconds, severity, labels = {}, summary, description } = watch;
  const links = linksIn(model);
  return {
    kind: "alert",
    alert,
    expr,
    ...(forSeconds === undefined ? {} : { forSeconds }),
    labels: { team, ...labels, category: "platform", severity },
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
    return alike.slice(0, 1).map(({ severity, runbook }) => ({ alert, severity, ...runbook, queries: [] }));
  });
}

/** Compiles what watches the stack; nothing where the stack doesn't say who answers for it. */
export function compilePlatform(model: Model): CompiledPlatform | undefined {
  const { platform } = model.stack;
  if (!platform) return undefined;
  const watches = watchesOf(model, platform);
  const alerts = watches.map(
    (watch): PlatformAlert => ({
      id: watch.id,
      rule: ruleOf(model, platform.team, watch),
      condition: watch.condition,
      stories: watch.stories,
    }),
  );
  const group = { name: "platform", intervalSeconds, rules: alerts.map(({ rule }) => rule) };
  const groups = alerts.length === 0 ? [] : [group];
  return { plan: { team: platform.team, groups, alerts }, kinds: kindsOf(watches) };
}
