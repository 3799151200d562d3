// The configuration as the spec of an AlertmanagerConfig, with which the Prometheus Operator adds it to the routes of others.
import { stringify } from "yaml";
import { alertmanagerConfigPath, alertmanagerSecret, alertNames, watchdogAlert } from "../../plan/conventions.ts";
import { type GeneratedFile, generatedHeader } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { alertsOf } from "../../plan/receivers.ts";
import { type Inhibition, inhibitions, sidesOf } from "./inhibitions.ts";
import { differs, type Matcher, matches } from "./matchers.ts";
import { receiverObject, secretFile } from "./receivers.ts";
import { businessHours, type Route, routeTree } from "./routes.ts";
import { withoutNames } from "./templates.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Fields that are spelt otherwise than by their words. What was a file is a key of a Secret. */
const spelt: Readonly<Record<string, string>> = {
  api_key_file: "apiKey",
  api_url: "apiURL",
  api_url_file: "apiURL",
  auth_password_file: "authPassword",
  client_url: "clientURL",
  routing_key_file: "routingKey",
  url_file: "urlSecret",
  webhook_url_file: "webhookURL",
};

function spell(name: string): string {
  return spelt[name] ?? name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** No route and no inhibition of ours may touch the alerts of others. */
const ours = matches("alertname", alertNames);

/** Somebody else's Watchdog, which has no category, would keep the heartbeat beating where ours has stopped. */
function oursAndWatchdog(plan: Plan): readonly Matcher[] {
  const isOurs = alertsOf(plan).some(({ alert }) => alert === watchdogAlert);
  return [matches("alertname", `${alertNames}|${watchdogAlert}`), ...(isOurs ? [differs("category", "")] : [])];
}

function route({ routes, ...rest }: Route): object {
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [spell(name), value])),
    ...(routes ? { routes: routes.map(route) } : {}),
  };
}

function inhibition(one: Inhibition): object {
  const { source, target } = sidesOf(one);
  return { sourceMatch: [ours, ...source], targetMatch: [ours, ...target], equal: one.equal };
}

/** A mail server is each receiver's own, since what is global is somebody else's. */
function mailServer({ smtp }: StackPlan): Fields {
  if (!smtp) return {};
  const { smarthost, from, username, secretKey } = smtp;
  const login = username === undefined ? {} : { auth_username: username, auth_password_file: secretFile(secretKey) };
  return { smarthost, from, ...login };
}

function fieldValue(name: string, value: unknown): unknown {
  if (name.endsWith("_file")) return { name: alertmanagerSecret, key: String(value).replace(/^.*\//, "") };
  if (typeof value === "string") return withoutNames(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(([key, text]) => ({ key, value: withoutNames(String(text)) }));
}

function integration(fields: Fields): object {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [spell(name), fieldValue(name, value)]));
}

function receiver(plan: Plan, { name, ...kinds }: Fields): object {
  const integrations = Object.entries(kinds as Readonly<Record<string, readonly Fields[]>>).map(([kind, all]) => {
    const more = kind === "email_configs" ? mailServer(plan.stack) : {};
    return [spell(kind), all.map((fields) => integration({ ...more, ...fields }))] as const;
  });
  return { name, ...Object.fromEntries(integrations) };
}

/** It knows no time zones: the stack's are refused unless they are UTC. */
function timeIntervals({ businessHours: hours }: Plan): object {
  if (!hours) return {};
  const times = [{ startTime: hours.from, endTime: hours.to }];
  return { muteTimeIntervals: [{ name: businessHours, timeIntervals: [{ weekdays: hours.days, times }] }] };
}

/** None where the stack's Alertmanager reads a whole configuration. */
export function alertmanagerConfigFile(plan: Plan): readonly GeneratedFile[] {
  const { alertmanager } = plan.stack.components;
  if (alertmanager.kind !== "operator" || alertmanager.routes !== "AlertmanagerConfig") return [];
  const spec = {
    route: route({ matchers: oursAndWatchdog(plan), ...routeTree(plan) }),
    inhibitRules: inhibitions.map(inhibition),
    receivers: plan.receivers.map((one) => receiver(plan, receiverObject(one) as Fields)),
    ...timeIntervals(plan),
  };
  const content = generatedHeader + stringify(spec, { lineWidth: 0, aliasDuplicateObjects: false, schema: "yaml-1.1" });
  return [{ path: alertmanagerConfigPath, content }];
}
