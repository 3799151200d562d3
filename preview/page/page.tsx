// Draws a dashboard the way Grafana does, with Grafana's own components.
import {
  renderTextPanelMarkdown,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  ThemeContext,
} from "@grafana/data";
import { GlobalStyles, Icon, PanelChrome } from "@grafana/ui";
import { Component, type ComponentType, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import type { Panel } from "../../test/backends/dashboards/dashboards.ts";
import { type Drawing, option, type PanelProps } from "./drawing.ts";
import { HeatmapPanel } from "./heatmap.tsx";
import { type Placed, placePanels } from "./layout.ts";
import { BarGaugePanel, StatPanel } from "./single-values.tsx";
import { StateTimelinePanel } from "./state-timeline.tsx";
import { TablePanel } from "./table.tsx";
import { text, theme } from "./theme.ts";
import { TimeSeriesPanel } from "./time-series.tsx";

standardFieldConfigEditorRegistry.setInit(() => []);
standardEditorsRegistry.setInit(() => []);

const dashboardWidth = 1_500;
const padding = 16;

function TextPanel({ panel }: PanelProps) {
  const html = renderTextPanelMarkdown(option(panel, "content", ""));
  // biome-ignore lint/security/noDangerouslySetInnerHtml: it is our own dashboards' text, made safe by Grafana.
  return <div className="markdown-html" dangerouslySetInnerHTML={{ __html: html }} />;
}

const drawn: Readonly<Record<string, ComponentType<PanelProps>>> = {
  bargauge: BarGaugePanel,
  heatmap: HeatmapPanel,
  stat: StatPanel,
  "state-timeline": StateTimelinePanel,
  table: TablePanel,
  text: TextPanel,
  timeseries: TimeSeriesPanel,
};

/** A panel that can't be drawn says so in its place. */
class OrProblem extends Component<
  { readonly panel: Panel; readonly children: ReactNode },
  { readonly problem?: unknown }
> {
  override state: { readonly problem?: unknown } = {};
  static getDerivedStateFromError(problem: unknown) {
    return { problem };
  }
  override componentDidCatch(problem: unknown) {
    console.error(`${this.props.panel.title}: ${problem}`);
  }
  override render() {
    return this.state.problem === undefined ? this.props.children : <pre>{String(this.state.problem)}</pre>;
  }
}

function Body(props: PanelProps) {
  const Drawn = drawn[props.panel.type];
  if (!Drawn) throw new Error(`Nobody has written how to draw panels of type ${props.panel.type}.`);
  return <Drawn {...props} />;
}

function Row({ placed }: { readonly placed: Placed }) {
  const { panel, left, top } = placed;
  return (
    <div style={{ position: "absolute", left, top, display: "flex", gap: 6, alignItems: "center", fontWeight: 500 }}>
      <Icon name="angle-down" />
      {panel.title}
    </div>
  );
}

function PlacedPanel({ placed, drawing }: { readonly placed: Placed; readonly drawing: Drawing }) {
  const { panel, left, top, width, height } = placed;
  return (
    <div style={{ position: "absolute", left, top, width, height }}>
      <PanelChrome title={panel.title} description={panel.description ?? ""} width={width} height={height}>
        {(innerWidth, innerHeight) => (
          <OrProblem panel={panel}>
            <Body panel={panel} drawing={drawing} width={innerWidth} height={innerHeight} />
          </OrProblem>
        )}
      </PanelChrome>
    </div>
  );
}

/** What is chosen, as the controls above a dashboard show it. */
function Chosen({ drawing: { dashboard, answers } }: { readonly drawing: Drawing }) {
  const variables = dashboard.templating?.list ?? [];
  const words = variables.map(({ name, label }) => [
    label ?? name,
    answers.values[name] === ".*" ? "All" : answers.values[name],
  ]);
  return (
    <div style={{ display: "flex", gap: 16, margin: "8px 0 12px", color: text.secondary }}>
      {[...words, ["Time", `${dashboard.time.from} to ${dashboard.time.to}`]].map(([label, value]) => (
        <span key={label}>
          {label}: <b style={{ color: text.primary }}>{value}</b>
        </span>
      ))}
    </div>
  );
}

function Page({ drawing }: { readonly drawing: Drawing }) {
  const { placed, height } = placePanels(drawing.dashboard, dashboardWidth);
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <div id="dashboard" style={{ width: dashboardWidth + 2 * padding, padding }}>
        <h3 style={{ margin: 0 }}>{drawing.dashboard.title}</h3>
        <Chosen drawing={drawing} />
        <div style={{ position: "relative", height }}>
          {placed.map((one) =>
            one.panel.type === "row" ? (
              <Row key={one.panel.id} placed={one} />
            ) : (
              <PlacedPanel key={one.panel.id} placed={one} drawing={drawing} />
            ),
          )}
        </div>
      </div>
    </ThemeContext.Provider>
  );
}

/** Called by the browser's driver. */
Object.assign(window, {
  draw(drawing: Drawing) {
    createRoot(document.querySelector("#root") as Element).render(<Page drawing={drawing} />);
  },
});
