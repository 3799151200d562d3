// Which alert mutes which: only what the other one already says, or what lies without what the other one misses.
import { evaluationAlerts, noDataAlerts, outageAlert } from "../../plan/conventions.ts";
import { differs, equals, type Matcher, matches, matchesNot } from "./matchers.ts";

export interface Inhibition {
  readonly source: readonly Matcher[];
  readonly target: readonly Matcher[];
  readonly equal: readonly ("service" | "slo")[];
  /** For people: who is muted by what, and why. */
  readonly says: string;
}

const name = (alert: string) => equals("alertname", alert);
const otherThan = (alert: string) => differs("alertname", alert);
const judged = matches("category", "slo|quality|cost");
const warning = equals("severity", "warning");

/**
 * Pages are muted by the page that stands for them alone, which fires only while they do. No alert is muted by one below it in this list: two
 * that mute each other would both be silent. Warnings of an SLO that isn't measured go on for as long as their window, on what was measured before.
 */
export const inhibitions: readonly Inhibition[] = [
  {
    source: [name(outageAlert)],
    target: [otherThan(outageAlert), equals("category", "slo")],
    equal: ["service"],
    says: "Several features fail at one provider: one page about it stands for those of the SLOs.",
  },
  {
    source: [equals("severity", "critical"), judged],
    target: [warning, judged],
    equal: ["service", "slo"],
    says: "A page about an SLO says what its warnings would.",
  },
  {
    source: [name(noDataAlerts.targetsDown)],
    target: [otherThan(noDataAlerts.targetsDown), warning],
    equal: ["service"],
    says: "No target of the service can be scraped: its warnings are blind or stale.",
  },
  {
    source: [name(noDataAlerts.stalled)],
    target: [name(noDataAlerts.trafficCeased)],
    equal: ["service"],
    says: "Requests do arrive, and none ends: traffic hasn't ceased.",
  },
  {
    source: [name(evaluationAlerts.stopped)],
    target: [otherThan(evaluationAlerts.stopped), warning],
    equal: ["service", "slo"],
    says: "Nobody judges: warnings about quality are about answers of long ago.",
  },
  {
    source: [name(noDataAlerts.sliMissing)],
    target: [matchesNot("alertname", `${noDataAlerts.sliMissing}|${evaluationAlerts.stopped}`), warning],
    equal: ["service", "slo"],
    says: "The SLO measures nothing: its warnings are about what it measured before.",
  },
];

/** Both sides as rules must have them: labels absent on both would be taken as equal, so each asks for every label of `equal`. */
export function sidesOf({ source, target, equal }: Inhibition): Pick<Inhibition, "source" | "target"> {
  const present = equal.map((label) => differs(label, ""));
  return { source: [...source, ...present], target: [...target, ...present] };
}
