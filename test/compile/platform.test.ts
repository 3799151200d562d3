import { litellmSource, type Service } from "llm-slo";
import { describe, expect, it } from "vitest";
import { ruleFiles } from "../../src/backends/prometheus/rules.ts";
import { runbookFiles } from "../../src/backends/runbooks/runbooks.ts";
import { compile } from "../../src/compile/compile.ts";
import { estimateCost } from "../../src/compile/cost.ts";
import { outageAlert, platformName, runbookFile } from "../../src/plan/conventions.ts";
import { num } from "../../src/promql/build.ts";
import { inspect } from "../../src/promql/inspect.ts";
import { print } from "../../src/promql/print.ts";
import { language, modelOf, type TestStack } from "../support/model.ts";

const { errorRate, service, queueDepth } = language;
const chat = service("support-chat", {
  team: "assist",
  features: ["support_chat"],
  slos: { errors: errorRate({ below: "1%" }) },
  guardrails: {
    queue: queueDepth({ above: 10 }),
    "long-queue": queueDepth({ above: 100, severity: "critical" }),
  },
});
const planOf = (platform?: TestStack["platform"], stack: TestStack = {}) =>
  compile(modelOf([chat], { ...stack, ...(platform ? { platform } : {}) }));
const whole = planOf({ team: "assist", gpu: true });
const rules = whole.platform?.alerts.map(({ rule }) => rule) ?? [];
const namesOf = (plan: typeof whole) => [...new Set(plan.platform?.alerts.map(({ rule }) => rule.alert))];

describe("what watches the stack", () => {
  it("is there where the stack says who answers for it", () => {
    expect(planOf().platform).toBeUndefined();
    expect(namesOf(whole)).toContain("Watchdog");
  });

  it("leaves out what the stack doesn't have, and GPUs unless it says so", () => {
    const all = { prometheus: false, alertmanager: false, collector: false, kubernetes: false, contract: false };
    expect(namesOf(planOf({ team: "assist" })).filter((name) => name.startsWith("LlmGpu"))).toEqual([]);
    expect(namesOf(planOf({ team: "assist", ...all, contract: true }))).toEqual(["LlmContractMismatch"]);
    const none = planOf({ team: "assist", ...all });
    expect(ruleFiles(none).map(({ path }) => path)).toEqual(["prometheus/rules/support-chat.yaml"]);
  });

  it("has a rule file whose name no service can take", () => {
    const paths = ruleFiles(whole).map(({ path }) => path);
    expect(paths).toEqual(["prometheus/rules/support-chat.yaml", "prometheus/rules/_platform.yaml"]);
    const taken = () => modelOf([{ ...chat, id: "_platform" }]);
    expect(taken).toThrow("[invalid-id]");
  });

  it("says who answers, what happened and where to look; a contract's team is that of its service", () => {
    for (const { alert, labels, annotations } of rules) {
      expect(alert).toMatch(/^(Llm([A-Z][a-z]+)+|Watchdog)$/);
      expect(alert.length).toBeLessThanOrEqual(40);
      expect(labels).toMatchObject({
        team: "assist",
        category: "platform",
        severity: expect.stringMatching(/^(critical|warning)$/),
      });
      const file = runbookFile(labels.service ?? platformName, alert);
      expect(annotations.runbook_url).toBe(`https://runbooks.example.com/${file}`);
      expect(annotations.dashboard_url).toMatch(
        /^https:\/\/grafana\.example\.com\/d\/llm-slo_(_platform|support-chat)$/,
      );
    }
  });

  it("is PromQL that parses and type-checks", () => {
    for (const { expr } of rules) expect(inspect(print(expr)).problems, print(expr)).toEqual([]);
  });

  it("looks only at series of its environment, and at pods only where apps run", () => {
    const plan = planOf({ team: "assist", gpu: true }, { match: { cluster: "eu-1" }, appNamespaces: ["chat"] });
    for (const { rule } of plan.platform?.alerts ?? []) {
      const selectors = inspect(print(rule.expr)).selectors;
      for (const { matchers } of selectors)
        expect(matchers).toContainEqual({ label: "cluster", op: "=", value: "eu-1" });
      if (rule.alert.startsWith("LlmServing"))
        for (const { matchers } of selectors)
          expect(matchers).toContainEqual({ label: "namespace", op: "=", value: "chat" });
    }
  });

  it("has alerts that their labels tell apart", () => {
    const keys = rules.map(({ alert, labels }) => JSON.stringify([alert, labels]));
    expect(new Set(keys).size).toBe(rules.length);
    expect(new Set(whole.platform?.alerts.map(({ id }) => id)).size).toBe(rules.length);
  });

  it("costs what its rules read", () => {
    expect(estimateCost(whole).at(-1)).toMatchObject({ service: "_platform", slos: 0, alertRules: rules.length });
  });
});

