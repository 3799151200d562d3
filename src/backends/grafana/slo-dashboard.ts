// The details of one SLO, chosen by service and SLO: how it is now, where its budget went, why.
import { dashboardNames, dashboardUid, identityLabels, ratioRecord, records } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import {
  add,
  and,
  atEnd,
  call,
  div,
  groupLeft,
  lt,
  max,
  min,
  mul,
  or,
  overVariable,
  select,
  sub,
  subquery,
  sum,
} from "../../promql/build.ts";
import { serviceAnnotations } from "./annotations.ts";
import type { Dashboard, Panel, StatPanel, Word } from "./dashboard.ts";
import {
  budgetLeftOf,
  budgetSteps,
  burnRates,
  firing,
  firingOf,
  goodShare,
  objectiveOf,
  overStep,
  periodSeconds,
  sloState,
  sloStateOverTime,
  stateWords,
} from "./slo-queries.ts";

const hour = 3_600;
const day = 24 * hour;

/** The SLO that is looked at. */
const chosen = { service: "$service", slo: "$slo" };
const of = (record: string) => select(record, chosen);
const one = (record: string) => max(of(record), identityLabels);

export function sloDashboard(plan: Plan): Dashboard {
  const { uidPrefix, titlePrefix } = plan.stack.dashboards;
  return {
    uid: dashboardUid(uidPrefix, dashboardNames.slo),
    title: `${titlePrefix} / SLO details`,
    description: "One SLO: how it is now, where its error budget went, how fast it goes, and which events are bad.",
    tags: [uidPrefix, "slo"],
    from: "now-24h",
    variables: [
      { kind: "label", name: "service", label: "Service", of: select(records.objective), read: "service" },
      { kind: "label", name: "slo", label: "SLO", of: select(records.objective, { service: "$service" }), read: "slo" },
      { kind: "label", name: "period", label: "Period", of: of(records.info), read: "period", hidden: true },
    ],
    annotations: serviceAnnotations(plan, { id: "$service" }),
    rows: [
      { panels: now(plan) },
      { title: "Error budget", panels: budget(plan) },
      { title: "Burn rates", panels: burning(plan) },
      { title: "Events", panels: events() },
      { title: "Alerts", panels: history() },
    ],
  };
}

const slosOf = ({ services }: Plan) => services.flatMap(({ slos }) => slos);
const noValue = "An empty value is missing data, neither good nor bad.";

/** Events of a whole period. */
const eventsOf = (record: string): Expr =>
  mul(max(call("sum_over_time", overPeriod(record)), identityLabels), 6 * hour);

const overPeriod = (record: string) => overVariable(subquery(of(record), 30 * day, 6 * hour), "$period");

function now(plan: Plan): readonly Panel[] {
  const stat = (
    title: string,
    description: string,
    rest: Pick<StatPanel, "queries" | "unit"> & Partial<StatPanel>,
  ): StatPanel => ({
    kind: "stat",
    title,
    description: `${description} ${noValue}`,
    width: 4,
    height: 4,
    ...rest,
  });
  const value = (expr: Expr) => [{ expr, legend: "{{slo}}" }];
  const allowed = mul(
    mul(eventsOf(records.totalSixHourly), one(records.budget), identityLabels),
    budgetLeftOf(chosen),
    identityLabels,
  );
  return [
    stat(
      "State",
      "Ok: budget is left and no burn-rate alert fires. Burning: one fires. Exhausted: no budget is left.",
      {
        queries: value(sloState(chosen)),
        unit: "number",
        words: stateWords,
      },
    ),
    stat("Objective", "The share of events that must be good, over the SLO's period.", {
      queries: value(objectiveOf(chosen)),
      unit: "share",
      decimals: 2,
    }),
    stat("Good, over the period", "The share of events that were good.", {
      queries: value(goodShare(chosen)),
      unit: "share",
      decimals: 3,
    }),
    stat(
      "Error budget left",
      "100%: no bad event. 0%: as many as the objective allows. Below 0%: the objective is missed.",
      {
        queries: value(budgetLeftOf(chosen)),
        unit: "share",
        decimals: 1,
        steps: budgetSteps(slosOf(plan)),
      },
    ),
    stat("Bad events left", "How many more events of the period may be bad. Below 0: so many too many were.", {
      queries: value(allowed),
      unit: "times",
      decimals: 0,
    }),
    stat("Alerts firing", "Alerts of this SLO that fire now.", {
      queries: value(firingOf(chosen)),
      unit: "number",
      steps: [{ from: 1, color: "red" }],
    }),
    {
      kind: "table",
      title: "About",
      description: `What the SLO measures, over which period, and who answers for it. ${noValue}`,
      columns: [
        { title: "Indicator", label: "indicator" },
        { title: "Objective", label: "objective" },
        { title: "Period", label: "period" },
        { title: "Team", label: "team" },
        { title: "Events in the period", expr: aboutEvents(), unit: "times", decimals: 0 },
      ],
      hide: identityLabels,
      width: 24,
      height: 4,
    },
  ];
}

