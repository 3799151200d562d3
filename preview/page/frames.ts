// Prometheus' answers to Grafana's data frames, as its Prometheus data source makes them.
import { type DataFrame, FieldType, toDataFrame } from "@grafana/data";
import type { PanelAnswer, TimeRange } from "../../test/backends/dashboards/ask-dashboard.ts";
import { seriesName } from "../../test/backends/dashboards/series-name.ts";
import type { Drawing, PanelProps } from "./drawing.ts";

export const answersOf = ({ answers }: Drawing, id: number): readonly PanelAnswer[] =>
  answers.panels.filter(({ panel }) => panel.id === id);

/** The time that a panel shows: its own, or the dashboard's. */
export const rangeOf = (drawing: Drawing, id: number): TimeRange =>
  answersOf(drawing, id)[0]?.range ?? drawing.answers.range;

function seriesFrames({ target, answer, step }: PanelAnswer): readonly DataFrame[] {
  return answer.series.map(({ labels, times, values }) =>
    toDataFrame({
      refId: target.refId,
      fields: [
        {
          name: "Time",
          type: FieldType.time,
          values: times.map((time) => time * 1000),
          config: { interval: step * 1000 },
        },
        {
          name: "Value",
          type: FieldType.number,
          labels,
          values: [...values],
          config: { displayNameFromDS: seriesName(target, labels) },
        },
      ],
    }),
  );
}

function tableFrame({ target, answer }: PanelAnswer, several: boolean): DataFrame {
  const rows = answer.series.map(({ labels, times, values }) => ({
    labels,
    time: times.at(-1) ?? 0,
    value: values.at(-1),
  }));
  const names = [...new Set(rows.flatMap(({ labels }) => Object.keys(labels)))].sort();
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: "Time", type: FieldType.time, values: rows.map(({ time }) => time * 1000) },
      ...names.map((name) => ({ name, type: FieldType.string, values: rows.map(({ labels }) => labels[name] ?? "") })),
      {
        name: several ? `Value #${target.refId}` : "Value",
        type: FieldType.number,
        values: rows.map(({ value }) => value),
      },
    ],
  });
}

/** What a panel's queries gave. */
export function framesOf({ panel, drawing }: PanelProps): DataFrame[] {
  const answers = answersOf(drawing, panel.id);
  const tables = answers.filter(({ target }) => target.format === "table");
  return [
    ...answers.filter(({ target }) => target.format !== "table").flatMap(seriesFrames),
    ...tables.map((answer) => tableFrame(answer, tables.length > 1)),
  ];
}
