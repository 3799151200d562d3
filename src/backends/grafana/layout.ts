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

type Placed = PlacedRow["panels"][number];

/** The lines that panels fill, without their heights. */
function linesOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const lines: Panel[][] = [];
  let left = 0;
  for (const panel of panels) {
    if (panel.width > left) {
      lines.push([]);
      left = columns;
    }
    lines.at(-1)?.push(panel);
    left -= panel.width;
  }
  return lines;
}

/** One line; its last panel takes what room is left. */
function placeLine(line: readonly Panel[], y: number): readonly Placed[] {
  let x = 0;
  return line.map((panel, index) => {
    const w = index === line.length - 1 ? columns - x : panel.width;
    const place = { x, y, w, h: panel.height };
    x += w;
    return { panel, place };
  });
}

function flow(panels: readonly Panel[], top: number): { readonly panels: readonly Placed[]; readonly bottom: number } {
  let bottom = top;
  const placed = linesOf(panels).flatMap((line) => {
    const y = bottom;
    bottom += Math.max(...line.map(({ height }) => height));
    return placeLine(line, y);
  });
  return { panels: placed, bottom };
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
