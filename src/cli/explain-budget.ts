// A budget of spend for `llm-slo explain`: what it counts, whose calendar it follows, when each alert fires, and the PromQL.
import Table from "cli-table3";
import { spendAlerts as names } from "../plan/conventions.ts";
import type { BudgetPlan, ServicePlan } from "../plan/plan.ts";
import type { AlertRule, Rule } from "../plan/rules.ts";
import { print, printDuration } from "../promql/print.ts";
import { colorsFor } from "./terminal.ts";

/** When each alert of a budget fires, in words. */
function conditions(budget: BudgetPlan): Readonly<Record<string, string>> {
  const [long, short] = [budget.longSeconds, budget.shortSeconds].map(printDuration);
  return {
    [names.used]: "80% is spent",
    [names.course]: `20% is spent, and the last ${long} and the last ${short} both lead above the budget`,
    [names.pace]: budget.pace.map(({ shareText, time }) => `${shareText} is spent before ${time}`).join(", or "),
    [names.exhausted]: "100% is spent",
    [names.blind]: `${budget.examples.unpriced ? "more than 5% of the last hour's requests have no price, or " : ""}spend wasn't seen for more than a minute of the last hour`,
  };
}

function explanation(service: ServicePlan, budget: BudgetPlan) {
  const rules = service.groups.flatMap((group) => group.rules).filter((rule) => rule.slo === budget.id);
  const when = conditions(budget);
  const isAlert = (rule: Rule): rule is AlertRule => rule.kind === "alert";
  return {
    budget: `${service.id}/${budget.id}`,
    title: budget.title,
    period: budget.period,
    usd: budget.usd,
    ...(budget.weekendUsd === undefined ? {} : { weekendUsd: budget.weekendUsd }),
    timeZone: budget.timeZone,
    alerts: rules
      .filter(isAlert)
      .map(({ alert, labels: { severity } }) => ({ alert, severity, when: when[alert] ?? "" })),
    rules: rules.map((rule) => ({ name: isAlert(rule) ? rule.alert : rule.record, expr: print(rule.expr) })),
  };
}

/** Explains one budget. */
export function explainBudget(service: ServicePlan, budget: BudgetPlan, format: "text" | "json"): string {
  const facts = explanation(service, budget);
  if (format === "json") return JSON.stringify(facts, null, 2);
  const { bold } = colorsFor(process.stdout);
  const table = new Table({
    head: ["alert", "severity", "fires when"],
    style: { head: [], border: [], compact: true },
  });
  table.push(...facts.alerts.map(({ alert, severity, when }) => [alert, severity, when]));
  const begins = { day: "at midnight", week: "on Monday at midnight", month: "on the first at midnight" }[
    budget.period
  ];
  return [
    `${bold(facts.budget)}  ${facts.title}`,
    `Counts what requests cost in a calendar ${budget.period}, which begins ${begins} in ${facts.timeZone}.`,
    "",
    table.toString(),
    "",
    ...facts.rules.flatMap(({ name, expr }) => [bold(name), expr.replaceAll(/^/gm, "  "), ""]),
  ].join("\n");
}
