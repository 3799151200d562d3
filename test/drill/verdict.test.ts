// A verdict must be able to be bad: what was told is held against the plan, not against the routes.
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type Incident, incidents } from "../../drill/incidents.ts";
import type { Delivery } from "../../drill/mailbox.ts";
import { isOver, judge } from "../../drill/verdict.ts";
import { readPlans } from "../../src/cli/plans.ts";
import type { Plan } from "../../src/plan/plan.ts";

const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));
const [plan] = plans as readonly [Plan];
const incident: Incident = {
  ...incidents.errors,
  expected: [{ alert: "LlmErrorBudgetBurn", service: "rag-pipeline", severity: "critical" }],
};

const errors = { alertname: "LlmErrorBudgetBurn", service: "rag-pipeline", slo: "errors" };
const page = { ...errors, severity: "critical", category: "slo", team: "ml", arm: "fast" };
const other = { ...page, arm: "medium" };

let clock = 1_000;
function message(receiver: string, status: Delivery["status"], labels: Delivery["labels"]): Delivery {
  clock += 1;
  return { atSeconds: clock, receiver, status, labels, summary: "" };
}
const heartbeat = message("heartbeat", "firing", { alertname: "Watchdog", severity: "warning", team: "ml" });
const good = [heartbeat, message("oncall", "firing", page), message("oncall", "resolved", page)];
const problemsOf = (deliveries: readonly Delivery[]) => judge(plan, incident, deliveries).problems;

describe("the verdict of a drill", () => {
  it("is good where the right receiver was told of it and of its end, and knows when", () => {
    expect(problemsOf(good)).toEqual([]);
    const [told] = judge(plan, incident, good).told;
    expect(told).toMatchObject({ receiver: "oncall", firingAt: good[1]?.atSeconds, resolvedAt: good[2]?.atSeconds });
  });

  it("is bad where nobody was told", () => {
    expect(problemsOf([heartbeat])).toEqual(["oncall was never told of LlmErrorBudgetBurn of rag-pipeline"]);
  });

  it("is bad where the end was not told, also of one arm of several", () => {
    const open = [...good, message("oncall", "firing", other)];
    expect(isOver(plan, incident, open)).toBe(false);
    expect(problemsOf(open)).toEqual([
      "oncall was never told that LlmErrorBudgetBurn of rag-pipeline is over",
      "oncall was never told that critical LlmErrorBudgetBurn of rag-pipeline/errors is over",
    ]);
    const over = [...open, message("oncall", "resolved", other)];
    expect(isOver(plan, incident, over)).toBe(true);
    expect(problemsOf(over)).toEqual([]);
  });

  it("is bad where a receiver was told whose alert it isn't", () => {
    expect(
      problemsOf([...good, message("support-tools", "firing", page), message("support-tools", "resolved", page)]),
    ).toEqual(["support-tools was told of critical LlmErrorBudgetBurn of rag-pipeline/errors, which isn't theirs"]);
    expect(problemsOf([...good, message("heartbeat", "firing", page), message("heartbeat", "resolved", page)])).toEqual(
      ["heartbeat was told of critical LlmErrorBudgetBurn of rag-pipeline/errors, which isn't theirs"],
    );
  });

  it("is bad where somebody was told of what the incident doesn't cause", () => {
    const labels = { ...page, alertname: "LlmTargetsDown", severity: "warning" };
    expect(problemsOf([...good, message("ml-team", "firing", labels)])).toEqual([
      "ml-team was told of warning LlmTargetsDown of rag-pipeline/errors, which this incident doesn't cause",
    ]);
  });

  it("lets warnings go on, and names what was told besides", () => {
    const slow = { ...page, alertname: "LlmAvailabilityBudgetBurn", severity: "warning", arm: "drift" };
    const verdict = judge(plan, incident, [...good, message("ml-team", "firing", slow)]);
    expect(verdict.problems).toEqual([]);
    expect(verdict.others).toEqual(["LlmAvailabilityBudgetBurn to ml-team"]);
  });

  it("is bad where the heartbeat was silent", () => {
    expect(problemsOf(good.slice(1))).toEqual(["the heartbeat was never heard"]);
  });

  it("knows every alert that an incident must tell of", () => {
    for (const one of Object.values(incidents)) expect(() => judge(plan, one, [])).not.toThrow();
  });
});
