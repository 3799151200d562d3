// Short ways to say what most panels are.
import type { StatPanel, TimeSeriesPanel } from "./dashboard.ts";

/** A graph of half a screen's width, from 0 up. */
export function graph(
  title: string,
  description: string,
  rest: Pick<TimeSeriesPanel, "queries" | "unit"> & Partial<TimeSeriesPanel>,
): TimeSeriesPanel {
  return { kind: "time-series", title, description, min: 0, width: 12, height: 8, ...rest };
}

/** A large number of a sixth of a screen's width. */
export function number(
  title: string,
  description: string,
  rest: Pick<StatPanel, "queries" | "unit"> & Partial<StatPanel>,
): StatPanel {
  return { kind: "stat", title, description: `${description} "no data": nothing tells.`, width: 4, height: 4, ...rest };
}
