// Where panels are in the grid, and how they are numbered.
import { allPanels, type Dashboard, type Panel, type Rectangle } from "./dashboards.ts";

const columns = 24;

const overlap = (a: Rectangle, b: Rectangle) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function overlaps(panels: readonly Panel[]): readonly string[] {
  const pairs = panels.flatMap((panel, index) => panels.slice(index + 1).map((other) => [panel, other] as const));
  return [
    ...pairs.filter(([a, b]) => overlap(a.gridPos, b.gridPos)).map(([a, b]) => `${a.title} and ${b.title} overlap`),
    ...panels.flatMap((panel) => overlaps(panel.panels ?? [])),
  ];
}

/** Lines of the grid with a hole: Grafana shows it as empty space. */
function holes(panels: readonly Panel[]): readonly string[] {
  const ends = Math.max(0, ...panels.map(({ gridPos: { y, h } }) => y + h));
  const starts = Math.min(ends, ...panels.map(({ gridPos }) => gridPos.y));
  const at = (line: number) => panels.filter(({ gridPos: { y, h } }) => y <= line && line < y + h);
  const lines = Array.from({ length: ends - starts }, (_, index) => starts + index);
  const narrow = lines.map(at).filter((there) => there.reduce((sum, { gridPos }) => sum + gridPos.w, 0) < columns);
  return [
    ...new Set(narrow.map((there) => `a hole beside ${there.map(({ title }) => title).join(" and ")}`)),
    ...panels.flatMap((panel) => holes(panel.panels ?? [])),
  ];
}

export function duplicates<T>(values: readonly T[]): readonly T[] {
  return values.filter((value, index) => values.indexOf(value) !== index);
}

/** What people would see of a grid that isn't full, or is too full. */
export function layoutProblems(dashboard: Dashboard): readonly string[] {
  const outside = allPanels(dashboard).filter(({ gridPos: { x, w } }) => x < 0 || w < 1 || x + w > columns);
  return [
    ...overlaps(dashboard.panels),
    ...holes(dashboard.panels),
    ...outside.map(({ title }) => `${title} leaves the grid`),
  ];
}

/** Ids that Grafana would give anew each time it reads the file. */
export function numberingProblems(dashboard: Dashboard): readonly string[] {
  const panels = allPanels(dashboard);
  const unnumbered = panels.filter(({ id }) => !Number.isInteger(id) || id < 1);
  return [
    ...duplicates(panels.map(({ id }) => id)).map((id) => `there are two panels with the id ${id}`),
    ...unnumbered.map(({ title }) => `${title} has no id`),
    ...panels.flatMap(({ title, targets = [] }) =>
      duplicates(targets.map(({ refId }) => refId)).map((refId) => `${title} has two queries ${refId}`),
    ),
  ];
}
