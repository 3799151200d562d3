import { z } from "zod";
import type { Aggregation, Matcher } from "../../promql/ast.ts";
import { sum } from "../../promql/build.ts";
import { type Inspection, inspect, safeMatches } from "../../promql/inspect.ts";
import { printDuration } from "../../promql/print.ts";
import { baseWindowSeconds, type Series } from "../events.ts";
import type { Percent } from "../percent.ts";
import type { EventExamples } from "../slo.ts";
import { checkObjective } from "./boundary.ts";
import type { Indicator, SpecProblem } from "./indicator.ts";

export interface EventRatioSpec {
  /** The share of events that must be good. @example "99%" */
  readonly objective: Percent;
  /** PromQL for the rate of bad events, with `$window` where the range goes. @example 'rate(jobs_failed_total[$window])' */
  readonly bad: string;
  /** PromQL for the rate of all events, with `$window` where the range goes. @example 'rate(jobs_total[$window])' */
  readonly total: string;
  /** What the ratio is, for alerts and dashboards. @example "failed ingestion jobs" */
  readonly describes?: string;
  /** The series that one good and one bad event increment. Default: worked out from the selectors of `bad` and `total`. */
  readonly examples?: EventExamples;
}

const withWindow = (promql: string) => promql.replaceAll("$window", printDuration(baseWindowSeconds));

function checkSide(field: "bad" | "total", promql: string, found: Inspection): readonly SpecProblem[] {
  const fix = `Write a rate per second, for example sum(rate(my_events_total[$window])).`;
  if (!promql.includes("[$window]")) {
    return [
      {
        id: "invalid-promql",
        field,
        problem: `${promql} has no [$window]`,
        instead: `Put $window where the range goes: rate(my_events_total[$window]).`,
      },
    ];
  }
  const problems = found.problems.map(({ from, message }) => ({
    id: "invalid-promql" as const,
    field,
    problem: `${withWindow(promql)}: ${message} (at character ${from + 1})`,
    instead: fix,
  }));
  if (problems.length > 0 || found.type === "vector") return problems;
  return [{ id: "invalid-promql", field, problem: `${promql} is a ${found.type}, not a vector`, instead: fix }];
}

function checkLabels(bad: Inspection, total: Inspection): readonly SpecProblem[] {
  const [left, right] = [bad.outputLabels, total.outputLabels].map((labels) => labels?.join(", "));
  if (left === right || bad.problems.length + total.problems.length > 0) return [];
  const say = (labels: string | undefined) =>
    labels === undefined ? "all labels of its series" : labels === "" ? "no labels" : `the labels ${labels}`;
  return [
    {
      id: "invalid-promql",
      field: "bad",
      problem: `bad keeps ${say(left)}, total keeps ${say(right)}`,
      instead: "Aggregate both sides the same way, for example with sum(...).",
    },
  ];
}

/** A text that the pattern matches, tried from the simple forms that people write; undefined when none is found. */
function textFor(pattern: string): string | undefined {
  const candidates = pattern.split("|").flatMap((part) => {
    const plain = part.replaceAll(/^\(|\)$/g, "");
    const sample = plain
      .replaceAll(/\\d|\[0-9\]/g, "1")
      .replaceAll(/\\\\?\./g, "\u0000")
      .replaceAll(/\.[*+]/g, "x")
      .replaceAll(".", "0")
      .replaceAll("\u0000", ".");
    return [plain, sample];
  });
  return [...candidates, "x", "0", ""].find((text) => safeMatches(pattern, text));
}

function accepts({ op, value }: Matcher, text: string): boolean {
  if (op === "=") return text === value;
  if (op === "!=") return text !== value;
  return safeMatches(value, text) === (op === "=~");
}

type Selected = Inspection["selectors"][number];
const matches = ({ metric, matchers }: Selected, series: Series) =>
  metric === series.metric && matchers.every((matcher) => accepts(matcher, series.labels[matcher.label] ?? ""));

const fillers = ["success", "ok", "200", "false", "none", "x"];

