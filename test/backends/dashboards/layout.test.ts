import { describe, expect, it } from "vitest";
import { allPanels, type Dashboard, type Panel, type Rectangle, subjects } from "./dashboards.ts";

const all = await subjects();
const columns = 24;
const panelsAtOnce = 25;
const bytes = 200_000;

const overlap = (a: Rectangle, b: Rectangle) =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

function overlaps(panels: readonly Panel[]): readonly string[] {
  const pairs = panels.flatMap((panel, index) => panels.slice(index + 1).map((other) => [panel, other] as const));
  return [
    ...pairs.filter(([a, b]) => overlap(a.gridPos, b.gridPos)).map(([a, b]) => `${a.title} and ${b.title}`),
    ...panels.flatMap((panel) => overlaps(panel.panels ?? [])),
  ];
}

/** Lines of the grid with a hole: Grafana shows it as empty space. */
function gaps(panels: readonly Panel[]): readonly string[] {
  const ends = Math.max(0, ...panels.map(({ gridPos: { y, h } }) => y + h));
  const starts = Math.min(ends, ...panels.map(({ gridPos }) => gridPos.y));
  const widthAt = (line: number) =>
    panels
      .filter(({ gridPos: { y, h } }) => y <= line && line < y + h)
      .reduce((sum, { gridPos }) => sum + gridPos.w, 0);
  const lines = Array.from({ length: ends - starts }, (_, index) => starts + index);
  return [
    ...lines.filter((line) => widthAt(line) < columns).map((line) => `line ${line}: ${widthAt(line)} columns`),
    ...panels.flatMap((panel) => gaps(panel.panels ?? [])),
  ];
}

const duplicates = (values: readonly unknown[]) => values.filter((value, index) => values.indexOf(value) !== index);
const open = ({ panels }: Dashboard) => panels.filter(({ type }) => type !== "row");

describe.each(all)("$name", ({ dashboard, content }) => {
  const panels = allPanels(dashboard);

  it("fills its grid: nothing overlaps, overflows or leaves a hole", () => {
    expect(overlaps(dashboard.panels)).toEqual([]);
    expect(panels.filter(({ gridPos: { x, w } }) => x < 0 || w < 1 || x + w > columns)).toEqual([]);
    expect(gaps(dashboard.panels)).toEqual([]);
  });

  it("has ids of its own for panels, and for the queries of each", () => {
    expect(duplicates(panels.map(({ id }) => id))).toEqual([]);
    expect(panels.filter(({ id }) => !Number.isInteger(id) || id < 1)).toEqual([]);
    for (const { targets = [] } of panels) expect(duplicates(targets.map(({ refId }) => refId))).toEqual([]);
  });

  it(`shows at most ${panelsAtOnce} panels at first`, () => {
    expect(open(dashboard).length).toBeLessThanOrEqual(panelsAtOnce);
  });

  it("is small enough for a ConfigMap", () => {
    expect(Buffer.byteLength(content)).toBeLessThan(bytes);
  });
});

describe("all dashboards of a plan", () => {
  it("have uids and titles of their own: Grafana stops reading a folder where two are alike", () => {
    for (const plan of new Set(all.map((subject) => subject.plan))) {
      const mine = all.filter((subject) => subject.plan === plan).map(({ dashboard }) => dashboard);
      expect(duplicates(mine.map(({ uid }) => uid))).toEqual([]);
      expect(duplicates(mine.map(({ title }) => title))).toEqual([]);
    }
  });
});
