// Where panels lie on Grafana's grid: from left to right, line by line, below the heading of their row.
import type { Panel, Row } from "./dashboard.ts";

const columns = 24;
const headingHeight = 1;

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface PlacedRow {
  /** Of the heading, where the row has one. */
  readonly heading?: Place;
  readonly panels: readonly { readonly panel: Panel; readonly place: Place }[];
}

function flow(
  panels: readonly Panel[],
  top: number,
): { readonly panels: PlacedRow["panels"]; readonly bottom: number } {
  let [x, y, lineHeight] = [0, top, 0];
  const placed = panels.map((panel) => {
    if (x + panel.width > columns) [x, y, lineHeight] = [0, y + lineHeight, 0];
    const place = { x, y, w: panel.width, h: panel.height };
    x += panel.width;
    lineHeight = Math.max(lineHeight, panel.height);
    return { panel, place };
  });
  return { panels: placed, bottom: y + lineHeight };
}

/** Rows one below the other. What lies in a collapsed row takes no room until it is opened. */
export function layOut(rows: readonly Row[]): readonly PlacedRow[] {
  let top = 0;
  return rows.map(({ title, collapsed, panels }) => {
    const heading = title === undefined ? undefined : { x: 0, y: top, w: columns, h: headingHeight };
    const start = heading ? top + headingHeight : top;
    const { panels: placed, bottom } = flow(panels, start);
    top = collapsed ? start : bottom;
    return { ...(heading ? { heading } : {}), panels: placed };
  });
}
