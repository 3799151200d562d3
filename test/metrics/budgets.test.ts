import { describe, expect, it } from "vitest";
import { localBudgets } from "../../src/metrics/budgets.ts";
import { app, raise } from "./support/app.ts";

const at = (text: string) => Date.parse(text);

describe("a local budget", () => {
  it("adds up what this process spent on the feature today", async () => {
    const { llm } = app({ budgets: { chat: { usd: 0.001 } } });
    const spend = (feature: "chat" | "search") =>
      llm.observe({ feature, model: "gpt-5-mini" }, (call) => call.usage({ input: 1000, output: 100 }));
    expect(llm.budget("chat")).toMatchObject({ limitUsd: 0.001, localSpentTodayUsd: 0, localShareUsed: 0 });
    await spend("chat");
    await spend("search");
    await spend("chat");
    const budget = llm.budget("chat");
    expect(budget?.localSpentTodayUsd).toBeCloseTo(0.0009, 9);
    expect(budget?.localShareUsed).toBeCloseTo(0.9, 9);
    expect(budget?.day).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(llm.budget("search")).toBeUndefined();
  });

  it.each([
    ["UTC", "2026-11-21T23:59:59Z", "2026-11-22T00:00:00Z"],
    ["Europe/Berlin", "2026-11-21T22:59:59Z", "2026-11-21T23:00:00Z"],
    ["Asia/Kolkata", "2026-11-21T18:29:59Z", "2026-11-21T18:30:00Z"],
    ["Asia/Kathmandu", "2026-11-21T18:14:59Z", "2026-11-21T18:15:00Z"],
    ["America/New_York", "2026-11-22T04:59:59Z", "2026-11-22T05:00:00Z"],
  ])("begins anew at midnight in %s", (timeZone, before, midnight) => {
    const budgets = localBudgets({ chat: { usd: 10, timeZone } }, raise);
    budgets.spend("chat", 4, at(before));
    expect(budgets.of("chat", at(before))?.localSpentTodayUsd).toBe(4);
    expect(budgets.of("chat", at(midnight))?.localSpentTodayUsd).toBe(0);
  });

  it("keeps the day of 25 hours whole when summer time ends", () => {
    const budgets = localBudgets({ chat: { usd: 10, timeZone: "Europe/Berlin" } }, raise);
    budgets.spend("chat", 1, at("2026-10-24T22:00:00Z"));
    budgets.spend("chat", 1, at("2026-10-25T22:59:00Z"));
    expect(budgets.of("chat", at("2026-10-25T22:59:59Z"))).toMatchObject({ localSpentTodayUsd: 2, day: "2026-10-25" });
    expect(budgets.of("chat", at("2026-10-25T23:00:00Z"))).toMatchObject({ localSpentTodayUsd: 0, day: "2026-10-26" });
  });

  it("forgets a day nothing was spent on, and follows a clock that is set back", () => {
    const budgets = localBudgets({ chat: { usd: 10 } }, raise);
    budgets.spend("chat", 5, at("2026-11-20T12:00:00Z"));
    expect(budgets.of("chat", at("2026-11-22T12:00:00Z"))?.localSpentTodayUsd).toBe(0);
    expect(budgets.of("chat", at("2026-11-21T12:00:00Z"))?.day).toBe("2026-11-21");
  });

  it.each([
    ["a zone that doesn't exist", { usd: 1, timeZone: "Mars/Olympus" }],
    ["no number", { usd: Number.NaN }],
    ["less than nothing", { usd: -1 }],
    ["a text", { usd: "10" as never }],
    ["nothing at all", null as never],
  ])("of %s is told to onError and left out, alone", async (_, chat) => {
    const { llm, errors } = app({ budgets: { chat, search: { usd: 5 } } });
    expect(errors.map(String)).toEqual([expect.stringMatching(/^RangeError: budgets › chat: /)]);
    expect(llm.budget("chat")).toBeUndefined();
    await llm.observe({ feature: "chat", model: "gpt-5-mini" }, (call) => call.usage({ input: 1, output: 1 }));
    expect(llm.budget("search")?.limitUsd).toBe(5);
  });

  it("of nothing is used up at once", () => {
    const budgets = localBudgets({ chat: { usd: 0 } }, raise);
    expect(budgets.of("chat")?.localShareUsed).toBe(Number.POSITIVE_INFINITY);
  });
});
