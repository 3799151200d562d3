// Who hears of what: the organisation's teams and the stack's receivers, with every default resolved.
import type { BusinessHours, Plan, Receiver, TeamRoute } from "../plan/plan.ts";
import { heartbeatReceiver } from "../slo/names.ts";
import type { Organisation, Team } from "../slo/organisation.ts";
import type { Heartbeat, Receiver as ReceiverSpec, Stack } from "../slo/stack.ts";

function receiverOf(name: string, spec: ReceiverSpec): Receiver {
  switch (spec.kind) {
    case "slack":
      return { kind: "slack", name, channel: spec.channel, secretKey: spec.urlKey ?? `${name}-url` };
    case "pagerduty":
      return { kind: "pagerduty", name, secretKey: spec.routingKeyKey ?? `${name}-routing-key` };
    case "email":
      return { kind: "email", name, to: spec.to };
    case "webhook":
    case "msteams":
      return { kind: spec.kind, name, secretKey: spec.urlKey ?? `${name}-url` };
    case "opsgenie": {
      const apiUrl = spec.apiUrl === undefined ? {} : { apiUrl: spec.apiUrl };
      return { kind: "opsgenie", name, secretKey: spec.apiKeyKey ?? `${name}-api-key`, ...apiUrl };
    }
  }
}

function heartbeatOf(heartbeat: Heartbeat): Receiver {
  const name = heartbeatReceiver;
  if (typeof heartbeat === "string") return { kind: "nobody", name, why: heartbeat.replace(/^none:\s*/, "") };
  return { kind: "heartbeat", name, secretKey: heartbeat.urlKey ?? `${name}-url` };
}

function teamOf([team, { critical, warning, ...categories }]: readonly [string, Team]): TeamRoute {
  return { team, receivers: { critical, warning }, categories };
}

function hoursOf({ businessHours, timeZone = "UTC" }: Stack): BusinessHours | undefined {
  if (!businessHours) return undefined;
  const { from, to, days } = businessHours;
  return { timeZone, days: days ?? ["monday:friday"], from, to };
}

/** The part of a plan that says who hears of what. */
export function routing(
  { teams, defaultReceiver }: Organisation,
  stack: Stack,
): Pick<Plan, "defaultReceiver" | "receivers" | "teams" | "businessHours"> {
  const receivers = Object.entries(stack.receivers).map(([name, spec]) => receiverOf(name, spec));
  const businessHours = hoursOf(stack);
  return {
    defaultReceiver,
    receivers: [...receivers, heartbeatOf(stack.heartbeat)],
    teams: Object.entries(teams).map(teamOf),
    ...(businessHours ? { businessHours } : {}),
  };
}
