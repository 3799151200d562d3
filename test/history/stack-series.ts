// The samples of what the stack's own components expose, over the recent part of the history.
import { seededRandom } from "../../examples/rag-service/random.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Samples } from "../support/remote-write.ts";
import { recent, timesOf } from "./clock.ts";
import type { ExportedSeries } from "./exported-series.ts";
import { exporters } from "./exporters.ts";

const times = timesOf(recent);

function samplesOf({ metric, labels, kind, at }: ExportedSeries, seed: number): Samples {
  const random = seededRandom(seed);
  let [sum, noise] = [0, 0];
  const values = times.map((time) => {
    // Each moment is like the one before it: measurements don't jump about.
    noise = 0.7 * noise + 0.3 * (2 * random() - 1) * 1.7;
    const value = at(time, Math.max(-1, Math.min(1, noise)));
    if (kind === "gauge") return value;
    sum += value * recent.step;
    return sum;
  });
  return { metric, labels, times, values };
}

/** Every series of the exporters. */
export function stackSamples(plan: Plan): readonly Samples[] {
  return exporters(plan)
    .flatMap(({ series }) => series)
    .map((series, index) => samplesOf(series, index + 1));
}
