// `llm-slo explain <service>/<slo>`: what an SLO measures, what its budget is, when each arm fires, and the PromQL.
import Table from "cli-table3";
import { platformName } from "../plan/conventions.ts";
import { budgetSpent, heartbeatSeconds, minimumJudgedItems, minutesToDetect } from "../plan/detection.ts";
import type { GuardrailPlan } from "../plan/guardrail-plan.ts";
import type { Arm, EvaluationPlan, Plan, ServicePlan, SloPlan } from "../plan/plan.ts";
import type { PlatformAlert } from "../plan/platform-plan.ts";
import type { Rule } from "../plan/rules.ts";
import { print, printDuration, printNumber } from "../promql/print.ts";
import { explainBudget } from "./explain-budget.ts";
import { readPlans } from "./plans.ts";
import { colorsFor, say, warn, warnOf } from "./terminal.ts";

const assumedPerHour = 1_000;
const assumedPerBatch = 50;

function assumedFor({ evaluation }: SloPlan): number {
  return evaluation ? (assumedPerBatch * 3_600) / evaluation.cadenceSeconds : assumedPerHour;
}

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
  const { evaluation } = slo;
  return {
    arm: arm.name,
    severity: arm.severity,
    windows: `${printDuration(arm.longSeconds)} / ${printDuration(arm.shortSeconds)}`,
    threshold: arm.threshold,
    burnRate: arm.burnRate,
    budgetSpent: budgetSpent(arm, slo),
    outageMinutes: minutesToDetect(arm, 1, perHour, evaluation),
    burn3Minutes: minutesToDetect(arm, Math.min(1, 3 * slo.budget), perHour, evaluation),
  };
}

function nameOf(rule: Rule): string {
  if (rule.kind === "recording") return rule.record;
  return rule.labels.arm === undefined ? rule.alert : `${rule.alert} (${rule.labels.arm})`;
}

function evaluationFacts(evaluation: EvaluationPlan) {
  const { evaluator, cadenceSeconds } = evaluation;
  return {
    evaluator,
    every: printDuration(cadenceSeconds),
    stoppedAfter: printDuration(2 * heartbeatSeconds(evaluation)),
    itemsNeeded: minimumJudgedItems,
  };
}

/** The facts of one SLO, as `--format json` prints them. */
function explanation(service: ServicePlan, slo: SloPlan) {
  const perHour = slo.expectedPerHour ?? assumedFor(slo);
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
    ...(slo.evaluation ? { evaluation: evaluationFacts(slo.evaluation) } : {}),
    arms: slo.arms.map((arm) => armFacts(slo, arm, perHour)),
    rules: rules.map((rule) => ({
      name: nameOf(rule),
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

function judgedBy({ evaluation }: Explanation): readonly string[] {
  if (!evaluation) return [];
  const { evaluator, every, stoppedAfter, itemsNeeded } = evaluation;
  return [
    `Judged by  ${evaluator}, a batch every ${every}. An arm needs ${itemsNeeded} judged items in its long window. Without a batch for ${stoppedAfter} the`,
    "           evaluator counts as stopped: that is an alert, and no quality alert begins.",
  ];
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
    ...judgedBy(facts),
    "",
    "Times are from the onset, on traffic that was good before, at that rate.",
    armTable(facts),
    ...warning,
    "",
    ...facts.rules.flatMap(({ name, expr }) => [colors.bold(name), expr.replaceAll(/^/gm, "  "), ""]),
  ].join("\n");
}

/** The facts of an alert that is no SLO's. */
interface AlertExplanation {
  readonly alert: string;
  readonly title: string;
  readonly severity: string;
  readonly team: string;
  readonly conditions: readonly string[];
  readonly rules: readonly { readonly name: string; readonly expr: string }[];
}

const ruleFacts = (rule: Rule) => ({ name: rule.kind === "alert" ? rule.alert : rule.record, expr: print(rule.expr) });

function guardrailExplanation({ team, groups }: ServicePlan, guardrail: GuardrailPlan): AlertExplanation {
  const { service, id, title, severity, conditions } = guardrail;
  const rules = groups.flatMap((group) => group.rules).filter((rule) => rule.guardrail === id);
  return { alert: `${service}/${id}`, title, severity, team, conditions, rules: rules.map(ruleFacts) };
}

function platformExplanation({ id, condition, rule }: PlatformAlert): AlertExplanation {
  const { severity, team } = rule.labels;
  const name = `${platformName}/${id}`;
  return { alert: name, title: rule.alert, severity, team, conditions: [condition], rules: [ruleFacts(rule)] };
}

function alertLines({ alert, title, severity, team, conditions, rules }: AlertExplanation): string {
  const colors = colorsFor(process.stdout);
  return [
    `${colors.bold(alert)}  ${title}`,
    `A ${severity} alert of the team ${team}. It fires where`,
    ...conditions.map((condition) => `  ${condition}`),
    "",
    ...rules.flatMap(({ name, expr }) => [colors.bold(name), expr.replaceAll(/^/gm, "  "), ""]),
  ].join("\n");
}

function alertsOf({ services, platform }: Plan): readonly AlertExplanation[] {
  return [
    ...services.flatMap((service) => service.guardrails.map((guardrail) => guardrailExplanation(service, guardrail))),
    ...(platform?.alerts ?? []).map(platformExplanation),
  ];
}

export interface ExplainOptions {
  readonly slos: string;
  readonly format: "text" | "json";
}

/** Explains one SLO, budget, guardrail or alert of the stack, and gives the exit code: 1 where slos/ has problems, 2 where it has no such one. */
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
  const alerts = plans[0] ? alertsOf(plans[0]) : [];
  const found = alerts.find(({ alert }) => alert === name);
  if (found) {
    say(format === "json" ? JSON.stringify(found, null, 2) : alertLines(found));
    return 0;
  }
  const there = services.flatMap(({ id, slos, budgets }) => [...slos, ...budgets].map((one) => `${id}/${one.id}`));
  const names = [...there, ...alerts.map(({ alert }) => alert)];
  warn(`There is no SLO ${name}. There are:\n${names.map((known) => `  ${known}`).join("\n")}`);
  return 2;
}
