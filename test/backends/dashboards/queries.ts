// Everything that dashboards ask Prometheus for, and whether it exists.
import { contract, type MetricDefinition } from "@llm-slo/metrics/contract";
import type { Plan, ServicePlan } from "../../../src/plan/plan.ts";
import type { Rule } from "../../../src/plan/rules.ts";
import type { Selector } from "../../../src/promql/ast.ts";
import { walk } from "../../../src/promql/build.ts";
import { inspect, safeMatches } from "../../../src/promql/inspect.ts";
import { exporters } from "../../history/exporters.ts";
import { allPanels, annotationsOf, type Subject, variablesOf } from "./dashboards.ts";
import { anyValues, interpolate, queryOf } from "./interpolate.ts";
import { labelsNamedBy } from "./series-name.ts";

export interface Query {
  readonly where: string;
  readonly expr: string;
  readonly legend?: string | undefined;
}

/** The queries of panels, variables and annotations, with values for variables. */
export function queriesOf({ dashboard }: Subject): readonly Query[] {
  const write = (expr: string) => interpolate(expr, anyValues(dashboard));
  const ofVariables = variablesOf(dashboard).flatMap((variable) => {
    const [, selector] = /^label_values\((.*),\s*\w+\s*\)$/s.exec(queryOf(variable)) ?? [];
    return selector === undefined ? [] : [{ where: `$${variable.name}`, expr: write(selector) }];
  });
  const ofAnnotations = annotationsOf(dashboard).flatMap(({ name, expr }) =>
    expr ? [{ where: `annotation ${name}`, expr: write(expr) }] : [],
  );
  const ofPanels = allPanels(dashboard).flatMap(({ title, targets = [] }) =>
    targets.map(({ refId, expr, legendFormat }) => ({
      where: `${title} ${refId}`,
      expr: write(expr),
      legend: legendFormat,
    })),
  );
  return [...ofVariables, ...ofAnnotations, ...ofPanels];
}

/** Labels that a legend names and an outermost aggregation drops. */
export function droppedLabels({ expr, legend }: Query): readonly string[] {
  const { outputLabels } = inspect(expr);
  return outputLabels === undefined ? [] : labelsNamedBy(legend).filter((label) => !outputLabels.includes(label));
}

const ofContract = Object.entries(contract as Readonly<Record<string, MetricDefinition>>).flatMap(([name, { type }]) =>
  type === "histogram" ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name],
);
/** What Prometheus itself makes of alert rules. */
const ofAlerts = ["ALERTS", "ALERTS_FOR_STATE"];

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

/** What a service's metric source says that it publishes. */
function observedMetrics({ observed }: ServicePlan): readonly string[] {
  const metrics: string[] = [];
  JSON.stringify(observed, (key, value) => {
    if (key === "selector") metrics.push((value as Selector).metric);
    return value;
  });
  return metrics;
}

/** Every metric that the dashboards of a plan may read: the contract's, recorded ones, and those of the stack's exporters. */
export function knownMetrics(plan: Plan): ReadonlySet<string> {
  // Of other sources than our own runtime, what they publish is written down in src/sources/.
  const ofSources = plan.services.filter(({ observed }) => observed.source !== "app").flatMap(observedMetrics);
  const ofExporters = exporters(plan).flatMap(({ series }) => series.map(({ metric }) => metric));
  return new Set([...ofContract, ...ofAlerts, ...ofExporters, ...ofSources, ...ofRules(plan)]);
}

/** Metrics that an expression names and nobody gives. Of those that it names by a pattern, one has to exist. */
export function unknownMetrics({ expr }: Query, known: ReadonlySet<string>): readonly string[] {
  return inspect(expr).selectors.flatMap(({ metric, matchers }) => {
    const pattern = matchers.find(({ label }) => label === "__name__")?.value ?? "";
    const exists = metric === "" ? [...known].some((name) => safeMatches(pattern, name)) : known.has(metric);
    return exists ? [] : [metric || pattern];
  });
}