/** The events of the period, beside what describes the SLO. */
function aboutEvents(): Expr {
  const info = max(of(records.info), [...identityLabels, "indicator", "objective", "period", "team"]);
  return groupLeft(mul(info, eventsOf(records.totalSixHourly), identityLabels));
}

const info = (labels: object) => max(select(records.info, { ...chosen, ...labels }), identityLabels);

/** The end of the graph, to the minute. */
const graphEnd = () => call("timestamp", atEnd(of(records.objective)));

/** What is left of the budget when bad events count from the beginning of the period that ends now. */
function burnDown(plan: Plan): Expr {
  const period = periodSeconds(plan.services, (labels) =>
    max(atEnd(select(records.info, { ...chosen, ...labels })), identityLabels),
  );
  const since = lt(sub(graphEnd(), period, identityLabels), call("time"));
  const counted = and(of(records.badSixHourly), since, identityLabels);
  const bad = call("sum_over_time", overVariable(subquery(counted, 30 * day, 6 * hour), "$period"));
  const total = call("sum_over_time", atEnd(overPeriod(records.totalSixHourly)));
  const share = div(max(bad, identityLabels), max(total, identityLabels), identityLabels);
  return sub(1, div(share, one(records.budget), identityLabels));
}

function evenly(plan: Plan): Expr {
  return div(max(sub(graphEnd(), call("time")), identityLabels), periodSeconds(plan.services, info), identityLabels);
}

function budget(plan: Plan): readonly Panel[] {
  return [
    {
      kind: "time-series",
      title: "Budget burn-down",
      description:
        "The error budget of the period that ends now, as bad events used it up: it begins with all of it and ends with what is left. The dashed line is a budget spent evenly: " +
        "below it, more was spent than that. A steep part is an incident. A gap: no events were recorded.",
      queries: [
        { expr: burnDown(plan), legend: "left" },
        { expr: evenly(plan), legend: "spent evenly", dashed: true, color: "text" },
      ],
      unit: "share",
      max: 1,
      limits: [{ from: 0, color: "red" }],
      timeFrom: "$period",
      maxDataPoints: 60,
      width: 10,
      height: 9,
    },
    {
      kind: "time-series",
      title: "Error budget left, over the period before each moment",
      description:
        "What was left at each moment, looking back over one period. It grows when an incident is a period old. Below 0 the objective was missed. A gap: no events were recorded.",
      queries: [{ expr: budgetLeftOf(chosen), legend: "left" }],
      unit: "share",
      max: 1,
      limits: [{ from: 0, color: "red" }],
      width: 12,
      height: 9,
    },
  ];
}

const thresholdLabels = ["arm", "severity", "long", "short"];

function burning(plan: Plan): readonly Panel[] {
  const slos = slosOf(plan);
  const threshold = max(of(records.burnThreshold), [...identityLabels, ...thresholdLabels]);
  const over = (window: "long" | "short"): Expr => burnOf(threshold, burnRates(slos, window, chosen), window);
  return [
    {
      kind: "time-series",
      title: "Burn rates",
      description:
        "How many times as fast as allowed the error budget goes, over each window that alerts look at. Dashed: the rates at which the SLO's own alerts fire, once both of an arm's " +
        "windows are above. At 1 the budget lasts exactly a period. A gap: no events were recorded.",
      queries: [
        { expr: burnRates(slos, "window", chosen), legend: "{{window}}" },
        { expr: threshold, legend: "{{arm}} ({{severity}}, {{long}} and {{short}})", dashed: true },
      ],
      unit: "times",
      min: 0,
      width: 12,
      height: 10,
    },
    {
      kind: "table",
      title: "Alert arms",
      description:
        "Each alert of this SLO: it fires when the burn rates over its long and its short window are both above the threshold, and the long window holds enough bad events to be sure. Nearness: the lower of both as a share of the threshold. " +
        noValue,
      columns: [
        { title: "Arm", label: "arm", width: 80 },
        { title: "Severity", label: "severity", width: 80 },
        { title: "Long", label: "long", width: 70 },
        { title: "Burn, long", expr: over("long"), unit: "times", decimals: 2, width: 95 },
        { title: "Short", label: "short", width: 70 },
        { title: "Burn, short", expr: over("short"), unit: "times", decimals: 2, width: 95 },
        { title: "Threshold", expr: threshold, unit: "times", decimals: 2, width: 90 },
        {
          title: "Nearness",
          expr: div(nearer(over), threshold, [...identityLabels, ...thresholdLabels]),
          unit: "share",
          decimals: 0,
          cell: "bar",
          min: 0,
          max: 1,
          steps: [
            { from: 0, color: "green" },
            { from: 0.75, color: "orange" },
            { from: 1, color: "red" },
          ],
        },
        { title: "Alert", expr: armFires(threshold), unit: "number", cell: "colored", words: firingWords, width: 70 },
      ],
      hide: identityLabels,
      sortBy: { column: "Threshold", descending: true },
      width: 14,
      height: 10,
    },
  ];
}

