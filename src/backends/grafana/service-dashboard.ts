import { dashboardUid, identityLabels, ofService, ratioRecord, records } from "../../plan/conventions.ts";
import type { ServicePlan, SloPlan } from "../../plan/plan.ts";
import { mul, or } from "../../promql/build.ts";
import { printDuration } from "../../promql/print.ts";
import type { BarGaugePanel, Dashboard, Query, TimeSeriesPanel } from "./dashboard.ts";

const HOUR = 3_600;

/** The dashboard of one service: what is left of its budgets, and how fast they go now. */
export function serviceDashboard(service: ServicePlan): Dashboard {
  const windows = sloWindows(service.slos);
  return {
    uid: dashboardUid(service.id),
    title: `LLM SLO / ${service.id}`,
    description: service.description,
    tags: ["llm-slo", service.id],
    panels: [budgetLeft(service), ...(windows.size > 0 ? [badShare(service, windows)] : [])],
  };
}

function height(service: ServicePlan): number {
  return Math.max(8, service.slos.length + 3);
}

function budgetLeft(service: ServicePlan): BarGaugePanel {
  const periods = either([...new Set(service.slos.map((slo) => printDuration(slo.periodSeconds)))]);
  return {
    kind: "bar-gauge",
    title: "Error budget left",
    description:
      `How much of each SLO's error budget is left over its period (${periods}). 100%: no bad event. ` +
      "0%: as many bad events as the objective allows. Below 0%: the objective is missed. " +
      '"no data": no events were recorded, which is neither good nor bad.',
    queries: [{ expr: budgetOrNothing(service), legend: "{{slo}}" }],
    steps: [
      { from: lowestBudget(service.slos), color: "red" },
      { from: 0, color: "orange" },
      { from: 0.25, color: "green" },
    ],
    width: 8,
    height: height(service),
  };
}

/** NaN stands in for an SLO that has an objective and no events, so that it shows as "no data" instead of not at all. */
function budgetOrNothing(service: ServicePlan) {
  const left = ofService(records.budgetRemaining, service.id);
  return or(left, mul(ofService(records.objective, service.id), Number.NaN), identityLabels);
}

/** What is left when every event is bad: no value is lower. Below it lies the neutral colour. */
function lowestBudget(slos: readonly SloPlan[]): number {
  const smallest = Math.min(1, ...slos.map((slo) => slo.budget));
  return -Math.ceil(1 / smallest);
}

function badShare(service: ServicePlan, windows: ReadonlyMap<number, readonly string[]>): TimeSeriesPanel {
  const last = either(
    [...windows.keys()].map((window) => (windows.size === 1 && window === HOUR ? "hour" : printDuration(window))),
  );
  return {
    kind: "time-series",
    title: `Bad share of events, last ${last}`,
    description:
      `The share of events in the last ${last} that were bad, by SLO. The dashed line is what the objective allows: ` +
      "above it, the error budget goes faster than it comes back. A gap means that no events were recorded.",
    queries: [
      ...[...windows].map(([window, slos]) => shareQuery(service, window, slos)),
      { expr: ofService(records.budget, service.id), legend: "{{slo}} allowed", dashed: true },
    ],
    width: 16,
    height: height(service),
  };
}

function shareQuery(service: ServicePlan, window: number, slos: readonly string[]): Query {
  const matchers = slos.length === service.slos.length ? {} : { slo: slos };
  return { expr: ofService(ratioRecord(window), service.id, matchers), legend: "{{slo}}" };
}

/** SLO ids by their longest window of at most an hour; an SLO that has only longer ones goes by its shortest. */
function sloWindows(slos: readonly SloPlan[]): ReadonlyMap<number, readonly string[]> {
  const byWindow = new Map<number, string[]>();
  for (const slo of slos) {
    const window = slo.windowsSeconds.findLast((seconds) => seconds <= HOUR) ?? slo.windowsSeconds[0];
    if (window === undefined) continue;
    byWindow.set(window, [...(byWindow.get(window) ?? []), slo.id]);
  }
  return new Map([...byWindow].sort(([one], [other]) => one - other));
}

/** @example either(["45m", "1h", "2h"]) // "45m, 1h or 2h" */
function either(words: readonly string[]): string {
  return words.join(", ").replace(/, (?=[^,]*$)/, " or ");
}