/** A series that `selector` selects and none of `others` does; undefined when no simple one is found. */
function seriesFor(selector: Selected, others: readonly Selected[]): Series | undefined {
  const constrained = others.flatMap((other) => (other.metric === selector.metric ? other.matchers : []));
  const labels = [...new Set([...selector.matchers, ...constrained].map(({ label }) => label))].filter(
    (label) => label !== "__name__",
  );
  for (const filler of fillers) {
    const chosen = labels.map((label) => {
      const own = selector.matchers.filter((matcher) => matcher.label === label);
      const fixed = own.flatMap(({ op, value }) => (op === "=" ? [value] : op === "=~" ? [textFor(value)] : []));
      const alternatives = own.flatMap(({ op, value }) => (op === "=~" ? value.split("|").map(textFor) : []));
      const options = [...fixed, ...alternatives, filler].filter((text) => text !== undefined);
      const forbidden = constrained.filter((matcher) => matcher.label === label);
      const usable = options.filter((text) => own.every((matcher) => accepts(matcher, text)));
      return [
        label,
        usable.find((text) => forbidden.some((matcher) => !accepts(matcher, text))) ?? usable[0] ?? filler,
      ] as const;
    });
    const series = { metric: selector.metric, labels: Object.fromEntries(chosen) };
    if (matches(selector, series) && !others.some((other) => matches(other, series))) return series;
  }
  return undefined;
}

/** The series one good and one bad event increment, worked out from the selectors. */
function examplesOf(bad: Inspection, total: Inspection): EventExamples | undefined {
  const collect = (selectors: readonly Selected[], others: readonly Selected[]) => {
    const found: Series[] = [];
    for (const selector of selectors) {
      if (found.some((series) => matches(selector, series))) continue;
      const series = seriesFor(selector, others);
      if (series === undefined) return undefined;
      found.push(series);
    }
    return found;
  };
  const good = collect(total.selectors, bad.selectors);
  const failing = collect(bad.selectors, []);
  if (!good || !failing) return undefined;
  const uncovered = total.selectors.filter((selector) => !failing.some((series) => matches(selector, series)));
  const rest = collect(uncovered, bad.selectors);
  return rest && { good, bad: [...failing, ...rest] };
}

/** One series from whatever the user's expression gives. */
function single(promql: string): Aggregation {
  return sum({ kind: "verbatim", text: withWindow(promql) });
}

/** Any ratio of two PromQL event rates. */
export const eventRatioIndicator: Indicator<EventRatioSpec> = {
  kind: "event-ratio",
  alertName: "LlmEventBudgetBurn",
  category: "slo",
  fields: z.strictObject({
    objective: z.string().regex(/^\d+(\.\d+)?%$/, 'is not a percentage such as "99%"'),
    bad: z.string(),
    total: z.string(),
    // Its queries say themselves what they select.
    where: z.exactOptional(z.never()),
    describes: z.exactOptional(z.string()),
    examples: z.exactOptional(
      z.strictObject({
        good: z.array(z.strictObject({ metric: z.string(), labels: z.record(z.string(), z.string()) })),
        bad: z.array(z.strictObject({ metric: z.string(), labels: z.record(z.string(), z.string()) })),
      }),
    ),
  }),
  needs: [],
  check: (spec) => {
    const [bad, total] = [inspect(withWindow(spec.bad)), inspect(withWindow(spec.total))];
    const problems = [
      ...checkObjective("objective", spec.objective, spec.objective.slice(0, -1), '"99%"'),
      ...checkSide("bad", spec.bad, bad),
      ...checkSide("total", spec.total, total),
    ];
    if (problems.length > 0) return problems;
    const labels = checkLabels(bad, total);
    if (labels.length > 0 || spec.examples || examplesOf(bad, total)) return labels;
    return [
      {
        id: "invalid-promql",
        field: "examples",
        problem: "no series can be told from bad and total that a good event increments and a bad one doesn't",
        instead:
          'Name them: examples: { good: [{ metric: "my_events_total", labels: { status: "ok" } }], bad: [...] }.',
      },
    ];
  },
  objective: ({ objective }) => objective.slice(0, -1),
  words: ({ objective, describes }) => ({
    title: describes === undefined ? `${objective} of events good` : `${describes}: ${objective} good`,
    measures: describes === undefined ? "the share of good events" : `the share of good events (bad: ${describes})`,
    badEvents: describes ?? "bad events",
    checks: [
      "Run the SLO's own queries and split them by their labels: which part is bad?",
      "Was something deployed when it began?",
    ],
  }),
  events: ({ bad, total, examples }) => {
    const found = examples ?? examplesOf(inspect(withWindow(bad)), inspect(withWindow(total)));
    if (!found) throw new Error("the examples of this event ratio are unknown");
    return { total: single(total), bad: { kind: "counted", rate: single(bad) }, examples: found };
  },
};
