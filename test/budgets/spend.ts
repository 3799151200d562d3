// Simulated spend, as pods count it and as Prometheus scrapes it; and what of the rules a question needs.
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import { compile, type TimeZones } from "../../src/compile/compile.ts";
import type { TimeZoneTable } from "../../src/compile/time-zone-table.ts";
import { blockYaml } from "../../src/plan/generated-file.ts";
import type { ServicePlan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import { print } from "../../src/promql/print.ts";
import type { Budget } from "../../src/slo/budget.ts";
import { language, modelOf } from "../support/model.ts";

export const minutesOf = (days: number) => days * 1_440;

/** The plan of a service with one budget, in a zone whose clocks change when the table says. */
export function planOf(budget: Budget, table?: TimeZoneTable): ServicePlan {
  const zones: TimeZones | undefined = table && (() => table);
  const service = language.service("chat", { team: "assist", features: ["support_chat"], slos: { spend: budget } });
  const [plan] = compile(modelOf([service]), zones).services;
  if (!plan) throw new Error("no plan");
  return plan;
}

/** The text of the rules of these names. */
export function rulesNamed({ groups }: ServicePlan, names: readonly string[]): string {
  const nameOf = (rule: Rule) => (rule.kind === "alert" ? rule.alert : rule.record);
  const rules = groups.flatMap((group) => group.rules).filter((rule) => names.includes(nameOf(rule)));
  return ruleFile([{ name: "test", intervalSeconds: 60, rules }]);
}

/** What a recording rule of a plan says, to be asked at a few instants instead of being recorded at all. */
export function exprOf({ groups }: ServicePlan, record: string): string {
  const rules = groups.flatMap((group) => group.rules);
  const rule = rules.find((candidate) => candidate.kind === "recording" && candidate.record === record);
  if (!rule) throw new Error(`no rule ${record}`);
  return `(${print(rule.expr)})`;
}

/** One process: USD of each minute of its life, counted from 0. */
export interface Pod {
  readonly name: string;
  /** USD spent in a minute, the one that ends then. */
  readonly spend: (minute: number) => number;
  /** Minutes after which the process is a new one; what it spent since the last scrape is lost to Prometheus. */
  readonly restarts?: readonly number[];
}

/** What is scraped of a pod each minute from 0 on; nothing in a gap. */
export function scrapes({ spend, restarts = [] }: Pod, minutes: number, gap: (minute: number) => boolean): string {
  const values: string[] = [];
  let counter = 0;
  for (let minute = 0; minute <= minutes; minute++) {
    if (restarts.includes(minute)) counter = spend(minute) / 2;
    else if (minute > 0) counter += spend(minute);
    values.push(gap(minute) ? "_" : String(Number(counter.toFixed(6))));
  }
  return values.join(" ");
}

/** What all pods spent in a stretch of minutes, its first excluded. */
export function truth(pods: readonly Pod[], from: number, to: number): number {
  let sum = 0;
  for (let minute = from + 1; minute <= to; minute++) for (const { spend } of pods) sum += spend(minute);
  return sum;
}

/** At this minute the expression has exactly one value, between these bounds. */
export interface Question {
  readonly minute: number;
  readonly expr: string;
  readonly low: number;
  readonly high: number;
}

/** A test file that asks these questions. One whose answer is out of bounds shows the value there is. */
export function testOf(
  inputs: readonly { readonly series: string; readonly values: string }[],
  questions: readonly Question[],
  stepMinutes = 1,
  inputMinutes = 1,
): string {
  const tests = questions.flatMap(({ minute, expr, low, high }) => [
    { expr: `count(${expr})`, eval_time: `${minute}m`, exp_samples: [{ labels: "{}", value: 1 }] },
    { expr: `${expr} < ${low} or ${expr} > ${high}`, eval_time: `${minute}m`, exp_samples: [] },
  ]);
  const test = { interval: `${inputMinutes}m`, input_series: [...inputs], promql_expr_test: tests };
  return blockYaml({ rule_files: ["rules.yaml"], evaluation_interval: `${stepMinutes}m`, tests: [test] });
}
