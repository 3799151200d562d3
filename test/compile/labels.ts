// Which labels an expression's series carry, told from its nodes alone, and how each operation joins its two sides.
import { contract } from "@llm-slo/metrics/contract";
import type { ServicePlan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Binary, Expr } from "../../src/promql/ast.ts";
import { walk } from "../../src/promql/build.ts";
import type { Source } from "../../src/sources/source.ts";

type Labels = ReadonlySet<string>;

/** The labels of every series that a rule can read. */
export type KnownSeries = ReadonlyMap<string, Labels>;

/** The series of apps and of Prometheus itself. */
export function rawSeries({ labelNames, ownLabels, signals }: Source, match: object): Map<string, Labels> {
  const target = ["job", "instance", ...Object.keys(match)];
  const scope = [labelNames.feature, labelNames.model, ...Object.keys(ownLabels), ...target];
  const known = new Map<string, Labels>([["up", new Set(target)]]);
  const add = (metric: string, labels: readonly string[]) => known.set(metric, new Set([...labels, ...scope]));
  for (const [metric, { labels }] of Object.entries(contract)) add(metric, labels);
  // Alerts of the evaluation before: an alert may read itself.
  known.set("ALERTS", new Set(["alertname", "alertstate", "service", "slo", "arm", "severity", "team"]));
  const {
    requests,
    duration,
    firstToken,
    costPerRequest,
    inflight,
    cost,
    contextUtilisation,
    evaluationScore,
    retrievalRelevance,
  } = signals;
  if (cost) add(cost.metric, []);
  if (requests) add(requests.metric, [requests.label]);
  if (inflight) add(inflight.metric, []);
  for (const histogram of [duration, firstToken, costPerRequest, contextUtilisation]) {
    if (!histogram) continue;
    add(`${histogram.metric}_count`, []);
    add(`${histogram.metric}_sum`, []);
    add(`${histogram.metric}_bucket`, ["le"]);
  }
  for (const [histogram, labels] of [
    [evaluationScore, ["evaluator"]],
    [retrievalRelevance, []],
  ] as const) {
    if (!histogram) continue;
    add(`${histogram.metric}_count`, labels);
    add(`${histogram.metric}_sum`, labels);
    add(`${histogram.metric}_bucket`, [...labels, "le"]);
  }
  if (firstToken?.missing) add(firstToken.missing, []);
  return known;
}

/** A scalar has no labels and joins with everything. */
function isScalar(expr: Expr): boolean {
  if (expr.kind === "binary") return isScalar(expr.left) && isScalar(expr.right);
  return (
    expr.kind === "number" ||
    expr.kind === "string" ||
    (expr.kind === "call" && (expr.func === "time" || expr.func === "scalar"))
  );
}

const intersection = (a: Labels, b: Labels): Labels => new Set([...a].filter((label) => b.has(label)));

/** The labels that every series of an expression carries. @throws when it reads a series that nothing writes before it. */
export function labelsOf(expr: Expr, known: KnownSeries): Labels {
  switch (expr.kind) {
    case "number":
    case "string":
      return new Set();
    case "verbatim":
      throw new Error(`nobody knows the labels of ${expr.text}`);
    case "selector": {
      const labels = known.get(expr.metric);
      if (!labels) throw new Error(`nothing writes ${expr.metric}`);
      const strange = expr.matchers.find(({ label }) => !labels.has(label));
      if (strange) throw new Error(`${expr.metric} has no label ${strange.label}`);
      return labels;
    }
    case "subquery":
      return labelsOf(expr.expr, known);
    case "aggregation": {
      if (expr.by.length === 0) return new Set();
      const labels = labelsOf(expr.expr, known);
      const lost = expr.by.find((label) => !labels.has(label));
      if (lost) throw new Error(`${expr.op} by ${lost}, which its series don't have`);
      return new Set(expr.by);
    }
    case "call": {
      const [first, second] = expr.args;
      if (expr.func === "vector") return new Set();
      if (expr.func === "label_replace") {
        return new Set([...labelsOf(first as Expr, known), (second as { value: string }).value]);
      }
      if (expr.func !== "histogram_quantile") return labelsOf(first as Expr, known);
      return new Set([...labelsOf(second as Expr, known)].filter((label) => label !== "le"));
    }
    case "binary":
      return labelsOfBinary(expr, known);
  }
}

function labelsOfBinary(expr: Binary, known: KnownSeries): Labels {
  if (isScalar(expr.left)) return labelsOf(expr.right, known);
  const left = labelsOf(expr.left, known);
  if (isScalar(expr.right) || expr.op === "and" || expr.op === "unless") return left;
  if (expr.op === "or") return intersection(left, labelsOf(expr.right, known));
  return expr.on && !expr.groupLeft ? new Set(expr.on) : left;
}

/** An operation of two vectors. */
export interface Join {
  readonly expr: Binary;
  readonly left: Labels;
  readonly right: Labels;
  /** What it matches by. */
  readonly by: readonly string[];
}

/** Every operation of two vectors in an expression. */
export function joinsOf(expr: Expr, known: KnownSeries): readonly Join[] {
  return [...walk(expr)].flatMap((node) => {
    if (node.kind !== "binary" || isScalar(node.left) || isScalar(node.right)) return [];
    const [left, right] = [labelsOf(node.left, known), labelsOf(node.right, known)];
    return [{ expr: node, left, right, by: node.on ?? [...new Set([...left, ...right])].toSorted() }];
  });
}

/** A rule, and the labels of what it can read when it is evaluated: raw series, and what rules before it wrote. */
export interface RuleInPlace {
  readonly rule: Rule;
  readonly known: KnownSeries;
}

/** The rules of a service in the order they are evaluated. */
export function rulesInPlace({ groups, match }: ServicePlan, source: Source): readonly RuleInPlace[] {
  const known = rawSeries(source, match);
  return groups
    .flatMap(({ rules }) => rules)
    .map((rule) => {
      const before = new Map(known);
      const labels = new Set([...labelsOf(rule.expr, known), ...Object.keys(rule.labels)]);
      if (rule.kind === "recording") known.set(rule.record, labels);
      else known.set("ALERTS", new Set([...labels, ...(known.get("ALERTS") ?? []), "alertname", "alertstate"]));
      return { rule, known: before };
    });
}
