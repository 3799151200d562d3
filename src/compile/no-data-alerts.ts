// What tells the five states without data apart: targets down, series missing, requests stalled, traffic ceased; idle stays silent.
import { identityLabels, noDataAlerts as names, ofService, records } from "../plan/conventions.ts";
import type { ServicePlan } from "../plan/plan.ts";
import type { AlertRule } from "../plan/rules.ts";
import {
  and,
  call,
  count,
  eq,
  gt,
  gte,
  max,
  mul,
  offset,
  or,
  range,
  rate,
  seconds,
  select,
  subquery,
  sum,
  unless,
} from "../promql/build.ts";
import { printDuration } from "../promql/print.ts";
import { type Links, linksOf } from "./links.ts";

const minute = 60;
const hour = 3_600;
const day = 24 * hour;
const week = 7 * day;

/** No target answers, or none is left of those seen at a full hour of the last day. The alert of one pod among several is Kubernetes' own business. */
function targetsDown({ id, job, team, match }: ServicePlan, links: Links): AlertRule {
  const up = select("up", { job, ...match });
  const by = ["job"];
  const known = count(call("max_over_time", subquery(up, day, hour)), by);
  return {
    kind: "alert",
    alert: names.targetsDown,
    expr: or(eq(max(up, by), 0), unless(known, count(up, by))),
    forSeconds: 5 * minute,
    labels: { category: "no-data", severity: "critical", team, service: id },
    annotations: {
      summary: `${id}: no target of job {{ $labels.job }} can be scraped`,
      description: `Prometheus reaches no target of job {{ $labels.job }}, so every SLO of ${id} is blind. Either the app is down or its scrape is broken.`,
      ...linksOf(links, id, names.targetsDown),
    },
  };
}

/** An SLO has no value on one side or both, while targets are up or were never seen. */
function sliMissing({ id, team }: ServicePlan, links: Links): AlertRule {
  const both = and(ofService(records.bad, id), ofService(records.total, id), identityLabels);
  const down = select("ALERTS", { alertname: names.targetsDown, service: id });
  return {
    kind: "alert",
    alert: names.sliMissing,
    expr: unless(unless(ofService(records.objective, id), both, identityLabels), down, ["service"]),
    forSeconds: 10 * minute,
    labels: { category: "no-data", severity: "warning", team },
    annotations: {
      summary: `${id}: the SLO {{ $labels.slo }} measures nothing`,
      description:
        `A series that {{ $labels.slo }} of ${id} is made of doesn't exist: its budget is not counted and it can't alert. ` +
        "A metric was renamed, a bucket boundary is gone, or the app doesn't emit the contract.",
      ...linksOf(links, id, names.sliMissing, "{{ $labels.slo }}"),
    },
  };
}

/** The part of a window's scrapes without which nothing can be said about all of it: two after a gap would tell of a minute. */
const scrapesSeen = 0.7;

/** Requests are in flight and none completes. */
function requestsStalled(
  { id, team, features, match, stalled }: ServicePlan,
  links: Links,
  intervalSeconds: number,
): readonly AlertRule[] {
  if (!stalled) return [];
  const { windowSeconds, featureLabel, inflightMetric, completedMetric } = stalled;
  const window = printDuration(windowSeconds);
  const labels = { [featureLabel]: features, ...match };
  const inflight = select(inflightMetric, labels);
  const over = (func: "min_over_time" | "count_over_time") => call(func, range(inflight, windowSeconds));
  const seen = gt(over("count_over_time"), (scrapesSeen * windowSeconds) / intervalSeconds);
  // A pod that has just started has been waiting for no time yet.
  const allAlong = and(and(over("min_over_time"), offset(inflight, windowSeconds)), seen);
  const waiting = sum(allAlong, [featureLabel]);
  const completed = sum(rate(select(completedMetric, labels), windowSeconds), [featureLabel]);
  return [
    {
      kind: "alert",
      alert: names.stalled,
      expr: and(gt(waiting, 0), eq(completed, 0)),
      labels: { category: "no-data", severity: "critical", team, service: id },
      annotations: {
        summary: `${id}: requests of {{ $labels.${featureLabel} }} are in flight and none has completed for ${window}`,
        description: `{{ $value | humanize }} LLM requests of {{ $labels.${featureLabel} }} are waiting and not one has ended in ${window}, well or badly. No error is counted, so no other alert sees it.`,
        ...linksOf(links, id, names.stalled),
      },
    },
  ];
}

/**
 * Traffic that was there at this time yesterday and a week ago is gone. The hours before and after are both asked, so that neither the evening
 * nor the morning fires. While any SLO of the service counts events, requests arrive: those that only count answers have none in an outage.
 * Evaluated SLOs are left out: between two batches they count nothing, and their evaluator has alerts of its own.
 */
function trafficCeased({ id, team, slos }: ServicePlan, links: Links): readonly AlertRule[] {
  const steady = slos.filter(({ evaluation }) => !evaluation).map((slo) => slo.id);
  if (steady.length === 0) return [];
  const labels = steady.length === slos.length ? {} : { slo: steady };
  const usual = (ago: number) => gte(mul(offset(ofService(records.totalHourly, id, labels), ago), seconds(hour)), 30);
  const before = [day, day - hour, week, week - hour]
    .map(usual)
    .reduce((left: ReturnType<typeof and> | ReturnType<typeof usual>, right) => and(left, right));
  const arriving = gt(max(ofService(records.total, id), ["service"]), 0);
  const rule: AlertRule = {
    kind: "alert",
    alert: names.trafficCeased,
    expr: unless(and(eq(ofService(records.total, id, labels), 0), before), arriving, ["service"]),
    forSeconds: 10 * minute,
    labels: { category: "no-data", severity: "warning", team },
    annotations: {
      summary: `${id}: no events for the SLO {{ $labels.slo }}, unlike yesterday and a week ago`,
      description: `{{ $labels.slo }} of ${id} counts no events, nor does any other SLO, but it had at least 30 an hour at this time yesterday and a week ago. Its targets are up: traffic doesn't reach the feature.`,
      ...linksOf(links, id, names.trafficCeased, "{{ $labels.slo }}"),
    },
  };
  return [rule];
}

/** The no-data alerts of a service. */
export function noDataAlerts(service: ServicePlan, links: Links, intervalSeconds: number): readonly AlertRule[] {
  return [
    targetsDown(service, links),
    sliMissing(service, links),
    ...requestsStalled(service, links, intervalSeconds),
    ...trafficCeased(service, links),
  ];
}
