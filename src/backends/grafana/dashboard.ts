// What a dashboard shows, in our own words: plain data, none of it Grafana's. The grafana-*.ts files turn it into Grafana's JSON.
import type { Expr } from "../../promql/ast.ts";

export interface Query {
  readonly expr: Expr;
  /** Name of each series. @example "{{slo}}" */
  readonly legend: string;
  /** Drawn as a dashed line: a limit, not a measurement. */
  readonly dashed?: boolean;
  /** Shows what each dot of a trace points to, where apps trace. */
  readonly exemplars?: boolean;
  readonly color?: Color;
}

export type Color = "red" | "orange" | "yellow" | "green" | "blue" | "purple" | "text";

/** Values from `from` upwards have this colour. Below the first one they are neutral, as missing ones are. */
export interface ColorStep {
  readonly from: number;
  readonly color: Color;
}

/** What a value is called. */
export interface Word {
  readonly value: number;
  readonly text: string;
  readonly color: Color;
}

export type Unit =
  | "share"
  | "seconds"
  | "duration"
  | "USD"
  | "number"
  | "bytes"
  | "percent"
  | "celsius"
  | "watts"
  | "times"
  | "since";

interface Placed {
  readonly title: string;
  /** Columns of 24. Panels flow from left to right; the last of a line takes what room is left. */
  readonly width: number;
  readonly height: number;
}

interface Drawn extends Placed {
  /** What it means and what a missing value means, for people who see it for the first time. */
  readonly description: string;
  /** Another time range than the dashboard's, until now. @example "24h" */
  readonly timeFrom?: string;
  /** The shortest time between two points. Default a minute. */
  readonly intervalSeconds?: number;
  /** Points of each series at most; what a panel reads grows with them. */
  readonly maxDataPoints?: number;
}

/** One large number for each query: the latest. */
export interface StatPanel extends Drawn {
  readonly kind: "stat";
  readonly queries: readonly Query[];
  readonly unit: Unit;
  readonly decimals?: number;
  readonly steps?: readonly ColorStep[];
  readonly words?: readonly Word[];
  /** Shown where there is no value. Default "no data". */
  readonly noValue?: string;
}

/** The latest value of each series, as a share of 1. Neutral where there is no value. */
export interface BarGaugePanel extends Drawn {
  readonly kind: "bar-gauge";
  readonly queries: readonly Query[];
  readonly steps: readonly ColorStep[];
}

/** Values over time. */
export interface TimeSeriesPanel extends Drawn {
  readonly kind: "time-series";
  readonly queries: readonly Query[];
  readonly unit: Unit;
  /** Default lines. */
  readonly style?: "lines" | "areas" | "bars";
  /** One on top of the other. */
  readonly stacked?: boolean;
  readonly decimals?: number;
  readonly min?: number;
  readonly max?: number;
  /** What the axis reaches to at least. */
  readonly softMax?: number;
  /** Makes small values as visible as large ones: above 1, each step is ten times the one before. */
  readonly logarithmic?: boolean;
  /** Default below; beside the graph there is room for many names. */
  readonly legend?: "below" | "beside";
  /** Limits that are the same for all series, drawn as lines. */
  readonly limits?: readonly ColorStep[];
}

/** One column: a label of the rows, or the value of a query for each row. */
export type Column = {
  readonly title: string;
  readonly width?: number;
  /** Where a click leads. @example "/d/uid?var-slo=${__data.fields.slo}" */
  readonly link?: string;
} & (
  | { readonly label: string }
  | {
      readonly expr: Expr;
      readonly unit: Unit;
      readonly decimals?: number;
      /** Default: the value as text. */
      readonly cell?: "bar" | "colored";
      readonly min?: number;
      readonly max?: number;
      readonly steps?: readonly ColorStep[];
      readonly words?: readonly Word[];
      /** Shown where there is no value. Default "no data". */
      readonly noValue?: string;
    }
);

/** A line for each set of labels, with the latest values. */
export interface TablePanel extends Drawn {
  readonly kind: "table";
  readonly columns: readonly Column[];
  /** Labels of the rows that are no column. */
  readonly hide?: readonly string[];
  readonly sortBy?: { readonly column: string; readonly descending: boolean };
}

/** States over time, one line for each series. */
export interface StateTimelinePanel extends Drawn {
  readonly kind: "state-timeline";
  readonly queries: readonly Query[];
  readonly words: readonly Word[];
}

/** How the values of a histogram are spread, over time. `queries` give the increase of each bucket. */
export interface HeatmapPanel extends Drawn {
  readonly kind: "heatmap";
  readonly queries: readonly Query[];
  readonly unit: Unit;
}

export interface TextPanel extends Placed {
  readonly kind: "text";
  readonly markdown: string;
}

export type DataPanel = StatPanel | BarGaugePanel | TimeSeriesPanel | TablePanel | StateTimelinePanel | HeatmapPanel;
export type Panel = DataPanel | TextPanel;

/** Panels under a heading; those of a collapsed one are loaded when somebody opens it. */
export interface Row {
  /** None for the panels at the top. */
  readonly title?: string;
  readonly collapsed?: boolean;
  readonly panels: readonly Panel[];
}

/** What people choose by. */
export type Variable = {
  readonly name: string;
  readonly label: string;
} & (
  | {
      readonly kind: "values";
      readonly values: readonly string[];
      /** The pattern that stands for all. */
      readonly all: string;
    }
  | {
      readonly kind: "label";
      readonly of: Expr;
      readonly read: string;
      /** Several at once, or all. */
      readonly multi?: boolean;
      /** Follows from other variables. */
      readonly hidden?: boolean;
    }
);

/** Moments worth knowing when something changed. */
export interface Annotation {
  readonly name: string;
  readonly expr: Expr;
  /** @example "{{alertname}}" */
  readonly title: string;
  readonly text: string;
  readonly color: Color;
}

export interface Dashboard {
  /** At most 40 characters of [a-zA-Z0-9_-]; links in alerts rely on it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** The first is that of the environment; links lead to all that have it. */
  readonly tags: readonly [string, ...string[]];
  /** @example "now-6h" */
  readonly from: string;
  readonly variables: readonly Variable[];
  readonly annotations: readonly Annotation[];
  readonly rows: readonly Row[];
}
