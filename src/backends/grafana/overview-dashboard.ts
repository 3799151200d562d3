// All SLOs of an environment on one page: which need somebody, and since when.
import { dashboardNames, dashboardUid, identityLabels, records, spendRecords } from "../../plan/conventions.ts";
import type { Plan, ServicePlan } from "../../plan/plan.ts";
import { count, max, mul, or, select } from "../../promql/build.ts";
import { alertsTable, statesPanel } from "./alerts-panels.ts";
import { environmentAnnotations } from "./annotations.ts";
import { spendByFeature } from "./cost-row.ts";
import type { Column, Dashboard, Panel, StatPanel, TablePanel, Word } from "./dashboard.ts";
import {
  budgetLeftOf,
  budgetSteps,
  burnRate,
  burnSteps,
  countIn,
  exhaustedIn,
  firingCount,
  firingOf,
  goodShare,
  objectiveOf,
  periodSeconds,
  sloState,
  spendSteps,
  states,
  stateWords,
  windowWords,
} from "./slo-queries.ts";

const hour = 3_600;
const all = {};

export function overviewDashboard(plan: Plan): Dashboard {
  const { uidPrefix, titlePrefix } = plan.stack.dashboards;
  return {
    uid: dashboardUid(uidPrefix, dashboardNames.overview),
    title: `${titlePrefix} / All SLOs`,
    description: "Every SLO and every budget of this environment: which need somebody now, and how they have been.",
    tags: [uidPrefix, "slo"],
    from: "now-7d",
    variables: [],
    annotations: environmentAnnotations(plan),
    rows: [
      { panels: [...counts(), ...(hasSlos(plan) ? [sloTable(plan)] : []), ...budgets(plan)] },
      { title: "Over time", panels: hasSlos(plan) ? overTime(plan) : [] },
      { title: "Alerts", panels: [alertsTable({}, 24)] },
      { title: "Spend", panels: spendByFeature(plan) },
    ],
  };
}

const slosOf = ({ services }: Plan) => services.flatMap(({ slos }) => slos);
const hasSlos = (plan: Plan) => slosOf(plan).length > 0;
const tall = (lines: number) => Math.min(24, Math.max(5, Math.ceil(0.95 * lines + 2.3)));

function counts(): readonly Panel[] {
  const one = (state: Word, title: string, description: string): StatPanel => ({
    kind: "stat",
    title,
    description: `${description} "no data": no rules of SLOs are evaluated.`,
    queries: [{ expr: countIn(state, all), legend: title }],
    unit: "number",
    steps: [{ from: 1, color: state.color }],
    width: 4,
    height: 4,
  });
  const alerts = (severity: "critical" | "warning", color: Word["color"]): StatPanel => ({
    kind: "stat",
    title: severity === "critical" ? "Critical alerts" : "Warnings",
    description: `Alerts of severity ${severity} that fire now, of SLOs, budgets, guardrails and the stack. "no data": no rules of SLOs are evaluated.`,
    queries: [{ expr: firingCount({ severity }), legend: severity }],
    unit: "number",
    steps: [{ from: 1, color }],
    width: 4,
    height: 4,
  });
  return [
    one(states.ok, "SLOs ok", "SLOs with budget left, for which no burn-rate alert fires."),
    one(states.burning, "Burning", "SLOs with budget left, for which a burn-rate alert fires."),
    one(states.exhausted, "Exhausted", "SLOs without any error budget left in their period."),
    one(
      states.noData,
      "No data",
      "SLOs that nobody can tell: no events were ever counted, or an alert says that they aren't measured now. Neither good nor bad.",
    ),
    alerts("critical", "red"),
    alerts("warning", "orange"),
  ];
}

/** Where a click on a service or an SLO leads. Uids of services with long names can't be told from the name. */
function linksOf({ stack, services }: Plan): { readonly service?: string; readonly slo: string } {
  const { uidPrefix } = stack.dashboards;
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: Grafana resolves them.
  const plain = services.every(({ id }) => dashboardUid(uidPrefix, id) === `${uidPrefix}_${id}`);
  const source = "var-datasource=${datasource}";
  const detail = dashboardUid(uidPrefix, dashboardNames.slo);
  return {
    ...(plain ? { service: `/d/${uidPrefix}_\${__data.fields.Service}?${source}` } : {}),
    slo: `/d/${detail}?var-service=\${__data.fields.Service}&var-slo=\${__data.fields.SLO}&${source}`,
  };
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: Grafana resolves them.
}

function identityColumns(plan: Plan, link?: string): readonly Column[] {
  const { service } = linksOf(plan);
  return [
    { title: "Service", label: "service", width: 180, ...(service ? { link: service } : {}) },
    { title: "SLO", label: "slo", width: 160, ...(link ? { link } : {}) },
  ];
}