const firingWords: readonly Word[] = [
  { value: 0, text: "quiet", color: "text" },
  { value: 1, text: "fires", color: "red" },
];

/** 1 for each arm whose alert fires, 0 for the others. */
function armFires(threshold: Expr): Expr {
  const quiet = mul(threshold, 0);
  const by = [...identityLabels, "arm"];
  return or(groupLeft(add(quiet, max(firing(chosen), by), by)), quiet, [...identityLabels, ...thresholdLabels]);
}

/** The burn rate of each arm over one of its windows. */
function burnOf(threshold: Expr, rates: Expr, window: string): Expr {
  return groupLeft(add(mul(threshold, 0), rates, [...identityLabels, window]));
}

/** Both windows must be above the threshold: the lower of them tells how near it is. */
function nearer(over: (window: "long" | "short") => Expr): Expr {
  const marked = (window: "long" | "short") =>
    call("label_replace", over(window), ...["window", window, "slo", ".*"].map(string));
  return min(or(marked("long"), marked("short")), [...identityLabels, ...thresholdLabels]);
}

const string = (value: string) => ({ kind: "string", value }) as const;

function events(): readonly Panel[] {
  const perMinute = (expr: Expr) => mul(max(expr, identityLabels), 60);
  const good = call("clamp_min", sub(of(records.total), of(records.bad), identityLabels), { kind: "number", value: 0 });
  return [
    {
      kind: "time-series",
      title: "Events per minute",
      description: "Good and bad events, one on top of the other, averaged over 5 minutes. A gap: none were recorded.",
      queries: [
        { expr: perMinute(of(records.bad)), legend: "bad", color: "red" },
        { expr: perMinute(good), legend: "good", color: "green" },
      ],
      unit: "number",
      style: "areas",
      stacked: true,
      min: 0,
      width: 12,
      height: 9,
    },
    {
      kind: "time-series",
      title: "Bad share of events",
      description:
        "The share of events that were bad, over 5 minutes and over an hour. The dashed line is what the objective allows. A gap: no events were recorded.",
      queries: [
        { expr: one(ratioRecord(300)), legend: "5m" },
        { expr: one(ratioRecord(hour)), legend: "1h" },
        { expr: one(records.budget), legend: "allowed", dashed: true, color: "red" },
      ],
      unit: "share",
      min: 0,
      width: 12,
      height: 9,
    },
    {
      kind: "time-series",
      title: "Failed requests per minute, by reason",
      description:
        "Requests of the service that did not succeed, by the kind of error. Not each of them is a bad event of this SLO. A gap: its source tells of none.",
      queries: [
        { expr: mul(sum(select(records.failed, { service: chosen.service }), ["reason"]), 60), legend: "{{reason}}" },
      ],
      unit: "number",
      style: "areas",
      stacked: true,
      min: 0,
      legend: "beside",
      intervalSeconds: 300,
      width: 24,
      height: 8,
    },
  ];
}

function history(): readonly Panel[] {
  const fired = (severity: string, value: number): Expr =>
    mul(max(call("max_over_time", overStep(firing({ ...chosen, severity }))), ["alertname", "arm"]), value);
  // Alerts that aren't an arm's have no such label.
  const alerts = call(
    "label_join",
    or(fired("critical", 5), fired("warning", 4)),
    ...["alert", " ", "alertname", "arm"].map(string),
  );
  return [
    {
      kind: "state-timeline",
      title: "State and alerts over time",
      description:
        "The SLO's state, and each of its alerts while it fired. A line that isn't there is an alert that didn't fire; a gap in the state: no rules were evaluated.",
      queries: [
        { expr: sloStateOverTime(chosen), legend: "state" },
        { expr: alerts, legend: "{{alert}}" },
      ],
      words: [
        ...stateWords,
        { value: 4, text: "warning", color: "yellow" },
        { value: 5, text: "critical", color: "red" },
      ],
      width: 24,
      height: 8,
    },
  ];
}
