import { contract, type MetricDefinition } from "@llm-slo/metrics/contract";
import { describe, expect, it } from "vitest";
import type { Plan, Rule } from "../../../src/plan/plan.ts";
import { walk } from "../../../src/promql/build.ts";
import { inspect, safeMatches } from "../../../src/promql/inspect.ts";
import { exporters } from "../../history/exporters.ts";
import { allPanels, annotationsOf, compiledSubjects, type Subject, subjects, variablesOf } from "./dashboards.ts";
import { anyValues, interpolate, queryOf } from "./interpolate.ts";

interface Query {
  readonly where: string;
  readonly expr: string;
  readonly legend?: string | undefined;
}

/** Everything a dashboard asks Prometheus for, with values for its variables: panels, variables and annotations. */
function queriesOf({ name, dashboard }: Subject): readonly Query[] {
  const write = (expr: string) => interpolate(expr, anyValues(dashboard));
  const ofVariables = variablesOf(dashboard).flatMap((variable) => {
    const [, selector] = /^label_values\((.*),\s*\w+\s*\)$/s.exec(queryOf(variable)) ?? [];
    return selector === undefined ? [] : [{ where: `${name}, $${variable.name}`, expr: write(selector) }];
  });
  const ofAnnotations = annotationsOf(dashboard).flatMap((annotation) =>
    annotation.expr ? [{ where: `${name}, annotation ${annotation.name}`, expr: write(annotation.expr) }] : [],
  );
  const ofPanels = allPanels(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat }) => ({
      where: `${name}, ${title} ${refId}`,
      expr: write(expr),
      legend: legendFormat,
    })),
  );
  return [...ofVariables, ...ofAnnotations, ...ofPanels];
}

const ofContract = Object.entries(contract as Readonly<Record<string, MetricDefinition>>).flatMap(([name, { type }]) =>
  type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
);
/** What Prometheus itself makes of alert rules. */
const ofAlerts = ["ALERTS", "ALERTS_FOR_STATE"];
const ofExporters = (plan: Plan) => exporters(plan).flatMap(({ series }) => series.map(({ metric }) => metric));

/** What the rules of a plan record, and what they themselves read. */
function ofRules({ services, platform }: Plan): readonly string[] {
  const groups = [...services.flatMap((service) => service.groups), ...(platform?.groups ?? [])];
  return groups
    .flatMap(({ rules }) => rules as readonly Rule[])
    .flatMap((rule) => [
      ...(rule.kind === "recording" ? [rule.record] : []),
      ...[...walk(rule.expr)].flatMap((node) => (node.kind === "selector" ? [node.metric] : [])),
    ]);
}

/** The metrics that an expression names. One that it names by a pattern has to be known to the pattern. */
function unknownMetrics({ expr }: Query, known: readonly string[]): readonly string[] {
  return inspect(expr).selectors.flatMap(({ metric, matchers }) => {
    const pattern = matchers.find(({ label }) => label === "__name__")?.value ?? "";
    const exists = metric === "" ? known.some((name) => safeMatches(pattern, name)) : known.includes(metric);
    return exists ? [] : [metric || pattern];
  });
}

describe("the queries of all dashboards", async () => {
  const queries = (await subjects()).flatMap(queriesOf);

  it("are PromQL", () => {
    const found = queries.flatMap(({ where, expr }) =>
      inspect(expr).problems.map(({ message }) => `${where}: ${message}: ${expr}`),
    );
    expect(found).toEqual([]);
  });

  it("never show missing data as 0", () => {
    expect(queries.filter(({ expr }) => /\bor\s+(on\s*\(\s*\)\s*)?vector\(0\)/.test(expr))).toEqual([]);
  });

  it("name series by labels that an outermost aggregation keeps", () => {
    const found = queries.flatMap(({ where, expr, legend = "" }) => {
      const { outputLabels } = inspect(expr);
      const named = [...legend.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, label]) => label ?? "");
      return outputLabels === undefined
        ? []
        : named.filter((label) => !outputLabels.includes(label)).map((label) => `${where}: ${label}: ${expr}`);
    });
    expect(found).toEqual([]);
  });
});

describe("the metrics that dashboards read", async () => {
  it.each(await compiledSubjects())("exist, in $name", (subject) => {
    const known = [...ofContract, ...ofAlerts, ...ofExporters(subject.plan), ...ofRules(subject.plan)];
    const found = queriesOf(subject).flatMap((query) =>
      unknownMetrics(query, known).map((metric) => `${query.where}: ${metric}`),
    );
    expect(found).toEqual([]);
  });
});
