// Axes of the panels that Grafana's packages don't export and that are drawn here.
import { dateTimeFormat } from "@grafana/data";
import type { TimeRange } from "../../test/backends/dashboards/ask-dashboard.ts";
import { text, theme } from "./theme.ts";

const steps = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880].map((minutes) => minutes * 60);
const ticksAtMost = 8;

export const axisText = { fill: text.secondary, fontSize: 12, fontFamily: theme.typography.fontFamily };

/** Where a time, in seconds, is between two edges. */
export function timeScale({ start, end }: TimeRange, left: number, right: number): (time: number) => number {
  return (time) => left + ((time - start) / (end - start)) * (right - left);
}

export function TimeAxis({
  range,
  left,
  right,
  y,
}: {
  readonly range: TimeRange;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}) {
  const { start, end } = range;
  const step = steps.find((seconds) => (end - start) / seconds <= ticksAtMost) ?? 86_400 * 5;
  const x = timeScale(range, left, right);
  const first = Math.ceil(start / step) * step;
  const ticks = Array.from({ length: Math.floor((end - first) / step) + 1 }, (_, index) => first + index * step);
  const format = step >= 43_200 ? "MM/DD" : "HH:mm";
  return (
    <>
      {ticks.map((time) => (
        <text key={time} x={x(time)} y={y} textAnchor="middle" {...axisText}>
          {dateTimeFormat(time * 1000, { format, timeZone: "utc" })}
        </text>
      ))}
    </>
  );
}
