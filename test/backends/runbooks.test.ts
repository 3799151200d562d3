import { describe, expect, it } from "vitest";
import { runbookFiles } from "../../src/backends/runbooks/runbooks.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { alertingPlan } from "./alerting-plan.ts";

function runbook(alert: string, plan: Plan = alertingPlan): string {
  const file = runbookFiles(plan).find(({ path }) => path === `runbooks/${alert}.md`);
  return file?.content ?? "";
}

describe("runbooks", () => {
  it("are one file per kind of alert, where the alert's runbook_url ends", () => {
    expect(runbookFiles(alertingPlan).map(({ path }) => path)).toEqual(
      alertingPlan.alertKinds.map(({ alert }) => `runbooks/${alert}.md`),
    );
  });

  it.each(["LlmErrorBudgetBurn", "LlmTargetsDown"])("say what %s means and what to do", async (alert) => {
    await expect(runbook(alert)).toMatchFileSnapshot(`../golden/runbooks/${alert}.md`);
  });

  it("end with one newline and leave no empty section or double empty line", () => {
    for (const { content } of runbookFiles(alertingPlan)) {
      expect(content).toMatch(/[^\n]\n$/);
      expect(content).not.toMatch(/\n\n\n/);
      expect(content).not.toMatch(/^## .*\n\n(##|$)/m);
    }
  });

  it("list the SLOs that an alert burns for, and the teams of their services alone", () => {
    const [first, ...others] = alertingPlan.services;
    const unrelated = others.map((service) => ({ ...service, slos: [], groups: [] }));
    const text = runbook("LlmErrorBudgetBurn", {
      ...alertingPlan,
      services: [...(first ? [first] : []), ...unrelated],
    });
    expect(text).toContain(
      "| rag-pipeline | [errors](https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors) |",
    );
    expect(text).not.toContain("ticket-classifier");
    expect(text).not.toContain("support-tools");
  });

  it("list services for alerts about a service, linked without what depends on the alert's labels", () => {
    const text = runbook("LlmSliMissing");
    expect(text).toContain("| [rag-pipeline](https://grafana.example.com/d/slo-rag-pipeline) |");
    expect(text).not.toContain("{{");
    expect(text).not.toContain("When it fires");
  });

  it("name the channel of every receiver", () => {
    expect(runbook("LlmTargetsDown")).toContain("| ml | oncall (PagerDuty) | ml-team (Slack #llm-quality) |");
    expect(runbook("LlmTargetsDown")).toContain("support-mail (mail to support@example.com)");
  });

  it("add the checks of single SLOs once", () => {
    const text = runbook("LlmErrorBudgetBurn");
    expect(text.match(/Which kind of error/g)).toHaveLength(1);
    expect(text).toContain("2. Is the document store full?");
  });

  it("keep bars and line breaks of an SLO's words inside their table cell", () => {
    expect(runbook("LlmErrorBudgetBurn")).toContain("| failed \\| skipped jobs below 1% |");
  });
});
