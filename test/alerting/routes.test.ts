import { resolve } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import { readPlans } from "../../src/cli/plans.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { alertsOf } from "../../src/plan/receivers.ts";
import { alertingFolders, installations, type Labels, withoutIntegrations } from "../support/alertmanager.ts";
import { alertingPlan, newerPlan } from "./alerting-plan.ts";

interface RouteTest {
  readonly labels: Labels;
  readonly receivers: readonly string[];
}

const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));
const cases = [...plans, alertingPlan].map((plan, index) => {
  const files = alertmanagerFiles(plan);
  const text = files.find(({ path }) => path.endsWith("routes.test.yaml"))?.content ?? "";
  const name = plan === alertingPlan ? "a plan with every category" : `slos/ ${plans[index]?.environment}`.trim();
  return { name, plan, tests: parse(text) as readonly RouteTest[], files };
});

const install = alertingFolders();

/** What its team chose, read from the plan alone. */
function chosen({ teams }: Plan, { team }: Labels): readonly string[] {
  return teams
    .filter((route) => route.team === team)
    .flatMap(({ receivers, categories }) => [...Object.values(receivers), ...Object.values(categories)]);
}

describe.each(cases)("the route tests of $name", ({ plan, tests }) => {
  it("have one for every alert", () => {
    const key = ({ alertname, category, severity, team }: Labels) => [alertname, category, severity, team].join(" ");
    const tested = new Set(tests.map(({ labels }) => key(labels)));
    const alerts = alertsOf(plan).map(({ alert, labels }) => key({ ...labels, alertname: alert }));
    expect(alerts.filter((alert) => !tested.has(alert))).toEqual([]);
    expect(tests.map(({ labels }) => labels.alertname)).toContain("Watchdog");
  });

  it.runIf(plan.platform)("cover guardrails and the stack itself", () => {
    const tested = (alertname: string) => tests.filter(({ labels }) => labels.alertname === alertname);
    const guarding = alertsOf(plan).filter(({ guardrail }) => guardrail !== undefined);
    for (const { alert } of [...guarding, ...alertsOf({ ...plan, services: [] })])
      expect(tested(alert)).not.toEqual([]);
    for (const { receivers } of tested("Watchdog")) expect(receivers).toEqual(["heartbeat"]);
  });

  it("expect nothing but what the team chose, and the pager for all that is critical", () => {
    for (const { labels, receivers } of tests.filter(({ labels }) => labels.alertname !== "Watchdog")) {
      expect(chosen(plan, labels)).toEqual(expect.arrayContaining([...receivers]));
      const team = plan.teams.find((route) => route.team === labels.team);
      if (labels.severity === "critical") expect(receivers).toContain(team?.receivers.critical);
      else expect(receivers).not.toContain(team?.receivers.critical);
    }
  });
});

describe.each(installations)("amtool ($name)", (installation) => {
  beforeEach(({ skip }) => skip(installation.path === undefined, "no amtool"));

  it("accepts the configuration and its templates", async () => {
    const files = alertmanagerFiles(alertingPlan);
    expect(await install(files).run(installation, "check-config")).toMatch(/1 templates\s+SUCCESS/);
  });

  it.skipIf(!installation.isNew)("accepts webhooks, Microsoft Teams and the heartbeat", async () => {
    for (const { files } of [...cases, { files: alertmanagerFiles(newerPlan) }])
      expect(await install(files).run(installation, "check-config")).toMatch(/1 templates\s+SUCCESS/);
  });

  it.each(cases)("takes every alert of $name to the receivers that its test names", async ({ files, tests }) => {
    const alerting = install(files, withoutIntegrations);
    for (const { labels, receivers } of tests)
      expect([labels, await alerting.receiversOf(installation, labels)]).toEqual([labels, receivers]);
  });

  it.each([
    [{ team: "ml", category: "cost", severity: "critical" }, ["finance", "oncall"]],
    [{ team: "ml", category: "cost", severity: "warning" }, ["finance"]],
    [{ team: "ml", category: "quality", severity: "critical" }, ["judges", "oncall"]],
    [{ team: "ml", category: "quality", severity: "warning" }, ["judges"]],
    [{ team: "ml", category: "slo", severity: "critical" }, ["oncall"]],
    [{ team: "ml", category: "no-data", severity: "warning" }, ["ml-team"]],
    [{ team: "ml", category: "platform", severity: "critical" }, ["oncall"]],
    [
      { alertname: "LlmSpendAnomaly", team: "ml", guardrail: "spend", category: "cost", severity: "warning" },
      ["finance"],
    ],
    [{ alertname: "LlmReloadFailed", team: "ml", category: "platform", severity: "warning" }, ["ml-team"]],
    [{ alertname: "Watchdog", team: "ml", category: "platform", severity: "warning" }, ["heartbeat"]],
    [{ team: "ml", severity: "warning" }, ["ml-team"]],
    [{ team: "ml" }, ["ml-team"]],
    [{ team: "support-tools", category: "cost", severity: "warning" }, ["support-mail"]],
    [{ team: "support-tools", category: "quality", severity: "critical" }, ["oncall"]],
    [{ team: "nobody", severity: "critical" }, ["default"]],
    [{ alertname: "GpuXid", severity: "critical" }, ["default"]],
    [{ alertname: "Watchdog", severity: "warning", team: "ml" }, ["heartbeat"]],
  ] as readonly (readonly [Labels, readonly string[]])[])("takes %o to %o", async (labels, receivers) => {
    const alerting = install(alertmanagerFiles(alertingPlan));
    expect(await alerting.receiversOf(installation, labels)).toEqual(receivers);
  });
});
