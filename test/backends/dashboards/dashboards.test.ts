import { describe, expect, it } from "vitest";
import { inspect } from "../../../src/promql/inspect.ts";
import { allPanels, compiledSubjects, type Dashboard, type Panel, type Subject, smallSubjects } from "./dashboards.ts";
import { schemaProblems } from "./grafana-schema.ts";
import { duplicates, layoutProblems, numberingProblems } from "./layout.ts";
import { linterRules } from "./linter.ts";
import { droppedLabels, knownMetrics, queriesOf, unknownMetrics } from "./queries.ts";

const panelsAtOnce = 25;
const mostBytes = 200_000;

const compiled = await compiledSubjects();
const all = [...compiled, ...(await smallSubjects())];
const rules = Object.entries(linterRules).map(([id, rule]) => ({ id, rule }));

/** What a check finds in all dashboards, each problem once, with how many dashboards have it and one of them. */
function findings(subjects: readonly Subject[], check: (subject: Subject) => readonly string[]): readonly string[] {
  const found = new Map<string, string[]>();
  for (const subject of subjects) {
    for (const problem of new Set(check(subject))) found.set(problem, [...(found.get(problem) ?? []), subject.name]);
  }
  return [...found].map(([problem, names]) => `${problem} (in ${names.length}, first ${names[0]})`);
}

const schemaProblemsOf = (dashboard: Dashboard) => schemaProblems(dashboard, allPanels(dashboard));

describe("every dashboard", () => {
  it("has the fields of Grafana's types and no others", () => {
    expect(findings(all, ({ dashboard }) => schemaProblemsOf(dashboard))).toEqual([]);
  });

  it("fills its grid: nothing overlaps, overflows or leaves a hole", () => {
    expect(findings(all, ({ dashboard }) => layoutProblems(dashboard))).toEqual([]);
  });

  it("has ids of its own for panels, and for the queries of each", () => {
    expect(findings(all, ({ dashboard }) => numberingProblems(dashboard))).toEqual([]);
  });

  it(`shows at most ${panelsAtOnce} panels at first`, () => {
    const open = ({ panels }: Dashboard) => panels.filter(({ type }) => type !== "row").length;
    expect(all.filter(({ dashboard }) => open(dashboard) > panelsAtOnce).map(({ name }) => name)).toEqual([]);
  });

  it("is small enough for a ConfigMap", () => {
    expect(all.filter(({ content }) => Buffer.byteLength(content) >= mostBytes).map(({ name }) => name)).toEqual([]);
  });

  it("has a uid and a title of its own: Grafana stops reading a folder where two are alike", () => {
    for (const plan of new Set(all.map((subject) => subject.plan))) {
      const mine = all.filter((subject) => subject.plan === plan).map(({ dashboard }) => dashboard);
      expect(duplicates(mine.map(({ uid }) => uid))).toEqual([]);
      expect(duplicates(mine.map(({ title }) => title))).toEqual([]);
    }
  });

  it.each(rules)("has nothing that $id of dashboard-linter finds", ({ rule }) => {
    expect(findings(all, ({ dashboard }) => rule(dashboard))).toEqual([]);
  });
});

describe("every query", () => {
  it("is PromQL", () => {
    const problems = ({ where, expr }: { where: string; expr: string }) =>
      inspect(expr).problems.map(({ message }) => `${where}: ${message}: ${expr}`);
    expect(findings(all, (subject) => queriesOf(subject).flatMap(problems))).toEqual([]);
  });

  it("never shows missing data as 0", () => {
    const pattern = /\bor\s+(on\s*\(\s*\)\s*)?vector\(0\)/;
    const found = (subject: Subject) => queriesOf(subject).filter(({ expr }) => pattern.test(expr));
    expect(findings(all, (subject) => found(subject).map(({ where }) => where))).toEqual([]);
  });

  it("names series by labels that an outermost aggregation keeps", () => {
    const found = (subject: Subject) =>
      queriesOf(subject).flatMap((query) => droppedLabels(query).map((label) => `${query.where}: ${label}`));
    expect(findings(all, found)).toEqual([]);
  });

  it("reads metrics that exist", () => {
    const found = (subject: Subject) => {
      const known = knownMetrics(subject.plan);
      return queriesOf(subject).flatMap((query) =>
        unknownMetrics(query, known).map((name) => `${query.where}: ${name}`),
      );
    };
    expect(findings(compiled, found)).toEqual([]);
  });
});

describe("a dashboard that isn't Grafana's", () => {
  const text = compiled[0]?.content ?? "";
  it.each([
    ["an unknown field", (json: string) => json.replace('"uid":', '"name": "x", "uid":'), "additional properties"],
    ["a number in place of text", (json: string) => json.replace(/"title": ".*"/, '"title": 5'), "must be string"],
    [
      "an option that isn't there",
      (json: string) => json.replace('"options": {', '"options": { "colour": 1,'),
      "colour",
    ],
    [
      "an unknown part of a query",
      (json: string) => json.replace('"expr":', '"expression": "x", "expr":'),
      "expression",
    ],
    [
      "a kind of panel it doesn't know",
      (json: string) => json.replace(/"type": "timeseries"/, '"type": "graph"'),
      "graph",
    ],
  ])("finds %s", (_, change, problem) => {
    expect(change(text)).not.toBe(text);
    expect(schemaProblemsOf(JSON.parse(change(text))).join("\n")).toContain(problem);
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
