// Where the error budget of one SLO went.
import { identityLabels, records } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { and, atEnd, call, div, lt, max, select, sub } from "../../promql/build.ts";
import { chosen, of, one, overPeriod } from "./chosen-slo.ts";
import type { Panel } from "./dashboard.ts";
import { budgetLeftOf, periodSeconds } from "./slo-queries.ts";

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
  const bad = call("sum_over_time", overPeriod(counted));
  const total = call("sum_over_time", atEnd(overPeriod(of(records.totalSixHourly))));
  const share = div(max(bad, identityLabels), max(total, identityLabels), identityLabels);
  return sub(1, div(share, one(records.budget), identityLabels));
}

function evenly(plan: Plan): Expr {
  return div(max(sub(graphEnd(), call("time")), identityLabels), periodSeconds(plan.services, info), identityLabels);
}

export function budgetRow(plan: Plan): readonly Panel[] {
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
      width: 12,
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
