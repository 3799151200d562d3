import { resolve } from "node:path";
import { contract } from "@llm-slo/metrics/contract";
import { litellmSource } from "llm-slo";
import { describe, expect, it } from "vitest";
import { runbookFiles } from "../../src/backends/runbooks/runbooks.ts";
import { readPlans } from "../../src/cli/plans.ts";
import { compile } from "../../src/compile/compile.ts";
import { platformName, runbookFile } from "../../src/plan/conventions.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { alertsOf } from "../../src/plan/receivers.ts";
import { inspect } from "../../src/promql/inspect.ts";
import { print } from "../../src/promql/print.ts";
import { alertingPlan } from "../alerting/alerting-plan.ts";
import { language, modelOf } from "../support/model.ts";

const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));

function runbook(service: string, alert: string, plan: Plan = alertingPlan): string {
  const file = runbookFiles(plan).find(({ path }) => path === `runbooks/${runbookFile(service, alert)}`);
  return file?.content ?? "";
}

/** The anchors of a Markdown text's headings, as Git hosts make them. */
function anchorsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
}

function withoutPlatform({ platform: _, ...plan }: Plan): Plan {
  return plan;
}

/** The links of an alert, once for each SLO that its label can name. */
function linksOf(plan: Plan): readonly string[] {
  const ofServices = plan.services.flatMap((service) =>
    alertsOf({ ...withoutPlatform(plan), services: [service] }).flatMap(({ annotations }) =>
      service.slos.map(({ id }) => annotations.runbook_url.replace("{{ $labels.slo }}", id)),
    ),
  );
  const ofStack = alertsOf({ ...plan, services: [] }).map(({ annotations }) => annotations.runbook_url);
  return [...ofServices, ...ofStack];
}

