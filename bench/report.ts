// What was measured, as people read it.
import { printDuration } from "../src/promql/print.ts";
import type { EvaluationCost, Gain, Strategy } from "./evaluation/evaluation.ts";
import type { Comparison } from "./runtime/turns.ts";
import type { Growth } from "./synth/growth.ts";
import type { SynthCost } from "./synth/measure.ts";
import { grouped, table } from "./table.ts";

const verdict = (met: boolean) => (met ? "met" : "MISSED");

function synthRow(cost: SynthCost): readonly string[] {
  const { checkSeconds, compileSeconds, filesSeconds, cpuSeconds, wallSeconds, startSeconds } = cost;
  const seconds = [checkSeconds, compileSeconds, filesSeconds, cpuSeconds, wallSeconds, startSeconds];
  const counts = [cost.slos, cost.rules, cost.files].map(grouped);
  return [
    ...counts,
    cost.megabytes.toFixed(1),
    ...seconds.map((value) => value.toFixed(2)),
    grouped(cost.peakMegabytes),
  ];
}

/** The table of one scope. */
export function printGrowth({ scope, costs, growth, targetGrowth, targetSeconds, met }: Growth): string {
  const head = [
    "SLOs",
    "rules",
    "files",
    "MB",
    "check s",
    "compile s",
    "files s",
    "CPU s",
    "wall s",
    "start s",
    "peak MB",
  ];
  const largest = costs.at(-1);
  return [
    `Synth: definitions to ${scope}. CPU is check + compile + files; start is Node, tsx and modules, once.`,
    "",
    table(head, costs.map(synthRow)),
    "",
    `100 to 1,000 SLOs take ${growth.toFixed(1)} times the CPU (10 is linear, target below ${targetGrowth}). ` +
      `1,000 SLOs: ${largest?.cpuSeconds.toFixed(2)} s CPU (target below ${targetSeconds} s). ${verdict(met)}`,
  ].join("\n");
}

function strategyRows(name: string, strategy: Strategy): readonly (readonly string[])[] {
  const row = (
    label: string,
    { queries, samples, milliseconds }: Pick<Strategy, "queries" | "samples" | "milliseconds">,
  ) => [label, grouped(queries), grouped(samples), milliseconds.toFixed(2)];
  return [row(name, strategy), ...strategy.families.map((cost) => row(`  ${cost.family}`, cost))];
}

const gainText = ({ samples, time }: Gain) =>
  `${samples.toFixed(0)} times fewer samples, ${time.toFixed(1)} times less time`;

/** The table of one version of Prometheus. */
export function printEvaluation({ prometheus, raw, staged, gain, gainWithoutNoData, ...rest }: EvaluationCost): string {
  const { differences, target, met } = rest;
  const rows = [...strategyRows("raw ratio per window", raw), ...strategyRows("staged: all rules of the SLO", staged)];
  const apart = differences.map(({ window, relative }) => `${printDuration(window)} ${(relative * 100).toFixed(2)} %`);
  return [
    `Evaluation: one SLO once, on Prometheus ${prometheus}. 1,000 raw series, 60 s scrape, 3 days.`,
    "",
    table(["", "queries", "samples", "ms"], rows),
    "",
    `Staged: ${gainText(gain)} (target ${gainText(target)}). Samples ${verdict(met.samples)}, time ${verdict(met.time)}.`,
    `Without the no-data alerts, which the raw shape doesn't have: ${gainText(gainWithoutNoData)}.`,
    `Staged bad share against raw, relative: ${apart.join(", ")}.`,
  ].join("\n");
}

/** What recording costs an app, in microseconds. */
export interface RuntimeCost {
  readonly call: Comparison;
  readonly chunk: Comparison;
}

const targetRatio = 1.2;

/** The table of what recording costs. */
export function printRuntime({ call, chunk }: RuntimeCost): string {
  const row = (name: string, { ours, reference, ratio, noise }: Comparison) => [
    name,
    ...[ours, reference, ratio].map((value) => value.toFixed(2)),
    `${noise.low.toFixed(2)} to ${noise.high.toFixed(2)}`,
  ];
  return [
    "Runtime: CPU time, in turns in one process. Noise is the reference against itself, in half of the rounds.",
    "",
    table(
      ["", "ours µs", "reference µs", "ratio", "noise"],
      [
        row("a finished call, 13 updates, against the same updates by hand on prom-client", call),
        row("a chunk of a stream, against OpenAI's SDK alone", chunk),
      ],
    ),
    "",
    `A finished call costs ${call.ratio.toFixed(2)} times the updates by hand (target at most ${targetRatio}). ${verdict(call.ratio <= targetRatio)}`,
  ].join("\n");
}
