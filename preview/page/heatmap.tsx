// Buckets over time: the darker a cell, the more fell into it.
import { formattedValueToString, getValueFormat } from "@grafana/data";
import { axisText, TimeAxis, timeScale } from "./axes.tsx";
import { option, type PanelProps } from "./drawing.ts";
import { answersOf, rangeOf } from "./frames.ts";

const left = 64;
const axisHeight = 22;
const darkest = [255, 125, 20] as const;

interface Row {
  readonly bound: number;
  readonly cells: ReadonlyMap<number, number>;
}

/** Cumulative buckets to what is in each alone. */
function rowsOf({ drawing, panel }: PanelProps): readonly Row[] {
  const sorted = answersOf(drawing, panel.id)
    .flatMap(({ answer }) => answer.series)
    .map(({ labels, times, values }) => ({
      bound: labels.le === "+Inf" ? Number.POSITIVE_INFINITY : Number(labels.le),
      values: new Map(times.map((time, index) => [time, values[index] ?? 0])),
    }))
    .sort((a, b) => a.bound - b.bound);
  return sorted.map(({ bound, values }, index) => ({
    bound,
    cells: new Map([...values].map(([time, value]) => [time, value - (sorted[index - 1]?.values.get(time) ?? 0)])),
  }));
}

export function HeatmapPanel(props: PanelProps) {
  const { panel, drawing, width, height } = props;
  const rows = rowsOf(props);
  const most = Math.max(1e-9, ...rows.flatMap(({ cells }) => [...cells.values()]));
  const step = answersOf(drawing, panel.id)[0]?.step ?? 60;
  const rowHeight = (height - axisHeight) / Math.max(1, rows.length);
  const range = rangeOf(drawing, panel.id);
  const x = timeScale(range, left, width);
  const { unit = "short", decimals } = option<{ unit?: string; decimals?: number }>(panel, "yAxis", {});
  const cellWidth = Math.max(1, x(step) - x(0) - 1);
  return (
    <svg width={width} height={height} role="img" aria-label={panel.title}>
      {rows.map(({ bound, cells }, index) => {
        const y = (rows.length - index - 1) * rowHeight;
        const label = Number.isFinite(bound) ? formattedValueToString(getValueFormat(unit)(bound, decimals)) : "+Inf";
        return (
          <g key={bound}>
            <text x={left - 8} y={y + rowHeight / 2 + 4} textAnchor="end" {...axisText}>
              {label}
            </text>
            {[...cells]
              .filter(([, value]) => value > most * 1e-4)
              .map(([time, value]) => (
                <rect
                  key={time}
                  x={Math.max(left, x(time - step))}
                  y={y + 0.5}
                  width={cellWidth}
                  height={rowHeight - 1}
                  fill={`rgba(${darkest.join(",")},${0.08 + 0.92 * Math.sqrt(value / most)})`}
                />
              ))}
          </g>
        );
      })}
      <TimeAxis range={range} left={left} right={width} y={height - 6} />
    </svg>
  );
}