function sloTable(plan: Plan): TablePanel {
  const slos = slosOf(plan);
  const info = (labels: object) => max(select(records.info, { ...labels }), identityLabels);
  const burning = (seconds: number): Column => ({
    title: `Burn ${windowWords(slos, seconds)}`,
    expr: burnRate(slos, seconds, all),
    unit: "times",
    decimals: 2,
    cell: "colored",
    steps: burnSteps,
  });
  const left = exhaustedIn(budgetLeftOf(all), burnRate(slos, 6 * hour, all), periodSeconds(plan.services, info));
  return {
    kind: "table",
    title: "SLOs",
    description:
      "Each SLO over its own period. Budget left: 100% is no bad event, 0% as many as the objective allows, below 0% it is missed. " +
      "Burn: how many times as fast as allowed the budget goes; at 1 it lasts exactly a period. Exhausted in: at the slower of both burn rates shown, " +
      "– where it never comes to that. Elsewhere an empty cell is missing data, neither good nor bad. Click on an SLO for its details.",
    columns: [
      ...identityColumns(plan, linksOf(plan).slo),
      { title: "State", expr: sloState(all), unit: "number", cell: "colored", words: stateWords, width: 100 },
      { title: "Objective", expr: objectiveOf(all), unit: "share", decimals: 2, width: 100 },
      { title: "Good", expr: goodShare(all), unit: "share", decimals: 2, width: 100 },
      {
        title: "Budget left",
        expr: budgetLeftOf(all),
        unit: "share",
        decimals: 1,
        cell: "bar",
        min: 0,
        max: 1,
        steps: budgetSteps(slos),
        width: 260,
      },
      burning(hour),
      burning(6 * hour),
      { title: "Exhausted in", expr: left, unit: "duration", decimals: 1, noValue: "–" },
      {
        title: "Firing",
        expr: firingOf(all),
        unit: "number",
        cell: "colored",
        steps: [{ from: 1, color: "red" }],
        width: 80,
      },
    ],
    sortBy: { column: "Budget left", descending: false },
    width: 24,
    height: tall(slos.length),
  };
}

function overTime(plan: Plan): readonly Panel[] {
  const slos = slosOf(plan);
  const legend = "{{service}} {{slo}}";
  return [
    statesPanel(all, legend, {
      maxDataPoints: 160,
      width: 24,
      height: Math.min(24, Math.max(6, Math.ceil(slos.length * 0.8) + 3)),
    }),
    {
      kind: "time-series",
      title: "Error budget left",
      description:
        "What is left of each SLO's error budget, over its own period. Below 0 its objective is missed. A gap: no events were recorded.",
      queries: [{ expr: budgetLeftOf(all), legend }],
      unit: "share",
      max: 1,
      limits: [{ from: 0, color: "red" }],
      legend: "beside",
      width: 12,
      height: 10,
    },
    {
      kind: "time-series",
      title: `Burn rate, last ${windowWords(slos, hour)}`,
      description:
        "How many times as fast as allowed each error budget goes. Above 1 for long, the objective will be missed. A gap: no events were recorded.",
      queries: [{ expr: burnRate(slos, hour, all), legend }],
      unit: "times",
      min: 0,
      logarithmic: true,
      limits: [{ from: 1, color: "orange" }],
      legend: "beside",
      width: 12,
      height: 10,
    },
  ];
}

const budgetsOf = ({ services }: Plan) => services.flatMap((service: ServicePlan) => service.budgets);

function budgets(plan: Plan): readonly Panel[] {
  if (budgetsOf(plan).length === 0) return [];
  const of = (record: string) => max(select(record), identityLabels);
  return [
    {
      kind: "table",
      title: "Budgets of spend",
      description:
        "What was spent of each budget since its day, week or month began, by its own calendar; what will have been spent at its end; and when it will be gone at the " +
        "present rate. An empty cell is missing data: spend that nobody saw.",
      columns: [
        ...identityColumns(plan),
        { title: "Budget", expr: of(spendRecords.budget), unit: "USD", decimals: 2 },
        { title: "Spent", expr: of(spendRecords.spent), unit: "USD", decimals: 2 },
        {
          title: "Used",
          expr: of(spendRecords.used),
          unit: "share",
          decimals: 1,
          cell: "bar",
          min: 0,
          max: 1,
          steps: spendSteps,
          width: 260,
        },
        { title: "Projected", expr: of(spendRecords.projected), unit: "USD", decimals: 2 },
        { title: "Exhausted in", expr: of(spendRecords.exhaustedIn), unit: "duration", decimals: 1 },
        {
          title: "Firing",
          expr: or(
            count(
              select("ALERTS", { alertstate: "firing", category: "cost", slo: { op: "!=", value: "" } }),
              identityLabels,
            ),
            mul(of(spendRecords.budget), 0),
            identityLabels,
          ),
          unit: "number",
          cell: "colored",
          steps: [{ from: 1, color: "red" }],
        },
      ],
      sortBy: { column: "Used", descending: true },
      width: 24,
      height: tall(budgetsOf(plan).length),
    },
  ];
}
