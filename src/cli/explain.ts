// `llm-slo explain <service>/<slo>`: what an SLO measures, what its budget is, when each arm fires, and the PromQL.
import Table from "cli-table3";
import { budgetSpent, minutesToDetect } from "../plan/detection.ts";
import type { Arm, ServicePlan, SloPlan } from "../plan/plan.ts";
import { print, printDuration, printNumber } from "../promql/print.ts";
import { explainBudget } from "./explain-budget.ts";
import { readPlans } from "./plans.ts";
import { colorsFor, say, warn, warnOf } from "./terminal.ts";

const assumedPerHour = 1_000;

/** A number of percent people can read. @example percent(0.0144) // "1.44%" */
function percent(share: number): string {
  return `${printNumber(Number((share * 100).toPrecision(3)))}%`;
}

/** Minutes as people say them; "never" where there are none. */
function time(minutes: number | undefined): string {
  if (minutes === undefined) return "never";
  const whole = Math.ceil(minutes);
  return whole < 120 ? `${whole} min` : `${printNumber(Number((whole / 60).toPrecision(3)))} h`;
}

function armFacts(slo: SloPlan, arm: Arm, perHour: number) {
  return {
    arm: arm.name,
    severity: arm.severity,
    windows: `${printDuration(arm.longSeconds)} / ${printDuration(arm.shortSeconds)}`,
    threshold: arm.threshold,
    burnRate: arm.burnRate,
    budgetSpent: budgetSpent(arm, slo),
    outageMinutes: minutesToDetect(arm, 1, perHour),
    burn3Minutes: minutesToDetect(arm, Math.min(1, 3 * slo.budget), perHour),
  };
}

/** The facts of one SLO, as `--format json` prints them. */
function explanation(service: ServicePlan, slo: SloPlan) {
  const perHour = slo.expectedPerHour ?? assumedPerHour;
  const events = (perHour * slo.periodSeconds) / 3_600;
  const rules = service.groups.flatMap(({ rules }) => rules).filter((rule) => rule.slo === slo.id);
  return {
    slo: `${slo.service}/${slo.id}`,
    title: slo.title,
    measures: slo.measures,
    objective: slo.objectiveText,
    period: printDuration(slo.periodSeconds),
    eventsPerHour: perHour,
    eventsPerHourAssumed: slo.expectedPerHour === undefined,
    budget: {
      share: slo.budget,
      badEvents: Math.floor(events * slo.budget),
      minutesOfTotalOutage: (slo.budget * slo.periodSeconds) / 60,
    },
    arms: slo.arms.map((arm) => armFacts(slo, arm, perHour)),
    rules: rules.map((rule) => ({
      name: rule.kind === "alert" ? `${rule.alert} (${rule.labels.arm})` : rule.record,
      expr: print(rule.expr),
    })),
  };
}

type Explanation = ReturnType<typeof explanation>;

function armTable({ arms }: Explanation): string {
  const head = [
    "arm",
    "severity",
    "windows",
    "bad share over",
    "burn rate",
    "budget spent",
    "total outage",
    "burn of 3",
  ];
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const arm of arms) {
    const burn =
      arm.burnRate >= 100 ? printNumber(Math.round(arm.burnRate)) : printNumber(Number(arm.burnRate.toPrecision(3)));
    table.push([
      arm.arm,
      arm.severity,
      arm.windows,
      percent(arm.threshold),
      burn,
      percent(arm.budgetSpent),
      time(arm.outageMinutes),
      time(arm.burn3Minutes),
    ]);
  }
  return table.toString();
}

function text(facts: Explanation): string {
  const colors = colorsFor(process.stdout);
  const unreachable = facts.arms.filter(({ outageMinutes }) => outageMinutes === undefined).map(({ arm }) => arm);
  const assumed = facts.eventsPerHourAssumed ? " (assumed: set expectedPerHour)" : "";
  const warning =
    unreachable.length === 0
      ? []
      : [
          colors.yellow(
            `At ${facts.eventsPerHour} events an hour even a total outage never fires: ${unreachable.join(", ")}.`,
          ),
        ];
  return [
    `${colors.bold(facts.slo)}  ${facts.title}`,
    `Measures ${facts.measures}.`,
    "",
    `Objective  ${facts.objective} over ${facts.period}`,
    `Budget     ${percent(facts.budget.share)}: ${facts.budget.badEvents.toLocaleString("en")} bad events at ${facts.eventsPerHour.toLocaleString("en")} an hour${assumed}, or ${time(facts.budget.minutesOfTotalOutage)} of total outage`,
    "",
    "Times are from the onset, on traffic that was good before, at that rate.",
    armTable(facts),
    ...warning,
    "",
    ...facts.rules.flatMap(({ name, expr }) => [colors.bold(name), expr.replaceAll(/^/gm, "  "), ""]),
  ].join("\n");
}

export interface ExplainOptions {
  readonly slos: string;
  readonly format: "text" | "json";
}

/** Explains one SLO or budget and gives the exit code: 1 where slos/ has problems, 2 where it has no such SLO. */
export async function explain(name: string, { slos, format }: ExplainOptions): Promise<number> {
  const { plans, diagnostics } = await readPlans(slos);
  if (diagnostics.length > 0) {
    warnOf(diagnostics);
    return 1;
  }
  const services = plans[0]?.services ?? [];
  for (const service of services) {
    const budget = service.budgets.find(({ id }) => `${service.id}/${id}` === name);
    if (budget) {
      say(explainBudget(service, budget, format));
      return 0;
    }
    const slo = service.slos.find(({ id }) => `${service.id}/${id}` === name);
    if (!slo) continue;
    const facts = explanation(service, slo);
    say(format === "json" ? JSON.stringify(facts, null, 2) : text(facts));
    return 0;
  }
  const names = services.flatMap(({ id, slos, budgets }) => [...slos, ...budgets].map((one) => `${id}/${one.id}`));
  warn(`There is no SLO ${name}. There are:\n${names.map((known) => `  ${known}`).join("\n")}`);
  return 2;
}