describe("the alert about providers", () => {
  const { availability } = language;
  const search = service("search", {
    team: "assist",
    features: ["search"],
    slos: { availability: availability({ atLeast: "99.9%", period: "90d" }) },
  });
  const outagesOf = (services: readonly Service[], platform: TestStack["platform"] = { team: "assist" }) =>
    compile(modelOf(services, { platform })).platform?.alerts.filter(({ rule }) => rule.alert === outageAlert) ?? [];

  it("is one for each service that pages, and goes by the owner's name", () => {
    const outages = outagesOf([chat, search]);
    expect(outages.map(({ id }) => id)).toEqual(["provider-outage-search", "provider-outage-support-chat"]);
    for (const { rule } of outages) {
      expect(rule.labels).toMatchObject({ team: "assist", category: "slo", severity: "critical" });
      expect(inspect(print(rule.expr)).problems).toEqual([]);
    }
  });

  it("holds for as long as a page of the service trails behind", () => {
    const [ofSearch, ofChat] = outagesOf([chat, search]);
    expect(print(ofChat?.rule.expr ?? num(0))).toContain("[45m:15s]");
    expect(print(ofSearch?.rule.expr ?? num(0))).toContain("[1h45m:15s]");
  });

  it("isn't there where nothing could fail together, nobody is paged, or the stack doesn't want it", () => {
    const lenient = (of: Service): Service => ({
      ...of,
      guardrails: {},
      slos: { errors: errorRate({ below: "1%", severity: "warning" }) },
    });
    expect(outagesOf([chat])).toEqual([]);
    expect(outagesOf([lenient(chat), lenient(search)])).toEqual([]);
    expect(outagesOf([chat, search], { team: "assist", providers: false })).toEqual([]);
  });

  it("counts a service whose SLOs page nobody among those that fail", () => {
    const quiet = service("search", {
      team: "assist",
      features: ["search"],
      slos: { errors: errorRate({ below: "1%", severity: "warning" }) },
    });
    const [outage, ...more] = outagesOf([chat, quiet]);
    expect([outage?.id, more]).toEqual(["provider-outage-support-chat", []]);
    expect(outage?.records.map(({ labels }) => labels.service)).toContain("search");
  });

  it("leaves out services whose source doesn't tell who served a request", () => {
    const proxied: Service = {
      ...search,
      source: litellmSource({ features: ["search"], models: ["gpt-5-mini"] }),
    };
    expect(outagesOf([chat, proxied])).toEqual([]);
  });
});

describe("the runbooks of guardrails and of the platform", () => {
  const runbooks = new Map(runbookFiles(whole).map(({ path, content }) => [path, content]));
  const runbook = (alert: string, service: string = platformName) =>
    runbooks.get(`runbooks/${runbookFile(service, alert)}`) ?? "";

  it("are there for every alert", () => {
    const [{ groups = [] } = {}] = whole.services;
    const own = groups.flatMap((group) => group.rules).filter((rule) => rule.kind === "alert");
    for (const { alert } of own) expect(runbook(alert, "support-chat"), alert).toContain(`# ${alert}: support-chat`);
    for (const { alert, labels } of rules) expect(runbook(alert, labels.service), alert).toContain(`# ${alert}: `);
  });

  it("say what is first to check, when each fires and who hears of it", () => {
    expect(runbook("LlmQueueDepth", "support-chat")).toContain("| long-queue | ");
    expect(runbook("LlmQueueDepth", "support-chat")).toContain("as the alert's label `severity` says");
    expect(runbook("LlmRulesFailing")).toContain("| rules-failing | evaluations of a rule group fail for 5 minutes |");
    for (const { alert, labels } of rules) {
      const text = runbook(alert, labels.service);
      expect(text).toMatch(/## Check first\n\n1\. [A-Z].*[.?]\n/);
      expect(text).toMatch(/## Likely causes\n\n- \S/);
      expect(text).toContain("The team assist answers for ");
    }
  });

  it("say that Langfuse has no metrics of its own", () => {
    expect(runbook("LlmCollectorLosesData")).toContain("Langfuse publishes no metrics of its own");
  });
});
