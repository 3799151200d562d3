// The part of a runbook that an alert links to: one SLO with its numbers, its queries to paste, and when its arms fire.
import { records, runbookHeading } from "../../plan/conventions.ts";
import type { Arm, ServicePlan, SloPlan } from "../../plan/plan.ts";
import { print, printDuration, printNumber } from "../../promql/print.ts";
import { type CoveredSlo, recordingOf, type Subject } from "./coverage.ts";
import { fillIn } from "./fill-in.ts";
import { paste, section, table } from "./markdown.ts";
import { splitShare } from "./split.ts";

function armRow(arm: Arm): readonly string[] {
  const windows = `${printDuration(arm.longSeconds)} and ${printDuration(arm.shortSeconds)}`;
  const threshold = `${printNumber(arm.threshold * 100)}%`;
  return [arm.name, arm.severity, windows, threshold, `${printNumber(arm.burnRate)}x`];
}

function armTable({ arms }: SloPlan): string {
  return table(["Arm", "Severity", "Bad share over", "Above", "Burn rate"], arms.map(armRow));
}

/** The kind's queries, of a service or of one SLO. */
export function queriesOf({ kind, service }: Subject, slo?: string): readonly string[] {
  if (!service) return [];
  return kind.queries.map((query) => paste(query.title, print(fillIn(query, service, slo))));
}

/** The two queries an SLO is made of, on the series that apps emit: split them by a label to see which part is bad. */
function baseQueries(service: ServicePlan, slo: string): readonly string[] {
  const sides = [
    ["Bad events per second, as the rules ask for them", records.bad],
    ["All events per second, as the rules ask for them", records.total],
  ] as const;
  return sides.flatMap(([title, record]) => {
    const rule = recordingOf(service, record, slo);
    return rule ? [paste(title, print(rule.expr))] : [];
  });
}

/** Where the bad events are, if labels can tell. */
function splitQuery(service: ServicePlan, { id, splitBy }: SloPlan): readonly string[] {
  const [total, bad] = [records.total, records.bad].map((record) => recordingOf(service, record, id)?.expr);
  if (splitBy.length === 0 || !total || !bad) return [];
  return [paste(`Bad share by ${splitBy.join(" and ")}`, print(splitShare({ total, bad }, splitBy)))];
}

function goal(slo: SloPlan): string {
  const objective = `${slo.objectiveText} over ${printDuration(slo.periodSeconds)}`;
  return table(["Goal", "Objective", "What counts as bad"], [[slo.title, objective, slo.badEvents]]);
}

/** One SLO, under the heading that its alerts link to. */
export function sloSection(subject: Subject, { id, plan, dashboard }: CoveredSlo): string {
  const burns = plan?.alertName === subject.kind.alert;
  return section(
    runbookHeading(id).title,
    dashboard === undefined ? "" : `[Dashboard](${dashboard})`,
    plan ? goal(plan) : "",
    burns && plan.arms.length > 0 ? armTable(plan) : "",
    ...(subject.service && plan ? splitQuery(subject.service, plan) : []),
    ...queriesOf(subject, id),
    ...(subject.service ? baseQueries(subject.service, id) : []),
  );
}
