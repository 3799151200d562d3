// The rules of Grafana's dashboard-linter (https://github.com/grafana/dashboard-linter/blob/main/docs/index.md), written anew from their description.
// Left out are the four about `job` and `instance`, which recorded series don't carry, and those about Loki.
import * as sdkUnits from "@grafana/grafana-foundation-sdk/units";
import { inspect } from "../../../src/promql/inspect.ts";
import { allPanels, type Dashboard, type Panel, type Target, variablesOf } from "./dashboards.ts";
import { anyValues, interpolate, queryOf } from "./interpolate.ts";

type Rule = (dashboard: Dashboard) => readonly string[];

const units = new Set<unknown>(Object.values(sdkUnits));
const withData = ["stat", "gauge", "timeseries", "table"];
const withQueries = [...withData, "state-timeline", "bargauge", "heatmap", "barchart", "piechart"];

const panelsOf = (dashboard: Dashboard, types: readonly string[]) =>
  allPanels(dashboard).filter(({ type }) => types.includes(type));

function targetsOf(dashboard: Dashboard): readonly { readonly panel: Panel; readonly target: Target }[] {
  return panelsOf(dashboard, withQueries).flatMap((panel) =>
    (panel.targets ?? []).map((target) => ({ panel, target })),
  );
}

/** Units of a panel's fields: that of all of them, and those of some. */
export function unitsOf({ fieldConfig }: Panel): readonly unknown[] {
  const overrides = (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties);
  const own = overrides.filter(({ id }) => id === "unit").map(({ value }) => value);
  return [fieldConfig?.defaults?.unit, ...own].filter((unit) => unit !== undefined);
}

const hasMappings = ({ fieldConfig }: Panel) =>
  (fieldConfig?.defaults?.mappings ?? []).length > 0 ||
  (fieldConfig?.overrides ?? []).some(({ properties }) => properties.some(({ id }) => id === "mappings"));

function unitProblems(panel: Panel): readonly string[] {
  const found = unitsOf(panel);
  const unknown = found.filter((unit) => !units.has(unit));
  if (found.length === 0 && !hasMappings(panel)) return [`${panel.title} has no unit`];
  return unknown.map((unit) => `${panel.title} has the unit ${unit}, which Grafana doesn't know`);
}

const syntaxProblems = (dashboard: Dashboard, expr: string) =>
  inspect(interpolate(expr, anyValues(dashboard))).problems;

const variableQuery = /^(label_names|label_values|metrics|query_result)\((.*)\)$/s;

/** What a variable's query reads, where it is one. */
function selectorOf(query: string): string | undefined {
  const [, call, inner = ""] = variableQuery.exec(query) ?? [];
  if (call === "label_values") return inner.replace(/,\s*\w+\s*$/, "");
  return call === "query_result" ? inner : undefined;
}

export const linterRules: Readonly<Record<string, Rule>> = {
  "template-datasource-rule": (dashboard) => {
    const found = variablesOf(dashboard).filter(({ type }) => type === "datasource");
    if (found.length === 0) return ["there is no variable for the data source"];
    return found
      .filter(({ name, label }) => name !== "datasource" || label !== "Data source")
      .map(({ name, label }) => `the variable ${name} is labelled ${label}`);
  },
  "template-label-promql-rule": (dashboard) =>
    variablesOf(dashboard)
      .filter(({ type }) => type === "query")
      .flatMap((variable) => {
        const query = queryOf(variable);
        if (!variableQuery.test(query)) return [`${variable.name} asks for ${query}`];
        const selector = selectorOf(query);
        const problems = selector === undefined ? [] : syntaxProblems(dashboard, selector);
        return problems.map(({ message }) => `${variable.name}: ${message}: ${query}`);
      }),
  "template-on-time-change-reload-rule": (dashboard) =>
    variablesOf(dashboard)
      .filter(({ type, refresh }) => type === "query" && refresh !== 2)
      .map(({ name }) => `${name} isn't read anew when the time range changes`),
  "panel-datasource-rule": (dashboard) =>
    panelsOf(dashboard, withQueries)
      .filter(({ datasource }) => !/^(\$datasource|\$\{datasource\})$/.test(datasource?.uid ?? ""))
      .map(({ title, datasource }) => `${title} reads ${datasource?.uid}`),
  "panel-title-description-rule": (dashboard) =>
    panelsOf(dashboard, withQueries)
      .filter(({ title, description }) => !title || !description)
      .map(({ id, title }) => `${title || id} has no title or no description`),
  "panel-units-rule": (dashboard) => panelsOf(dashboard, [...withData, "bargauge"]).flatMap(unitProblems),
  "panel-no-targets-rule": (dashboard) =>
    panelsOf(dashboard, withQueries)
      .filter(({ targets = [] }) => targets.length === 0)
      .map(({ title }) => `${title} asks for nothing`),
  "target-promql-rule": (dashboard) =>
    targetsOf(dashboard).flatMap(({ panel, target }) =>
      syntaxProblems(dashboard, target.expr).map(
        ({ message }) => `${panel.title} ${target.refId}: ${message}: ${target.expr}`,
      ),
    ),
  "target-rate-interval-rule": (dashboard) =>
    targetsOf(dashboard)
      .filter(({ target }) =>
        [...target.expr.matchAll(/\bi?rate\s*\([^[\]]*\[([^\]]*)\]/g)].some(
          ([, range]) => range !== "$__rate_interval",
        ),
      )
      .map(({ panel, target }) => `${panel.title} ${target.refId}: ${target.expr}`),
  "target-counter-agg-rule": (dashboard) =>
    targetsOf(dashboard)
      .filter(({ target }) => /\w_total(?![\w:])\s*(\{[^}]*\})?(?!\s*(\{|\[))/.test(target.expr))
      .map(({ panel, target }) => `${panel.title} ${target.refId} shows a counter as it is: ${target.expr}`),
  "uneditable-dashboard": ({ editable }) => (editable === false ? [] : ["it can be edited"]),
};
