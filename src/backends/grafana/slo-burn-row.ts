// How fast the error budget of one SLO goes, beside what its alerts allow.
import { identityLabels, records } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Expr } from "../../promql/ast.ts";
import { add, call, div, groupLeft, max, min, mul, or } from "../../promql/build.ts";
import { chosen, emptyValue, of, slosOf } from "./chosen-slo.ts";
import type { Panel, Word } from "./dashboard.ts";
import { burnRates, firing } from "./slo-queries.ts";

const thresholdLabels = ["arm", "severity", "long", "short"];

export function burnRow(plan: Plan): readonly Panel[] {
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
      width: 10,
      height: 10,
    },
    {
      kind: "table",
      title: "Alert arms",
      description:
        "Each alert of this SLO: it fires when the burn rates over its long and its short window are both above the threshold, and the long window holds enough bad events to be sure. Nearness: the lower of both as a share of the threshold. " +
        emptyValue,
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
