// Which alert mutes which: only what the other one already says.
import { noDataAlerts } from "../../plan/conventions.ts";

/** Alertmanager takes labels absent on both sides as equal, so both sides must have every label of `equal`. */
function inhibition(
  source: readonly string[],
  target: readonly string[],
  equal: readonly ("service" | "slo")[],
): {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
} {
  const present = equal.map((label) => `${label}!=""`);
  return { source_matchers: [...source, ...present], target_matchers: [...target, ...present], equal };
}

/**
 * No target matches its own source. LlmSliMissing and LlmTrafficCeased have no arm, so a burning SLO leaves them alone: where clients leave or a
 * series breaks in an outage, the burn ends and would read as recovered. They mute nothing either: an arm that fires has seen events.
 */
export const inhibitions = [
  // A page about an SLO says what its slower burn-rate arms would.
  inhibition(['severity="critical"'], ['severity="warning"', 'arm!=""'], ["service", "slo"]),
  // No target of the service can be scraped: its warnings are blind or stale. Pages go through.
  inhibition(
    [`alertname="${noDataAlerts.targetsDown}"`],
    [`alertname!="${noDataAlerts.targetsDown}"`, 'severity="warning"'],
    ["service"],
  ),
] as const;
