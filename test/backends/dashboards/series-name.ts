// What Grafana calls a series.
import type { PanelAnswer } from "./ask-dashboard.ts";
import type { Target } from "./dashboards.ts";

type Labels = Readonly<Record<string, string>>;

const reference = /\{\{\s*(\w+)\s*\}\}/g;

/** Labels that a legend names. */
export const labelsNamedBy = (legend = ""): readonly string[] =>
  [...legend.matchAll(reference)].map(([, label = ""]) => label);

/** The name of a series: its legend, or its metric and labels. */
export function seriesName({ legendFormat }: Pick<Target, "legendFormat">, labels: Labels): string {
  if (legendFormat && legendFormat !== "__auto") {
    return legendFormat.replaceAll(reference, (_, label) => labels[label] ?? "");
  }
  const { __name__ = "", ...own } = labels;
  const pairs = Object.entries(own).map(([label, value]) => `${label}="${value}"`);
  return pairs.length > 0 ? `${__name__}{${pairs.join(", ")}}` : __name__ || "Value";
}

/** The names of all series that the answers of a panel are drawn as; tables draw none. */
export const drawnNames = (answers: readonly PanelAnswer[]): readonly string[] =>
  answers
    .filter(({ target }) => target.format !== "table" && target.format !== "heatmap")
    .flatMap(({ target, answer }) => answer.series.map(({ labels }) => seriesName(target, labels)));

/** Labels that a legend names and that none of its series has. */
export function missingLabels({ target, answer }: PanelAnswer): readonly string[] {
  return labelsNamedBy(target.legendFormat).filter((label) => answer.series.every(({ labels }) => !labels[label]));
}
