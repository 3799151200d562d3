// What a dashboard shows, in our own words: plain data, none of it Grafana's. grafana-sdk.ts turns it into Grafana's JSON.
import type { Expr } from "../../promql/ast.ts";

export interface Query {
  readonly expr: Expr;
  /** Name of each series. @example "{{slo}}" */
  readonly legend: string;
  /** Drawn as a dashed line: a limit, not a measurement. */
  readonly dashed?: boolean;
}

/** Values from `from` upwards have this colour. */
export interface ColorStep {
  readonly from: number;
  readonly color: "red" | "orange" | "green";
}

interface PanelText {
  readonly title: string;
  /** What it means and what a missing value means, for people who see it for the first time. */
  readonly description: string;
  readonly queries: readonly Query[];
  /** Columns of 24. Panels flow from left to right; the widths of a line add up to 24. */
  readonly width: number;
  readonly height: number;
}

/** The latest value of each series, as a share of 1. Neutral where there is no value. */
export interface BarGaugePanel extends PanelText {
  readonly kind: "bar-gauge";
  readonly steps: readonly ColorStep[];
}

/** Shares of 1 over time. */
export interface TimeSeriesPanel extends PanelText {
  readonly kind: "time-series";
}

export type Panel = BarGaugePanel | TimeSeriesPanel;

export interface Dashboard {
  /** At most 40 characters of [a-zA-Z0-9_-]; links in alerts rely on it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly panels: readonly Panel[];
}