describe("runbooks", () => {
  it.each([...plans, alertingPlan])("are where the alerts of a plan link to, with the very heading", (plan) => {
    const files = new Map(runbookFiles(plan).map(({ path, content }) => [path.replace("runbooks/", ""), content]));
    expect(linksOf(plan).length).toBeGreaterThan(0);
    for (const url of linksOf(plan)) {
      const [, path = "", anchor] = /\/([^/]+\/[^/#]+\.md)(?:#(.*))?$/.exec(url) ?? [];
      expect([...files.keys()]).toContain(path);
      const anchors = anchorsOf(files.get(path) ?? "");
      expect(new Set(anchors).size).toBe(anchors.length);
      if (anchor !== undefined) expect(anchors).toContain(anchor);
    }
  });

  it.each(plans)("are one for each kind of alert of each service and the stack, and no others", (plan) => {
    const wanted = linksOf(plan).map((url) => /\/([^/]+\/[^/#]+\.md)(?:#.*)?$/.exec(url)?.[1]);
    const files = runbookFiles(plan).map(({ path }) => path.replace("runbooks/", ""));
    expect(new Set(files)).toEqual(new Set(wanted));
    expect(new Set(files).size).toBe(files.length);
  });

  it.each(plans)("say of every alert what it means, what to check, what it may be, and whom to call", (plan) => {
    for (const { content } of runbookFiles(plan)) {
      for (const title of ["What it means", "Impact", "Check first", "Likely causes", "Mitigate", "Escalate"])
        expect(content).toContain(`\n## ${title}\n`);
      expect(content).toMatch(/\| (critical|warning) \| \S/);
      expect(content).not.toMatch(/\{\{|\$labels|undefined/);
    }
  });

  it.each(["LlmErrorBudgetBurn", "LlmTargetsDown"])("say what %s means and what to do", async (alert) => {
    await expect(runbook("rag-pipeline", alert)).toMatchFileSnapshot(`../golden/runbooks/${alert}.md`);
  });

  it("end with one newline and leave no empty section or double empty line", () => {
    for (const { content } of runbookFiles(alertingPlan)) {
      expect(content).toMatch(/[^\n]\n$/);
      expect(content).not.toMatch(/\n\n\n/);
      expect(content).not.toMatch(/^## .*\n\n(##|$)/m);
    }
  });

  it("fill the service and the SLO into their queries", () => {
    const text = runbook("rag-pipeline", "LlmErrorBudgetBurn");
    expect(text).toContain('slo:sli_error:ratio_rate1h{service="rag-pipeline", slo="ingest"}');
    expect(text).not.toContain("slo:sli_error:ratio_rate1h\n");
  });

  it("fill the job and the features into queries of the apps' own series", () => {
    const [plan] = plans;
    if (!plan) throw new Error("slos/ has no plan");
    expect(runbook("rag-pipeline", "LlmTargetsDown", plan)).toContain('sum by (job) (up{job="rag-pipeline"})');
    expect(runbook("rag-pipeline", "LlmRequestsStalled", plan)).toContain(
      'llm_inflight_requests{feature="rag_pipeline"}',
    );
  });

  it.each(plans)("hold queries that Prometheus can read, of series that exist", (plan) => {
    const groups = [...plan.services, ...(plan.platform ? [plan.platform] : [])].flatMap((of) => of.groups);
    const rules = groups.flatMap((group) => group.rules);
    const recorded = rules.flatMap((rule) => (rule.kind === "recording" ? [rule.record] : []));
    const published = Object.entries(contract).flatMap(([name, { type }]) =>
      type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
    );
    const watched = alertsOf({ ...plan, services: [] }).flatMap(({ expr }) => inspect(print(expr)).selectors);
    const known = new Set([...recorded, ...published, ...watched.map(({ metric }) => metric), "up", "ALERTS"]);
    const queries = runbookFiles(plan).flatMap(({ content }) => [...content.matchAll(/```promql\n([\s\S]*?)\n```/g)]);
    expect(queries.length).toBeGreaterThan(500);
    for (const query of new Set(queries.map(([, text = ""]) => text))) {
      const { problems, selectors } = inspect(query);
      expect([query, problems]).toEqual([query, []]);
      for (const { metric } of selectors) expect(known, query).toContain(metric);
    }
  });

  it("name in their words no series of the app's own: another source has others", () => {
    for (const { content } of plans.flatMap(runbookFiles))
      expect(content.replaceAll(/```promql\n[\s\S]*?\n```/g, "")).not.toMatch(/\bllm_\w+/);
  });

  it("split the bad share of an SLO by what tells its requests apart", () => {
    const [plan] = plans;
    if (!plan) throw new Error("slos/ has no plan");
    expect(runbook("rag-pipeline", "LlmErrorBudgetBurn", plan)).toContain(
      "Bad share by model and provider:\n\n```promql\n(\n  sum by (model, provider)",
    );
    const latency = runbook("rag-pipeline", "LlmLatencyBudgetBurn", plan);
    expect(latency).toContain("- on (model, provider) sum by (model, provider)");
    expect(runbook("rag-pipeline", "LlmHallucinationBudgetBurn", plan)).not.toContain("Bad share by");
  });

  it("show what a service does now, as far as its source tells", () => {
    const proxied = litellmSource({ features: ["search"], models: ["gpt-5-mini"], featureLabel: "team_alias" });
    const { service, errorRate } = language.onSource(proxied);
    const search = service("search", {
      team: "assist",
      features: ["search"],
      slos: { errors: errorRate({ below: "1%" }) },
    });
    const text = runbook("search", "LlmErrorBudgetBurn", compile(modelOf([search])));
    expect(text).toContain('sum by (requested_model) (increase(litellm_spend_metric_total{team_alias="search"}[1h]))');
    expect(text).toContain("Bad share by requested_model");
    expect(text).not.toMatch(/Retries per second|Judged items/);
  });

  it("show the query an SLO is made of, to be split by its labels", () => {
    const [plan] = plans;
    if (!plan) throw new Error("slos/ has no plan");
    expect(runbook("rag-pipeline", "LlmErrorBudgetBurn", plan)).toContain(
      'sum(rate(llm_requests_total{feature="rag_pipeline", status=~"error|timeout|rate_limited"}[5m]))',
    );
  });

  it("have every SLO of the service where a label says which it is", () => {
    const text = runbook("rag-pipeline", "LlmSliMissing");
    for (const slo of ["errors", "ingest", "grounded", "cost"]) expect(text).toContain(`\n## SLO ${slo}\n`);
    expect(text).toContain("(https://grafana.example.com/d/llm-slo__slo?var-service=rag-pipeline&var-slo=ingest)");
    expect(text).not.toContain("| Arm |");
  });

  it("name who hears of each severity, where and when, and who is next", () => {
    const cost = runbook("rag-pipeline", "LlmRequestCostBudgetBurn");
    expect(cost).toContain("| critical | finance (Opsgenie), oncall (PagerDuty) | at any time |");
    expect(cost).toContain("| warning | finance (Opsgenie) | at any time |");
    const quality = runbook("rag-pipeline", "LlmHallucinationBudgetBurn");
    expect(quality).toContain("| warning | judges (Slack #llm-judges) | in business hours |");
    const missing = runbook("ticket-classifier", "LlmSliMissing");
    expect(missing).toContain("| warning | support-mail (mail to support@example.com) | in business hours |");
    expect(missing).toContain("Where nobody answers, or it gets worse: oncall (PagerDuty).");
  });

  it("say of guardrails when they fire, with the very expression", () => {
    const text = runbook("rag-pipeline", "LlmSpendAnomaly", plans[0]);
    expect(text).toMatch(/\| spend \| more than 3 times the usual cost \| the last hour's costs .* \| warning \|/);
    expect(text).toContain('feature_model:llm_cost_usd:increase1h{service="rag-pipeline", guardrail="spend"}');
    expect(text).toContain("| warning | llm-costs (Microsoft Teams) | at any time |");
  });

  it("say of the stack's own alerts when they fire, and that the Watchdog is heard all the time", () => {
    const text = runbook(platformName, "LlmReloadFailed", plans[0]);
    expect(text).toContain("# LlmReloadFailed: the stack\n");
    expect(text).toContain(
      "| alertmanager-reload-failed | Alertmanager refuses its configuration for 10 minutes | warning |",
    );
    expect(text).toContain("min by (instance) (alertmanager_config_last_reload_successful) == 0");
    expect(text).toContain("The team ml answers for the stack.");
    expect(runbook(platformName, "Watchdog", plans[0])).toContain("| warning | heartbeat (webhook) | at any time |");
  });

  it("are of the service where its contract is the matter", () => {
    const text = runbook("ticket-classifier", "LlmContractMismatch", plans[0]);
    expect(text).toContain("| contract-ticket-classifier |");
    expect(text).not.toContain("rag-pipeline");
  });

  it("add the checks of single SLOs once", () => {
    const text = runbook("rag-pipeline", "LlmErrorBudgetBurn");
    expect(text.match(/Which kind of error/g)).toHaveLength(1);
    expect(text).toContain("2. Is the document store full?");
  });

  it("keep bars and line breaks of an SLO's words inside their table cell", () => {
    expect(runbook("rag-pipeline", "LlmErrorBudgetBurn")).toContain("| failed \\| skipped jobs below 1% |");
  });
});
