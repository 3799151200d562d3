// Where panels are, in pixels. Collapsed rows are opened: a picture has nobody who clicks on them.
import type { Dashboard, Panel, Rectangle } from "../../test/backends/dashboards/dashboards.ts";

/** Of Grafana's grid, in pixels. */
const cellHeight = 30;
const margin = 8;
const columns = 24;

export interface Placed {
  readonly panel: Panel;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const endOf = (panels: readonly Panel[]) => Math.max(0, ...panels.map(({ gridPos: { y, h } }) => y + h));

/** Panels with the places that they have when every row is open. */
function openRows(panels: readonly Panel[]): readonly { readonly panel: Panel; readonly place: Rectangle }[] {
  let opened = 0;
  return panels
    .toSorted((a, b) => a.gridPos.y - b.gridPos.y || a.gridPos.x - b.gridPos.x)
    .flatMap((panel) => {
      const moved = (one: Panel) => ({ panel: one, place: { ...one.gridPos, y: one.gridPos.y + opened } });
      const inside = panel.panels ?? [];
      const here = [moved(panel), ...inside.map(moved)];
      if (inside.length > 0) opened += endOf(inside) - panel.gridPos.y - panel.gridPos.h;
      return here;
    });
}

/** @param width of the whole dashboard. */
export function placePanels(
  { panels }: Dashboard,
  width: number,
): { readonly placed: readonly Placed[]; readonly height: number } {
  const column = (width - margin * (columns - 1)) / columns;
  const placed = openRows(panels).map(({ panel, place: { x, y, w, h } }) => ({
    panel,
    left: x * (column + margin),
    top: y * (cellHeight + margin),
    width: w * column + (w - 1) * margin,
    height: h * cellHeight + (h - 1) * margin,
  }));
  return { placed, height: Math.max(0, ...placed.map(({ top, height }) => top + height)) };
}
