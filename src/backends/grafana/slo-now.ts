// How one SLO is now, in numbers.
import { identityLabels, records } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { call, groupLeft, max, mul } from "../../promql/build.ts";
import { chosen, emptyValue, of, one, overPeriod, slosOf } from "./chosen-slo.ts";
import type { Panel, StatPanel } from "./dashboard.ts";
import { budgetLeftOf, budgetSteps, firingOf, goodShare, objectiveOf, sloState, stateWords } from "./slo-queries.ts";

const hour = 3_600;

/** Events of a whole period. */
const eventsOf = (record: string): Expr =>
  mul(max(call("sum_over_time", overPeriod(of(record))), identityLabels), 6 * hour);

export function nowPanels(plan: Plan): readonly Panel[] {
  const stat = (
    title: string,
    description: string,
    rest: Pick<StatPanel, "queries" | "unit"> & Partial<StatPanel>,
  ): StatPanel => ({
    kind: "stat",
    title,
    description: `${description} ${emptyValue}`,
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
      description: `What the SLO measures, over which period, and who answers for it. ${emptyValue}`,
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
