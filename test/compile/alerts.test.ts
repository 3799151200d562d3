import { contract } from "@llm-slo/metrics/contract";
import { describe, expect, it } from "vitest";
import { alertKinds } from "../../src/compile/alert-kinds.ts";
import { runbookFile } from "../../src/plan/conventions.ts";
import { language } from "../support/model.ts";
import { compiledCases, compileOne } from "./compiled-cases.ts";
import { labelsOf, rulesInPlace } from "./labels.ts";

/** Labels that a template reads from its alert. */
function labelsReadBy(texts: Readonly<Record<string, string>>): readonly string[] {
  const templates = Object.values(texts).flatMap((text) => text.match(/\{\{.*?\}\}/g) ?? []);
  return templates.flatMap((template) => [...template.matchAll(/\$labels\.(\w+)/g)].map(([, label = ""]) => label));
}

describe.each(compiledCases)("the alerts of $name", ({ plan, source, alerts }) => {
  it("have short CamelCase names", () => {
    expect(alerts.length).toBeGreaterThan(4);
    for (const { alert } of alerts) expect(alert).toMatch(/^Llm([A-Z][a-z]+)+$/);
    for (const { alert } of alerts) expect(alert.length).toBeLessThanOrEqual(40);
  });

  it("say who answers, how bad it is, what happened, and where to look", () => {
    for (const { alert, labels, annotations } of alerts) {
      expect(["critical", "warning"]).toContain(labels.severity);
      expect(labels.team).toBe(plan.team);
      expect(["slo", "cost", "quality", "no-data"]).toContain(labels.category);
      const { summary, description, dashboard_url, runbook_url } = annotations;
      for (const text of [summary, description]) expect(text).toMatch(/\S/);
      expect(summary).toContain(plan.id);
      const [file, anchor = ""] = runbook_url.split(/(?=#slo-)/);
      expect(file).toBe(`https://runbooks.example.com/${runbookFile(plan.id, alert)}`);
      const slo = anchor.replace("#slo-", "");
      const hasDetails = slo !== "" && !plan.budgets.some(({ id }) => id === slo);
      expect(dashboard_url.replace("/eu", "")).toBe(
        `https://grafana.example.com/d/${hasDetails ? `llm-slo__slo?var-service=${plan.id}&var-slo=${slo}` : `llm-slo_${plan.id}`}`,
      );
    }
  });

  it("have a runbook each", () => {
    const described = alertKinds([plan]).map(({ alert }) => alert);
    expect([...new Set(described)]).toEqual(described);
    expect([...new Set(alerts.map(({ alert }) => alert))].toSorted()).toEqual(described.toSorted());
  });

  it("read labels that their expression gives", () => {
    for (const { rule, known } of rulesInPlace(plan, source)) {
      if (rule.kind === "recording") continue;
      // Prometheus fills $labels from the expression; the rule's own labels come later.
      const given = labelsOf(rule.expr, known);
      const read = [...labelsReadBy(rule.annotations), ...labelsReadBy(rule.labels)];
      expect(read.filter((label) => !given.has(label))).toEqual([]);
    }
  });

  it("name the service, and the SLO where they are about one", () => {
    for (const { rule, known } of rulesInPlace(plan, source)) {
      if (rule.kind === "recording") continue;
      const labels = new Set([...labelsOf(rule.expr, known), ...Object.keys(rule.labels)]);
      expect(labels).toContain("service");
      if (rule.slo !== undefined) expect(labels).toContain("slo");
    }
  });

  it("are told apart by their labels when they burn one budget", () => {
    for (const slo of plan.slos) {
      const burning = alerts.filter(({ alert, slo: id }) => alert === slo.alertName && id === slo.id);
      const arms = burning.map(({ labels }) => labels.arm);
      expect(arms).toEqual(slo.arms.map(({ name }) => name));
      expect(new Set(arms).size).toBe(arms.length);
    }
  });

  it("print shares as people write them", () => {
    for (const { annotations } of alerts) expect(annotations.description).not.toMatch(/\d\.\d{6,}|\de-\d/);
  });
});

describe("what people are told to look at", () => {
  const words = compiledCases.flatMap(({ plan }) => [
    ...plan.slos.flatMap(({ checks, measures, badEvents }) => [...checks, measures, badEvents]),
    ...alertKinds([plan]).flatMap(({ checks, mitigation, meaning, impact }) => [
      ...checks,
      ...mitigation,
      meaning,
      impact,
    ]),
  ]);

  it("names no series of the contract: on another source they are called otherwise", () => {
    expect(words.length).toBeGreaterThan(100);
    for (const metric of Object.keys(contract)) expect(words.filter((text) => text.includes(metric))).toEqual([]);
  });

  it("is said in whole sentences", () => {
    const checks = compiledCases.flatMap(({ plan }) => plan.slos.flatMap((slo) => slo.checks));
    for (const text of checks) expect(text).toMatch(/^[A-Z].*[.?]$/);
  });
});

describe("what a user wants on alerts", () => {
  const { errorRate, service } = language;
  const withOptions = (options: Partial<Parameters<typeof errorRate>[0]>) => {
    const slos = { errors: errorRate({ below: "1%", ...options }) };
    const { alerts } = compileOne("options", service("search", { team: "assist", features: ["search"], slos }));
    return alerts.filter(({ slo }) => slo === "errors");
  };

  it("is added to the alerts of that SLO", () => {
    for (const { labels, annotations } of withOptions({ labels: { tier: "gold" }, annotations: { see: "wiki" } })) {
      expect(labels.tier).toBe("gold");
      expect(annotations.see).toBe("wiki");
      expect(annotations.summary).toContain("search");
    }
  });

  it("may replace our words, never our labels", () => {
    for (const { annotations } of withOptions({ annotations: { summary: "too many errors" } })) {
      expect(annotations.summary).toBe("too many errors");
    }
    expect(() => withOptions({ labels: { severity: "info" } })).toThrow("the label severity is taken");
  });

  it("turns arms off or down", () => {
    const arms = (options: Parameters<typeof withOptions>[0]) =>
      withOptions(options).map(({ labels: { arm, severity } }) => `${arm} ${severity}`);
    expect(arms({})).toEqual(["fast critical", "medium critical", "slow warning", "drift warning"]);
    expect(arms({ arms: { medium: false, fast: "warning" } })).toEqual([
      "fast warning",
      "slow warning",
      "drift warning",
    ]);
    expect(arms({ severity: "warning" })).toEqual(["fast warning", "medium warning", "slow warning", "drift warning"]);
  });

  it("keeps alerts for 5 minutes above 600 events an hour, else for 15", () => {
    const kept = (perHour: number) =>
      new Set(withOptions({ expectedPerHour: perHour }).map((a) => a.keepFiringForSeconds));
    expect([...kept(601)]).toEqual([300]);
    expect([...kept(600)]).toEqual([900]);
    expect(new Set(withOptions({}).map((alert) => alert.keepFiringForSeconds))).toEqual(new Set([900]));
  });
});
