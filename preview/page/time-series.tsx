import { type DataFrame, dateTime, type TimeRange } from "@grafana/data";
import type { VizLegendOptions } from "@grafana/schema";
import { GraphDrawStyle } from "@grafana/schema";
import { TimeSeries, type UPlotConfigBuilder } from "@grafana/ui";
import type { Drawing, PanelProps } from "./drawing.ts";
import { option } from "./drawing.ts";
import { withFieldConfig } from "./fields.ts";
import { framesOf, rangeOf } from "./frames.ts";
import { theme } from "./theme.ts";

export function timeRangeOf({ drawing, panel }: PanelProps): TimeRange {
  const { start, end } = rangeOf(drawing, panel.id);
  return { from: dateTime(start * 1000), to: dateTime(end * 1000), raw: drawing.dashboard.time };
}

/** Grafana's own defaults for what a panel leaves out. */
const defaults = { drawStyle: GraphDrawStyle.Line, lineWidth: 1, fillOpacity: 0, pointSize: 5 };

/** What is no number is a gap. */
function withGaps(frames: DataFrame[]): DataFrame[] {
  for (const field of frames.flatMap((frame) => frame.fields)) {
    field.values = field.values.map((value) => (Number.isFinite(value) ? value : null));
  }
  return frames;
}

function withDefaults(frames: DataFrame[]): DataFrame[] {
  for (const field of frames.flatMap((frame) => frame.fields)) {
    field.config.custom = { ...defaults, ...field.config.custom };
  }
  return frames;
}

/** Moments at which something began: each annotation's points, where they follow no other. */
function moments({ answers }: Drawing): readonly { readonly time: number; readonly color: string }[] {
  return answers.annotations.flatMap(({ annotation, answer }) =>
    answer.series.flatMap(({ times }) =>
      times
        .filter((time, index) => time - (times[index - 1] ?? 0) > 120)
        .map((time) => ({
          time: time * 1000,
          color: theme.visualization.getColorByName(annotation.iconColor ?? "red"),
        })),
    ),
  );
}

function drawMoments(builder: UPlotConfigBuilder, drawing: Drawing): void {
  builder.addHook("draw", (plot) => {
    const { left, top, width, height } = plot.bbox;
    for (const { time, color } of moments(drawing)) {
      const x = plot.valToPos(time, "x", true);
      if (x < left || x > left + width) continue;
      plot.ctx.save();
      plot.ctx.strokeStyle = color;
      plot.ctx.setLineDash([5, 5]);
      plot.ctx.beginPath();
      plot.ctx.moveTo(x, top);
      plot.ctx.lineTo(x, top + height);
      plot.ctx.stroke();
      plot.ctx.restore();
    }
  });
}

export function TimeSeriesPanel(props: PanelProps) {
  const { panel, drawing, width, height } = props;
  const legend = option<VizLegendOptions>(panel, "legend", {
    showLegend: true,
    displayMode: "list",
    placement: "bottom",
    calcs: [],
  } as never);
  const frames = withDefaults(withFieldConfig(panel, withGaps(framesOf(props))));
  if (frames.length === 0) return <p>{panel.fieldConfig?.defaults?.noValue ?? "No data"}</p>;
  return (
    <TimeSeries
      width={width}
      height={height}
      timeRange={timeRangeOf(props)}
      timeZone="utc"
      frames={frames}
      legend={legend}
      options={panel.options ?? {}}
    >
      {(builder) => {
        drawMoments(builder, drawing);
        return null;
      }}
    </TimeSeries>
  );
}
