// What synth made and what it will cost, as a table and as data.
import Table from "cli-table3";
import { estimateCost, type RawReads, type ServiceCost } from "../compile/cost.ts";
import type { Plan } from "../plan/plan.ts";
import type { Made } from "./backends.ts";
import type { Changes } from "./changes.ts";
import { counted } from "./terminal.ts";

/** One environment of a summary. */
export interface EnvironmentSummary {
  /** Empty for `stack.ts`. */
  readonly environment: string;
  readonly services: readonly ServiceCost[];
  /** Files by what they are. */
  readonly files: Readonly<Record<string, number>>;
}

/** What happened to the folder. */
export interface WriteSummary {
  readonly written: readonly string[];
  readonly unchanged: number;
  readonly removed: readonly string[];
}

export function summarize(plan: Plan, made: Made): EnvironmentSummary {
  return { environment: plan.environment, services: estimateCost(plan), files: made.counts };
}

export function summarizeChanges({ written, unchanged, removed }: Changes): WriteSummary {
  return { written: written.map(({ path }) => path).sort(), unchanged, removed: [...removed].sort() };
}

const number = (value: number) => value.toLocaleString("en-US");
const rawText = (raw: readonly RawReads[]) =>
  raw.map(({ selectors, samplesPerSeries }) => `${selectors}×${samplesPerSeries}`).join(" + ");

function totalOf(services: readonly ServiceCost[]): ServiceCost {
  const sum = (value: (cost: ServiceCost) => number) => services.reduce((total, cost) => total + value(cost), 0);
  const raw = new Map<number, number>();
  for (const { selectors, samplesPerSeries } of services.flatMap((cost) => cost.raw))
    raw.set(samplesPerSeries, (raw.get(samplesPerSeries) ?? 0) + selectors);
  return {
    service: "all",
    slos: sum(({ slos }) => slos),
    budgets: sum(({ budgets }) => budgets),
    guardrails: sum(({ guardrails }) => guardrails),
    recordingRules: sum(({ recordingRules }) => recordingRules),
    alertRules: sum(({ alertRules }) => alertRules),
    recordedSeries: sum(({ recordedSeries }) => recordedSeries),
    recordedSamples: sum(({ recordedSamples }) => recordedSamples),
    raw: [...raw].sort(([a], [b]) => a - b).map(([samplesPerSeries, selectors]) => ({ selectors, samplesPerSeries })),
  };
}

const columns = ["service", "SLOs", "budgets", "guardrails", "rules", "alerts", "series", "samples read", "raw reads"];

function row({
  service,
  slos,
  budgets,
  guardrails,
  recordingRules,
  alertRules,
  recordedSeries,
  recordedSamples,
  raw,
}: ServiceCost): string[] {
  return [
    service,
    ...[slos, budgets, guardrails, recordingRules, alertRules, recordedSeries, recordedSamples].map(number),
    rawText(raw),
  ];
}

const bare = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
};
const noLines = { ...bare, left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: "  " };

/** What the columns of cost mean. */
export const legend =
  "series: recorded by the rules. samples read: of recorded series, each time all groups are evaluated.\n" +
  "raw reads: n×m means that n selectors of your apps' own series read m samples of every series they match.";

/** The table of one environment, and what else was made. */
export function printSummary({ environment, services, files }: EnvironmentSummary): string {
  const table = new Table({
    chars: noLines,
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [] },
    colAligns: ["left", "right", "right", "right", "right", "right", "right", "right", "left"],
    head: columns,
  });
  table.push(...services.map(row), ...(services.length > 1 ? [row(totalOf(services))] : []));
  const lines = table
    .toString()
    .split("\n")
    .map((line) => line.trimEnd());
  const others = Object.entries(files).filter(([, count]) => count > 0);
  return [
    ...(environment === "" ? [] : [`${environment}:`]),
    ...lines,
    others.map(([noun, count]) => counted(count, noun)).join(", "),
  ].join("\n");
}

/** What happened to the folder, on one line. */
export function printChanges(out: string, { written, unchanged, removed }: WriteSummary): string {
  if (written.length === 0 && removed.length === 0) return `${out}: ${counted(unchanged, "file")}, all up to date`;
  return `${out}: ${counted(written.length, "file")} written, ${number(unchanged)} unchanged, ${number(removed.length)} removed`;
}
