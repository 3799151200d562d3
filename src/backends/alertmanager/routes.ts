// Who gets an alert: first the team, then the severity; what no team takes goes to the default receiver.
import type { Plan, Severity, TeamRoute } from "../../plan/plan.ts";

/** Warnings are read in the morning: they wait long enough for a page that explains them to inhibit them. */
const unhurried = { group_wait: "1m", group_interval: "5m", repeat_interval: "12h" };
const urgent = { group_wait: "10s", group_interval: "1m", repeat_interval: "1h" };

/** Critical first: it is the one people look for. */
const severities = [
  { severity: "critical", timing: urgent },
  { severity: "warning", timing: {} },
] as const satisfies readonly { readonly severity: Severity; readonly timing: object }[];

function matcher(label: string, value: string): string {
  return `${label}=${JSON.stringify(value)}`;
}

function teamRoute({ team, receivers }: TeamRoute): object {
  const routes = severities.map(({ severity, timing }) => ({
    matchers: [matcher("severity", severity)],
    receiver: receivers[severity],
    ...timing,
  }));
  return { matchers: [matcher("team", team)], routes };
}

/** The routing tree. One message is about one SLO: all of its arms, or all that is wrong with a service as a whole. */
export function routeTree({ defaultReceiver, teams }: Plan): object {
  return { receiver: defaultReceiver, group_by: ["service", "slo"], ...unhurried, routes: teams.map(teamRoute) };
}
