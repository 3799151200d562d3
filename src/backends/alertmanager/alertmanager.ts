// The plan's teams and receivers to one Alertmanager configuration, what its messages say, and who hears of what.
import { stringify } from "yaml";
import { alertmanagerFolders } from "../../plan/conventions.ts";
import { type GeneratedFile, generatedHeader } from "../../plan/generated-file.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { alertmanagerConfigFile } from "./alertmanager-config.ts";
import { type Inhibition, inhibitions, sidesOf } from "./inhibitions.ts";
import { printMatcher } from "./matchers.ts";
import { matrixFile } from "./matrix.ts";
import { receiverObject, secretFile } from "./receivers.ts";
import { routeTestFile } from "./route-tests.ts";
import { businessHours, type Route, routeTree } from "./routes.ts";
import { templateFile } from "./templates.ts";

function smtpSettings({ smtp }: StackPlan): object {
  if (!smtp) return {};
  const login =
    smtp.username === undefined
      ? {}
      : { smtp_auth_username: smtp.username, smtp_auth_password_file: secretFile(smtp.secretKey) };
  return { global: { smtp_smarthost: smtp.smarthost, smtp_from: smtp.from, ...login } };
}

function timeIntervals({ businessHours: hours }: Plan): object {
  if (!hours) return {};
  const { days, from, to, timeZone } = hours;
  const interval = { weekdays: days, times: [{ start_time: from, end_time: to }], location: timeZone };
  return { time_intervals: [{ name: businessHours, time_intervals: [interval] }] };
}

function routeObject({ matchers, routes, ...rest }: Route): object {
  return {
    ...(matchers ? { matchers: matchers.map(printMatcher) } : {}),
    ...rest,
    ...(routes ? { routes: routes.map(routeObject) } : {}),
  };
}

function inhibitRule(inhibition: Inhibition): object {
  const { source, target } = sidesOf(inhibition);
  return {
    source_matchers: source.map(printMatcher),
    target_matchers: target.map(printMatcher),
    equal: inhibition.equal,
  };
}

/** The configuration. It holds no secret: each is a file read when a message is sent. */
function configFile(plan: Plan): GeneratedFile {
  const config = {
    ...smtpSettings(plan.stack),
    templates: [`${alertmanagerFolders.templates}/*.tmpl`],
    route: routeObject(routeTree(plan)),
    inhibit_rules: inhibitions.map(inhibitRule),
    receivers: plan.receivers.map(receiverObject),
    ...timeIntervals(plan),
  };
  const content =
    generatedHeader + stringify(config, { lineWidth: 0, aliasDuplicateObjects: false, schema: "yaml-1.1" });
  return { path: "alertmanager/alertmanager.yaml", content };
}

/** Alertmanager's files below `alertmanager/`: the configuration, also as an operator wants it, the receivers that `amtool config routes test` must name, and the same for people. */
export function alertmanagerFiles(plan: Plan): readonly GeneratedFile[] {
  return [configFile(plan), ...alertmanagerConfigFile(plan), templateFile(), routeTestFile(plan), matrixFile(plan)];
}
