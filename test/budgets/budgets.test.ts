// What a budget becomes: how many rules, which alerts, which words.
import { describe, expect, it } from "vitest";
import { calendarNotes } from "../../src/cli/calendar-notes.ts";
import { explainBudget } from "../../src/cli/explain-budget.ts";
import { compile } from "../../src/compile/compile.ts";
import type { Budget } from "../../src/slo/budget.ts";
import { language, modelOf } from "../support/model.ts";
import { planOf } from "./spend.ts";

const { dailyBudget, weeklyBudget, monthlyBudget, service } = language;

const rulesOf = (budget: Budget) => planOf(budget).groups.flatMap(({ rules }) => rules);
const isCalendar = (rule: ReturnType<typeof rulesOf>[number]) =>
  rule.kind === "recording" && rule.record.startsWith("calendar:");
const severities = (budget: Budget) =>
  rulesOf(budget).flatMap((rule) => (rule.kind === "alert" ? [`${rule.alert} ${rule.labels.severity}`] : []));

describe("a budget", () => {
  it.each([
    dailyBudget({ usd: 50, weekend: 20, pace: { "50%": "12:00", "90%": "20:00" } }),
    weeklyBudget({ usd: 50 }),
    monthlyBudget({ usd: 50 }),
  ])("takes at most 12 rules besides its calendar's (a $period)", (budget) => {
    expect(rulesOf(budget).filter((rule) => !isCalendar(rule)).length).toBeLessThanOrEqual(12);
  });

  it("pages when it is exhausted, unless told not to", () => {
    expect(severities(monthlyBudget({ usd: 50 }))).toEqual([
      "LlmSpendBudgetMostlyUsed warning",
      "LlmSpendBudgetOnCourseToExceed warning",
      "LlmSpendBudgetExhausted critical",
      "LlmSpendBlind warning",
    ]);
    expect(severities(monthlyBudget({ usd: 50, severity: "warning" }))).toContain("LlmSpendBudgetExhausted warning");
  });

  it("follows its own time zone, else the stack's, else UTC", () => {
    const slos = { own: dailyBudget({ usd: 1, timeZone: "Asia/Kolkata" }), other: dailyBudget({ usd: 1 }) };
    const zonesIn = (stack: object) => {
      const chat = service("chat", { team: "assist", features: ["support_chat"], slos });
      return compile(modelOf([chat], stack)).services[0]?.budgets.map(({ id, timeZone }) => `${id} ${timeZone}`);
    };
    expect(zonesIn({})).toEqual(["other UTC", "own Asia/Kolkata"]);
    expect(zonesIn({ timeZone: "Europe/Berlin" })).toEqual(["other Europe/Berlin", "own Asia/Kolkata"]);
  });

  it("is explained: what it counts, whose days, and when it alerts", () => {
    const plan = planOf(dailyBudget({ usd: 50, weekend: 20, timeZone: "Europe/Berlin", pace: { "90%": "20:00" } }));
    const [budget] = plan.budgets;
    if (!budget) throw new Error("no budget");
    const text = explainBudget(plan, budget, "text");
    expect(text).toContain("chat/spend");
    expect(text).toContain("50 USD a day, 20 USD at weekends");
    expect(text).toContain("begins at midnight in Europe/Berlin");
    expect(text).toContain("90% is spent before 20:00");
    expect(JSON.parse(explainBudget(plan, budget, "json"))).toMatchObject({ usd: 50, weekendUsd: 20, period: "day" });
  });
});

describe("the note on summer time", () => {
  const plans = (timeZone: string) => {
    const slos = { spend: dailyBudget({ usd: 1, timeZone }) };
    return [compile(modelOf([service("chat", { team: "assist", features: ["support_chat"], slos })]))];
  };

  it("comes within a year of the end of what the rules know", () => {
    expect(calendarNotes(plans("Europe/Berlin"), 2039)).toEqual([]);
    expect(calendarNotes(plans("Europe/Berlin"), 2040)).toEqual([
      "The rules know the summer time of Europe/Berlin until the end of 2040. Update llm-slo and run synth.",
    ]);
  });

  it("never comes where there is none", () => {
    expect(calendarNotes(plans("UTC"), 2060)).toEqual([]);
  });
});
