// The generated Alertmanager configuration to one for a drill: the same routes in scaled time, and a webhook in place of every integration.
import { parse, stringify } from "yaml";
import { alertmanagerFiles } from "../src/backends/alertmanager/alertmanager.ts";
import type { Plan } from "../src/plan/plan.ts";
import { printDuration } from "../src/promql/print.ts";

interface Integration {
  readonly send_resolved: boolean;
}

/** A receiver as it was generated: its name, and lists of integrations such as `slack_configs`. */
interface ReceiverObject {
  readonly name: string;
  readonly [integrations: string]: string | readonly Integration[];
}

interface Config {
  readonly route: RouteObject;
  readonly receivers: readonly ReceiverObject[];
}

interface RouteObject {
  readonly routes?: readonly RouteObject[];
  readonly [field: string]: unknown;
}

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 };

/** Seconds of a duration such as "1h30m". */
function readDuration(text: string): number {
  const parts = [...text.matchAll(/(\d+)(ms|[dhms])/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (unitSeconds[unit ?? ""] ?? Number.NaN), 0);
}

const durations = ["group_wait", "group_interval", "repeat_interval"];

function scaleRoute(route: RouteObject, factor: number): RouteObject {
  const scaled = Object.entries(route).map(([field, value]) => {
    const isDuration = durations.includes(field) && typeof value === "string";
    return [field, isDuration ? printDuration(readDuration(value) / factor) : value] as const;
  });
  const { routes } = route;
  return {
    ...Object.fromEntries(scaled),
    ...(routes ? { routes: routes.map((child) => scaleRoute(child, factor)) } : {}),
  };
}

/** Each integration becomes a call of `<url>/<receiver>`; a receiver without any still tells nobody. */
function withWebhooks({ name, ...lists }: ReceiverObject, url: string): object {
  const integrations = Object.values(lists).flat() as readonly Integration[];
  if (integrations.length === 0) return { name };
  const webhooks = integrations.map(({ send_resolved }) => ({
    url: `${url}/${encodeURIComponent(name)}`,
    send_resolved,
  }));
  return { name, webhook_configs: webhooks };
}

/** A drill takes place within business hours, whatever the time of day: real hours say nothing of scaled ones. */
function alwaysOpen(plan: Plan): Plan {
  if (!plan.businessHours) return plan;
  const days = ["sunday:saturday"];
  return { ...plan, businessHours: { ...plan.businessHours, days, from: "00:00", to: "24:00" } };
}

/** The text of alertmanager.yml. `templates` is a glob of the generated message templates, which no webhook uses: they are only loaded. */
export function alertmanagerConfig(
  plan: Plan,
  { factor, url, templates }: { readonly factor: number; readonly url: string; readonly templates: string },
): string {
  const file = alertmanagerFiles(alwaysOpen(plan)).find(({ path }) => path.endsWith("alertmanager.yaml"));
  const config = parse(file?.content ?? "") as Config;
  const changed = {
    ...config,
    templates: [templates],
    route: scaleRoute(config.route, factor),
    receivers: config.receivers.map((receiver) => withWebhooks(receiver, url)),
  };
  return stringify(changed, { lineWidth: 0, aliasDuplicateObjects: false, schema: "yaml-1.1" });
}
