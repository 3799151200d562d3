// Who gets an alert and how soon: first the team, then the category, then the severity; what no team takes goes to the default receiver.
import { outageAlert, watchdogAlert } from "../../plan/conventions.ts";
import type { Plan, TeamRoute } from "../../plan/plan.ts";
import { alertsOf, isHeld, ownCategories, teamReceivers, watchdogReceiver } from "../../plan/receivers.ts";
import type { AlertCategory, Severity } from "../../plan/rules.ts";
import { oneOf } from "../../promql/build.ts";
import { equals, type Matcher, matches } from "./matchers.ts";

/** A route in the fields of a configuration, but for its matchers. */
export interface Route extends Timing {
  readonly receiver: string;
  readonly matchers?: readonly Matcher[];
  readonly continue?: boolean;
  readonly active_time_intervals?: readonly string[];
  readonly routes?: readonly Route[];
}

interface Timing {
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
}

/** The name of the hours in which warnings are read. */
export const businessHours = "business-hours";

/** Warnings are read in the morning: they wait long enough for a page that explains them to inhibit them. */
const unhurried = { group_wait: "1m", group_interval: "5m", repeat_interval: "12h" };
/** At 99.9 % a page is due after a minute of total outage; that it is the provider's shows within another one. */
const urgent = { group_wait: "1m", group_interval: "1m", repeat_interval: "1h" };
const atOnce = { group_wait: "10s" };
/** One batch of evaluations trips several SLOs of a service minutes apart: one message about all of them. */
const together = { group_by: ["service"], group_wait: "5m" };

/** Twice as often as it must be heard: Alertmanager looks at every group_interval whether repeat_interval is over. */
const pulse = { group_by: ["alertname"], group_wait: "0s", group_interval: "30s", repeat_interval: "1m" };

function timingOf(severity: Severity, category?: AlertCategory): Timing {
  const timing = severity === "critical" ? urgent : {};
  if (category === "cost") return { ...timing, ...atOnce };
  return category === "quality" ? { ...timing, ...together } : timing;
}

/** The routes of one category and severity, one for each receiver. No alert matches those of two. */
function rowOf(plan: Plan, team: TeamRoute, severity: Severity, category?: AlertCategory): readonly Route[] {
  const matchers = [...(category ? [equals("category", category)] : []), equals("severity", severity)];
  const held = isHeld(plan, severity, category) ? { active_time_intervals: [businessHours] } : {};
  const receivers = teamReceivers(team, severity, category);
  return receivers.map((receiver, index) => ({
    matchers,
    receiver,
    ...(index < receivers.length - 1 ? { continue: true } : {}),
    ...timingOf(severity, category),
    ...held,
  }));
}

/** An alert of a team's own that has no severity is read as a warning, at any time. */
function teamRoute(plan: Plan, team: TeamRoute): Route {
  const categories = [...ownCategories, undefined];
  const routes = categories.flatMap((category) => [
    ...rowOf(plan, team, "critical", category),
    ...rowOf(plan, team, "warning", category),
  ]);
  return { matchers: [equals("team", team.team)], receiver: team.receivers.warning, routes };
}

/** One message for each provider and pager, whichever teams and services are concerned. */
function outageRoutes(plan: Plan): readonly Route[] {
  if (!alertsOf(plan).some(({ alert }) => alert === outageAlert)) return [];
  const pagers = [...new Set(plan.teams.map(({ receivers }) => receivers.critical))];
  return pagers.map((receiver) => {
    const teams = plan.teams.filter(({ receivers }) => receivers.critical === receiver).map(({ team }) => team);
    const matchers = [equals("alertname", outageAlert), matches("team", oneOf(teams))];
    return { matchers, receiver, group_by: ["alertname", "provider"], ...urgent };
  });
}

/** The Watchdog is no alert that anybody reads. */
function heartbeatRoutes(plan: Plan): readonly Route[] {
  const receiver = watchdogReceiver(plan);
  return receiver ? [{ matchers: [equals("alertname", watchdogAlert)], receiver: receiver.name, ...pulse }] : [];
}

/** The routing tree. One message is about one SLO: all of its arms, or all that is wrong with a service as a whole. */
export function routeTree(plan: Plan): Route {
  const routes = [...heartbeatRoutes(plan), ...outageRoutes(plan), ...plan.teams.map((team) => teamRoute(plan, team))];
  return { receiver: plan.defaultReceiver, group_by: ["service", "slo"], ...unhurried, routes };
}
