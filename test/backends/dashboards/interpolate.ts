// Grafana's variables and macros in a query, replaced as Grafana does it for Prometheus.
import type { Dashboard, Variable } from "./dashboards.ts";
import { variablesOf } from "./dashboards.ts";

/** What stands in for each variable and macro. @example { "service": "rag-pipeline", "__rate_interval": "4m" } */
export type Values = Readonly<Record<string, string>>;

const reference = /\$\{(\w+)(?::\w+)?\}|\[\[(\w+)\]\]|\$([A-Za-z_]\w*)/g;

/** @throws where a query names what is neither a variable nor a macro. */
export function interpolate(text: string, values: Values): string {
  return text.replaceAll(reference, (written, braced, bracketed, bare) => {
    const value = values[braced ?? bracketed ?? bare];
    if (value === undefined) throw new Error(`${written} is neither a variable of the dashboard nor a macro: ${text}`);
    return value;
  });
}

const escapeRegex = (value: string) => value.replaceAll(/[\\^$*+?.()|[\]{}]/g, "\\\\$&");

/** How Grafana writes the chosen values of a variable into PromQL. */
export function writeValue({ multi, includeAll }: Pick<Variable, "multi" | "includeAll">, chosen: readonly string[]) {
  if (!multi && !includeAll) return (chosen[0] ?? "").replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  const escaped = chosen.map(escapeRegex);
  return escaped.length === 1 ? (escaped[0] ?? "") : `(${escaped.join("|")})`;
}

/** The query of a variable, whichever way it is written. */
export const queryOf = ({ query }: Variable): string =>
  typeof query === "object" ? (query.query ?? "") : (query ?? "");

const rounded = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, 86_400,
];

/** Seconds between the points of a graph this many pixels wide, never less than the scrape interval. */
export function stepSeconds(rangeSeconds: number, pixels: number, scrapeSeconds: number): number {
  const wanted = Math.max(rangeSeconds / pixels, scrapeSeconds);
  return rounded.find((step) => step >= wanted) ?? wanted;
}

/** The macros of a query over a range, in steps. */
export function macros(rangeSeconds: number, step: number, scrapeSeconds: number): Values {
  return {
    __interval: `${step}s`,
    __interval_ms: String(step * 1000),
    __rate_interval: `${Math.max(step + scrapeSeconds, 4 * scrapeSeconds)}s`,
    __range: `${rangeSeconds}s`,
    __range_s: String(rangeSeconds),
    __range_ms: String(rangeSeconds * 1000),
  };
}

/** A value for everything that queries may name, good enough to parse them. */
export function anyValues(dashboard: Dashboard): Values {
  const variables = variablesOf(dashboard).map((variable) => {
    const { current, options, type } = variable;
    const fixed = [current?.value].flat().find((value) => value !== undefined) ?? options?.[0]?.value;
    const written = type === "constant" || type === "textbox" ? queryOf(variable) : "1d";
    return [variable.name, fixed ?? written] as const;
  });
  return { ...Object.fromEntries(variables), ...macros(86_400, 60, 60) };
}
