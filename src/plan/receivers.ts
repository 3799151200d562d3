// Who hears of an alert: the decision that routes, runbooks and the matrix for people all show.
import { watchdogAlert } from "./conventions.ts";
import type { Plan, Receiver, TeamRoute } from "./plan.ts";
import type { AlertCategory, AlertRule, Severity } from "./rules.ts";

/** The categories that can have a receiver of their own. */
export const ownCategories = ["cost", "quality"] as const;

/** A team's receivers of one category and severity: its own of the category, and the pager for what is critical. */
export function teamReceivers(
  { receivers, categories }: TeamRoute,
  severity: Severity,
  category?: AlertCategory,
): readonly string[] {
  const own = ownCategories.find((one) => one === category);
  const first = own && categories[own];
  if (first === undefined) return [receivers[severity]];
  return severity === "critical" ? [...new Set([first, receivers.critical])] : [first];
}

/** Whether an alert waits for business hours: tickets do, and money doesn't. */
export function isHeld({ businessHours }: Plan, severity: Severity, category?: AlertCategory): boolean {
  return businessHours !== undefined && severity === "warning" && category !== "cost";
}

/** Whether an alert of the plan waits; the Watchdog is heard all the time. */
export function waits(plan: Plan, { alert, labels }: Pick<AlertRule, "alert" | "labels">): boolean {
  return alert !== watchdogAlert && isHeld(plan, labels.severity, labels.category);
}

/** The receiver of the Watchdog. */
export function watchdogReceiver({ receivers }: Plan): Receiver | undefined {
  return receivers.find(({ kind }) => kind === "heartbeat" || kind === "nobody");
}

/** The names of the receivers that an alert of the plan reaches. */
export function receiversOf(plan: Plan, { alert, labels }: Pick<AlertRule, "alert" | "labels">): readonly string[] {
  const heartbeat = watchdogReceiver(plan);
  if (alert === watchdogAlert && heartbeat) return [heartbeat.name];
  const team = plan.teams.find((route) => route.team === labels.team);
  return team ? teamReceivers(team, labels.severity, labels.category) : [plan.defaultReceiver];
}

/** Every alert rule of a plan: of its services, and of what watches the stack. */
export function alertsOf({ services, platform }: Plan): readonly AlertRule[] {
  const groups = [...services.flatMap((service) => service.groups), ...(platform?.groups ?? [])];
  const rules = groups.flatMap((group) => group.rules);
  return rules.filter((rule) => rule.kind === "alert");
}
