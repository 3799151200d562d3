// Counters, gauges and histograms of one target, read at each moment of the history as a scrape would.
import { contract, type MetricDefinition, type MetricName } from "@llm-slo/metrics/contract";
import type { Samples } from "../support/remote-write.ts";
import { firstRecent, times } from "./clock.ts";

type Labels = Readonly<Record<string, string>>;

/** A series with the values it had when it was read. */
interface Track {
  readonly metric: string;
  readonly labels: Labels;
  value: number;
  readonly read: number[];
  /** The moment of the first value in `read`. */
  from: number;
}

/** A number of one series; for counters, `add` alone. */
export interface Instrument {
  add(amount?: number): void;
  set(value: number): void;
}

export interface Recorder {
  /** A counter or gauge. Several calls with the same labels give the same series. */
  series(metric: string, labels?: Labels): Instrument;
  /** A histogram with the contract's buckets: notes a value. */
  histogram(metric: MetricName, labels: Labels): (value: number) => void;
  /** Reads every series, at the moment of this index. */
  scrape(index: number): void;
  /** The target is gone: its series end at the moment of this index. */
  end(index: number): void;
  samples(): readonly Samples[];
}

/** As Prometheus 3 writes a bound, whatever the app wrote. @example bound(2) // "2.0" */
const bound = (value: number) => (Number.isInteger(value) ? `${value}.0` : String(value));

/**
 * Keeps what a target would show.
 * @param target what a scrape adds to every series: job, namespace, pod, instance.
 */
export function createRecorder(target: Labels): Recorder {
  const tracks = new Map<string, Track>();
  let ended: number | undefined;
  const trackOf = (metric: string, labels: Labels): Track => {
    const key = `${metric}${JSON.stringify(labels)}`;
    const known = tracks.get(key);
    if (known) return known;
    const track: Track = { metric, labels: { ...labels, ...target }, value: 0, read: [], from: 0 };
    tracks.set(key, track);
    return track;
  };
  return {
    series(metric, labels = {}) {
      const track = trackOf(metric, labels);
      return {
        add: (amount = 1) => {
          track.value += amount;
        },
        set: (value) => {
          track.value = value;
        },
      };
    },
    histogram(metric, labels) {
      const { buckets = [] } = contract[metric] as MetricDefinition;
      const cumulative = [...buckets.map(bound), "+Inf"].map((le) => trackOf(`${metric}_bucket`, { ...labels, le }));
      const bounds = [...buckets, Number.POSITIVE_INFINITY];
      const [count, sum] = [trackOf(`${metric}_count`, labels), trackOf(`${metric}_sum`, labels)];
      return (value) => {
        for (const [index, track] of cumulative.entries()) if (value <= (bounds[index] ?? 0)) track.value += 1;
        count.value += 1;
        sum.value += value;
      };
    },
    scrape(index) {
      for (const track of tracks.values()) {
        // What never happened is left out of the past: nothing that windows of days read would differ.
        if (track.read.length === 0) {
          if (track.value === 0 && index < firstRecent) continue;
          track.from = index;
        }
        track.read.push(track.value);
      }
    },
    end(index) {
      ended = index;
    },
    samples: () =>
      [...tracks.values()].map(({ metric, labels, read, from }) => {
        const values = ended === undefined ? read : [...read, null];
        return { metric, labels, times: times.slice(from, from + values.length), values };
      }),
  };
}
