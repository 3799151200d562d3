// What a calendar day is said to have cost, against what it did cost.
import { beforeEach, describe, expect, it } from "vitest";
import { calendarRecords, spendAlerts, spendRecords } from "../../src/plan/conventions.ts";
import { language, promtool, promtools } from "../support/model.ts";
import { exprOf, minutesOf, type Pod, planOf, type Question, rulesNamed, scrapes, testOf, truth } from "./spend.ts";

const plan = planOf(language.dailyBudget({ usd: 50 }));
const { rate, increase, budget } = spendRecords;
const rules = rulesNamed(plan, [...Object.values(calendarRecords), rate, increase, budget, spendAlerts.blind]);
const spent = exprOf(plan, spendRecords.spent);
const series = (pod: string) => `llm_cost_usd_total{feature="support_chat", model="gpt-5-mini", instance="${pod}"}`;

async function answers(
  path: string,
  pods: readonly Pod[],
  minutes: number,
  questions: readonly Question[],
  gap: (minute: number) => boolean = () => false,
): Promise<string> {
  const inputs = pods.map((pod) => ({ series: series(pod.name), values: scrapes(pod, minutes, gap) }));
  const files = { "rules.yaml": rules, "test.yaml": testOf(inputs, questions) };
  return promtool(path, ["test", "rules", "test.yaml"], files);
}

const within = (share: number, minute: number, usd: number): Question => ({
  minute,
  expr: spent,
  low: usd * (1 - share),
  high: usd * (1 + share),
});
const blindAt = (minute: number): Question => ({ minute, expr: `ALERTS{alertstate="firing"}`, low: 1, high: 1 });
const quietUntil = (minute: number): Question => ({
  minute,
  expr: `count(count_over_time(ALERTS{alertstate="firing"}[${minute}m])) or vector(0)`,
  low: 0,
  high: 0,
});

describe.each(promtools)("spend on $name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  it("of calendar days is within 1 % of the truth over a week with three pods, two restarts and a gap", async () => {
    const pods: readonly Pod[] = [
      { name: "a", spend: () => 0.01, restarts: [minutesOf(1) + 700] },
      { name: "b", spend: () => 0.013, restarts: [minutesOf(4) + 333] },
      { name: "c", spend: () => 0.007 },
    ];
    const gapFrom = minutesOf(2) + 600;
    const days = [1, 2, 3, 4, 5, 6, 7];
    const questions = days.flatMap((day) => [
      within(0.01, minutesOf(day) - 720, truth(pods, minutesOf(day - 1), minutesOf(day) - 720)),
      within(0.01, minutesOf(day) - 1, truth(pods, minutesOf(day - 1), minutesOf(day) - 1)),
    ]);
    const gap = (minute: number) => minute >= gapFrom && minute < gapFrom + 3;
    expect(await answers(path, pods, minutesOf(7), [...questions, quietUntil(minutesOf(7) - 1)], gap)).toContain(
      "SUCCESS",
    );
  }, 300_000);

  it("carries no more than one recording interval over midnight", async () => {
    const pods: readonly Pod[] = [{ name: "a", spend: (minute) => (minute <= minutesOf(1) ? 0.1 : 0) }];
    const questions = [6, 10, 60, 600].map((minute) => ({
      minute: minutesOf(1) + minute,
      expr: spent,
      low: 0,
      high: 0.5,
    }));
    expect(await answers(path, pods, minutesOf(2), questions)).toContain("SUCCESS");
  }, 60_000);

  it.each([
    { of: "one model", where: { model: "gpt-5-mini" }, usd: 0.03 },
    { of: "one tenant", where: { tenant: "paid" }, usd: 0.05 },
    { of: "one model of one tenant", where: { model: "gpt-5-mini", tenant: "paid" }, usd: 0.01 },
  ] as const)("of $of is that of its requests alone", async ({ where, usd }) => {
    const minutes = 240;
    const of = (model: string, tenant: string, each: number) => ({
      series: `llm_cost_usd_total{feature="support_chat", model="${model}", tenant="${tenant}"}`,
      values: `0+${each}x${minutes}`,
    });
    const inputs = [
      of("gpt-5-mini", "paid", 0.01),
      of("gpt-5-mini", "free", 0.02),
      of("claude-sonnet-5", "paid", 0.04),
      of("claude-sonnet-5", "free", 0.08),
    ];
    const own = planOf(language.dailyBudget({ usd: 50, where }));
    const files = {
      "rules.yaml": rulesNamed(own, [...Object.values(calendarRecords), rate, increase]),
      "test.yaml": testOf(inputs, [within(0.02, minutes, minutes * usd)]),
    };
    expect(await promtool(path, ["test", "rules", "test.yaml"], files)).toContain("SUCCESS");
  });

  it.each([1, 13, 25, 37, 49])(
    "in one lump an hour, %d minutes past, is within 2 % of the truth",
    async (phase) => {
      const pods: readonly Pod[] = [{ name: "a", spend: (minute) => (minute % 60 === phase ? 115 : 0) }];
      const questions = [1].map((day) =>
        within(0.02, minutesOf(day) - 1, truth(pods, minutesOf(day - 1), minutesOf(day))),
      );
      expect(await answers(path, pods, minutesOf(2), questions)).toContain("SUCCESS");
    },
    60_000,
  );

  it.each([6, 10, 45])(
    "is said to be blind where scrapes fail for %d minutes, until the hour is complete",
    async (minutes) => {
      const pods: readonly Pod[] = [{ name: "a", spend: () => 0.01 }];
      const gap = (minute: number) => minute > 200 && minute < 200 + minutes;
      const questions = [quietUntil(199), blindAt(200 + minutes + 10), blindAt(255), { ...quietUntil(0), minute: 340 }];
      questions[3] = { minute: 340, expr: `count(ALERTS{alertstate="firing"}) or vector(0)`, low: 0, high: 0 };
      expect(await answers(path, pods, 340, questions, gap)).toContain("SUCCESS");
    },
  );
});
