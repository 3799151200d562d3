// The burn-rate alerts of an SLO: one alert per arm.
import { confidenceRecord, ofSlo, ratioRecord } from "../plan/conventions.ts";
import type { Arm, SloPlan } from "../plan/plan.ts";
import type { AlertRule } from "../plan/rules.ts";
import { and, gt, lte, unless } from "../promql/build.ts";
import { printDuration, printNumber } from "../promql/print.ts";
import { onlyWhileJudged } from "./evaluation-rules.ts";
import { type Links, linksOf } from "./links.ts";
import type { CompiledSlo } from "./slo-plan.ts";

const percentText = (share: number) => `${printNumber(share * 100)}%`;

/** A user's text within a template of Prometheus. */
const literal = (text: string) => text.replaceAll("{{", '{{ "{{" }}');

/** How fast the budget goes at the slowest pace that trips an arm. */
function paceOf({ periodSeconds }: SloPlan, { burnRate }: Arm): string {
  const hours = periodSeconds / 3_600 / burnRate;
  const left = hours < 72 ? `${Math.ceil(hours)} hours` : `${Math.ceil(hours / 24)} days`;
  const pace = burnRate > 1 ? `more than ${printNumber(burnRate)} times as fast as` : "faster than";
  return `The error budget burns ${pace} it may: all ${printDuration(periodSeconds)} of it in less than ${left}.`;
}

function annotationsOf(slo: SloPlan, arm: Arm, links: Links) {
  const long = printDuration(arm.longSeconds);
  const spent = percentText(Number(((arm.burnRate * arm.longSeconds) / slo.periodSeconds).toPrecision(2)));
  return {
    summary: `${slo.service}: ${literal(slo.title)} is missed ({{ $value | humanizePercentage }} bad over ${long})`,
    description:
      `{{ $value | humanizePercentage }} of all events of the last ${long} were ${literal(slo.badEvents)}. The objective of ${slo.objectiveText} over ` +
      `${printDuration(slo.periodSeconds)} allows ${percentText(slo.budget)}. More than ${percentText(arm.threshold)} ` +
      `spends ${spent} of the budget in ${long}. It ends once ${printDuration(arm.shortSeconds)} are back below that.`,
    burn: paceOf(slo, arm),
    ...linksOf(links, slo.service, slo.alertName, slo.id),
  };
}

/**
 * The long window's lower confidence bound must exceed the threshold, and the short window must not show that it is over. A short window
 * without traffic shows nothing: an outage that drives clients away doesn't read as resolved. The first term only gives the alert its
 * value, the bad share people read. Its identity labels are written out, so that no two alerts of a file look the same.
 */
function alertFor(
  { plan, labels, annotations }: CompiledSlo,
  arm: Arm,
  team: string,
  links: Links,
  interval: number,
): AlertRule {
  const share = ofSlo(ratioRecord(arm.longSeconds), plan);
  const proven = gt(ofSlo(confidenceRecord(arm.longSeconds), plan), arm.threshold);
  const over = lte(ofSlo(ratioRecord(arm.shortSeconds), plan), arm.threshold);
  const burns = unless(and(share, proven), over);
  return {
    kind: "alert",
    alert: plan.alertName,
    expr: plan.evaluation ? onlyWhileJudged(burns, plan, plan.evaluation, arm, interval) : burns,
    keepFiringForSeconds: arm.keepFiringForSeconds,
    labels: {
      ...labels,
      service: plan.service,
      slo: plan.id,
      arm: arm.name,
      category: plan.category,
      severity: arm.severity,
      team,
    },
    annotations: { ...annotationsOf(plan, arm, links), ...annotations },
    slo: plan.id,
  };
}

/** The alerts of one SLO, fastest arm first. */
export function burnRateAlerts(
  slo: CompiledSlo,
  team: string,
  links: Links,
  intervalSeconds: number,
): readonly AlertRule[] {
  return slo.plan.arms.map((arm) => alertFor(slo, arm, team, links, intervalSeconds));
}
