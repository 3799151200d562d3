// How the series of an exporter are written down: a name, labels, and a value for each moment.
import { activity, now } from "./clock.ts";

export type Labels = Readonly<Record<string, string>>;

/** A gauge's value, or what a counter grows by each second, at a time in seconds; `noise` is -1 to 1. */
export type At = (time: number, noise: number) => number;

export interface ExportedSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly kind: "gauge" | "counter";
  readonly at: At;
}

export interface Exporter {
  readonly name: string;
  /** Where its metrics are written down. */
  readonly source: string;
  readonly series: readonly ExportedSeries[];
}

export const hoursAgo = (time: number) => (now - time) / 3_600;
export const within = (time: number, from: number, to: number) => hoursAgo(time) <= from && hoursAgo(time) > to;
export const constant =
  (value: number): At =>
  () =>
    value;
/** Follows the traffic. */
export const busy =
  (base: number, byTraffic: number, noisy = 0): At =>
  (time, noise) =>
    Math.max(0, base + byTraffic * activity(time) + noisy * noise);

const series =
  (kind: ExportedSeries["kind"]) =>
  (metric: string, at: At | number, ...labels: readonly Labels[]): readonly ExportedSeries[] =>
    (labels.length > 0 ? labels : [{}]).map((own) => ({
      metric,
      labels: own,
      kind,
      at: typeof at === "number" ? constant(at) : at,
    }));
export const gauge = series("gauge");
export const counter = series("counter");

export const withLabels = (common: Labels, exported: readonly ExportedSeries[]): readonly ExportedSeries[] =>
  exported.map((one) => ({ ...one, labels: { ...common, ...one.labels } }));
