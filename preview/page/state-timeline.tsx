// A band for each series, coloured by its value.
import { type Field, formattedValueToString, getFieldDisplayName } from "@grafana/data";
import { VizLegend } from "@grafana/ui";
import { axisText, TimeAxis, timeScale } from "./axes.tsx";
import { option, type PanelProps } from "./drawing.ts";
import { timesOf, valuesOf, withFieldConfig } from "./fields.ts";
import { framesOf, rangeOf } from "./frames.ts";
import { theme } from "./theme.ts";

const axisHeight = 22;
const legendHeight = 30;
const characterWidth = 6.8;

interface Band {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly color: string;
}

/** Runs of the same value. A gap between points is a gap in the band. */
function bandsOf(times: readonly number[], field: Field): readonly Band[] {
  const step = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? 0)));
  const bands: Band[] = [];
  for (const [index, value] of field.values.entries()) {
    const from = (times[index] ?? 0) / 1000;
    const display = field.display?.(value);
    const next = {
      from,
      to: from + (Number.isFinite(step) ? step : 0) / 1000,
      text: display ? formattedValueToString(display) : "",
      color: display?.color ?? "gray",
    };
    const last = bands.at(-1);
    if (last && last.text === next.text && last.to >= next.from) bands[bands.length - 1] = { ...last, to: next.to };
    else bands.push(next);
  }
  return bands;
}

export function StateTimelinePanel(props: PanelProps) {
  const { panel, drawing, width, height } = props;
  const frames = withFieldConfig(panel, framesOf(props));
  const rows = frames.flatMap((frame) => {
    const field = valuesOf(frame);
    return field ? [{ name: getFieldDisplayName(field, frame, frames), bands: bandsOf(timesOf(frame), field) }] : [];
  });
  const left = Math.min(width / 3, 16 + characterWidth * Math.max(0, ...rows.map(({ name }) => name.length)));
  const rowHeight = (height - axisHeight - legendHeight) / Math.max(1, rows.length);
  const filled = rowHeight * option(panel, "rowHeight", 0.9);
  const range = rangeOf(drawing, panel.id);
  const x = timeScale(range, left, width);
  const showValue = option<string>(panel, "showValue", "auto");
  const states = new Map(rows.flatMap(({ bands }) => bands.map(({ text, color }) => [text, color] as const)));
  return (
    <>
      <svg width={width} height={height - legendHeight} role="img" aria-label={panel.title}>
        {rows.map(({ name, bands }, index) => {
          const y = index * rowHeight;
          return (
            <g key={name}>
              <text x={left - 8} y={y + rowHeight / 2 + 4} textAnchor="end" {...axisText}>
                {name}
              </text>
              {bands.map(({ from, to, text, color }) => (
                <g key={from}>
                  <rect
                    x={x(from)}
                    y={y + (rowHeight - filled) / 2}
                    width={Math.max(1, x(to) - x(from))}
                    height={filled}
                    fill={color}
                    fillOpacity={0.8}
                  />
                  {showValue !== "never" && x(to) - x(from) > characterWidth * text.length + 8 ? (
                    <text
                      x={x(from) + 4}
                      y={y + rowHeight / 2 + 4}
                      {...axisText}
                      fill={theme.colors.getContrastText(color)}
                    >
                      {text}
                    </text>
                  ) : null}
                </g>
              ))}
            </g>
          );
        })}
        <TimeAxis range={range} left={left} right={width} y={height - legendHeight - 6} />
      </svg>
      <VizLegend
        displayMode={"list" as never}
        placement="bottom"
        items={[...states].map(([label, color]) => ({ label, color, yAxis: 1 }))}
      />
    </>
  );
}
