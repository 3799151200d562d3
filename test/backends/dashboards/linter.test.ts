import { describe, expect, it } from "vitest";
import { type Dashboard, type Panel, subjects } from "./dashboards.ts";
import { linterRules } from "./linter.ts";

const all = await subjects();
const rules = Object.entries(linterRules).map(([id, rule]) => ({ id, rule }));

describe("the rules of dashboard-linter", () => {
  it.each(rules)("$id finds nothing in any dashboard", ({ rule }) => {
    expect(all.flatMap(({ name, dashboard }) => rule(dashboard).map((found) => `${name}: ${found}`))).toEqual([]);
  });
});

describe("a dashboard with a mistake", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana resolves it.
  const uid = "${datasource}";
  const panel: Panel = {
    id: 1,
    type: "timeseries",
    title: "Requests",
    description: "How many there are.",
    datasource: { uid },
    gridPos: { x: 0, y: 0, w: 12, h: 8 },
    targets: [{ refId: "A", expr: "rate(llm_requests_total[$__rate_interval])" }],
    fieldConfig: { defaults: { unit: "reqps" } },
  };
  const datasource = { type: "datasource", name: "datasource", label: "Data source" };
  const feature = { type: "query", name: "feature", query: "label_values(llm_requests_total, feature)", refresh: 2 };
  const right: Dashboard = {
    uid: "x",
    title: "X",
    editable: false,
    time: { from: "now-1d", to: "now" },
    panels: [panel],
    templating: { list: [datasource, feature] },
  };
  const withPanel = (change: object): Dashboard => ({ ...right, panels: [{ ...panel, ...change }] });
  const withExpr = (expr: string) => withPanel({ targets: [{ refId: "A", expr }] });
  const withVariables = (...list: readonly object[]) => ({ ...right, templating: { list } }) as Dashboard;

  it("is none without one", () => {
    expect(rules.flatMap(({ rule }) => rule(right))).toEqual([]);
  });

  const mistakes: readonly (readonly [string, string, Dashboard])[] = [
    ["template-datasource-rule", "no variable for the data source", withVariables(feature)],
    ["template-datasource-rule", "another name", withVariables({ ...datasource, name: "source" })],
    ["template-label-promql-rule", "no such function", withVariables(datasource, { ...feature, query: "values(x)" })],
    [
      "template-label-promql-rule",
      "no PromQL",
      withVariables(datasource, { ...feature, query: "label_values(x{, a)" }),
    ],
    ["template-on-time-change-reload-rule", "read once", withVariables(datasource, { ...feature, refresh: 1 })],
    ["panel-datasource-rule", "a fixed data source", withPanel({ datasource: { uid: "prometheus" } })],
    ["panel-title-description-rule", "no description", withPanel({ description: "" })],
    ["panel-units-rule", "no unit", withPanel({ fieldConfig: {} })],
    ["panel-units-rule", "an invented unit", withPanel({ fieldConfig: { defaults: { unit: "requests" } } })],
    ["panel-no-targets-rule", "no query", withPanel({ targets: [] })],
    ["target-promql-rule", "no PromQL", withExpr("sum(")],
    ["target-rate-interval-rule", "a fixed range", withExpr("rate(llm_requests_total[5m])")],
    ["target-counter-agg-rule", "a bare counter", withExpr('llm_requests_total{status="error"}')],
    ["uneditable-dashboard", "open to edits", { ...right, editable: true }],
  ];

  it.each(mistakes)("is found by %s: %s", (id, _, dashboard) => {
    const found = rules.filter(({ rule }) => rule(dashboard).length > 0);
    expect(found.map((rule) => rule.id)).toContain(id);
  });

  it("is tried for every rule", () => {
    expect([...new Set(mistakes.map(([id]) => id))].sort()).toEqual(rules.map(({ id }) => id).sort());
  });
});
