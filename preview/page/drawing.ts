// What the page is given: a dashboard and everything that Prometheus answered to it.
import type { DashboardAnswers } from "../../test/backends/dashboards/ask-dashboard.ts";
import type { Dashboard, Panel } from "../../test/backends/dashboards/dashboards.ts";

export interface Drawing {
  readonly dashboard: Dashboard;
  readonly answers: DashboardAnswers;
}

/** What a panel is drawn from. */
export interface PanelProps {
  readonly panel: Panel;
  readonly drawing: Drawing;
  readonly width: number;
  readonly height: number;
}

/** An option of a panel, as Grafana's JSON has it. */
export const option = <T>({ options }: Panel, name: string, otherwise: T): T =>
  (options?.[name] as T | undefined) ?? otherwise;
