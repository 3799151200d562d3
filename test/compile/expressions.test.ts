import { describe, expect, it } from "vitest";
import { identityLabels, ofSlo, ratioRecord, records, spendRecords } from "../../src/plan/conventions.ts";
import type { Expr } from "../../src/promql/ast.ts";
import { mul, num, walk } from "../../src/promql/build.ts";
import { inspect } from "../../src/promql/inspect.ts";
import { print } from "../../src/promql/print.ts";
import { language } from "../support/model.ts";
import { type CompiledCase, compiledCases, compileOne } from "./compiled-cases.ts";
import { joinsOf, labelsOf, rulesInPlace } from "./labels.ts";

describe.each(compiledCases)("the rules of $name", ({ plan, source, rules }) => {
  it("are PromQL of the right type", () => {
    for (const { expr } of rules) {
      expect(inspect(print(expr)), print(expr)).toMatchObject({ problems: [], type: "vector" });
    }
  });

  it("read nothing but raw series and what rules before them wrote, by labels these have", () => {
    expect(() => rulesInPlace(plan, source)).not.toThrow();
  });

  it("write no series with other labels than its namesakes", () => {
    const written = new Map<string, string>();
    for (const { rule, known } of rulesInPlace(plan, source)) {
      if (rule.kind === "alert") continue;
      const labels = [...new Set([...labelsOf(rule.expr, known), ...Object.keys(rule.labels)])].toSorted().join();
      expect(labels, rule.record).toBe(written.get(rule.record) ?? labels);
      written.set(rule.record, labels);
    }
  });

  it("are each there once, by name and labels, so that promtool finds none twice", () => {
    const names = rules.map((rule) => {
      const labels = Object.entries(rule.labels).map(([label, value]) => `${label}=${value}`);
      return [rule.kind === "alert" ? rule.alert : rule.record, ...labels.toSorted()].join(" ");
    });
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it("join by labels that both sides have, and SLOs by their identity alone", () => {
    const identity: readonly string[] = identityLabels;
    for (const { rule, known } of rulesInPlace(plan, source)) {
      for (const { expr, left, right, by } of joinsOf(rule.expr, known)) {
        const text = print(expr);
        expect([by.filter((label) => !left.has(label)), by.filter((label) => !right.has(label))], text).toEqual([
          [],
          [],
        ]);
        const reads = (name: string) =>
          [...walk(expr)].some((node) => node.kind === "selector" && node.metric.startsWith(name));
        // Budgets also carry whose calendar they follow; the parts of a projection are told apart by labels of their own.
        const allowed = reads("slo:spend") ? [...identity, "tz", "period", "rest", "history"] : identity;
        if (reads("slo:"))
          expect(
            by.filter((label) => !allowed.includes(label)),
            text,
          ).toEqual([]);
      }
    }
  });

  it("count bad events with a fallback to none, and remainders and buckets without", () => {
    for (const slo of plan.slos) {
      const bad = rules.find((rule) => rule.kind === "recording" && rule.record === records.bad && rule.slo === slo.id);
      const total = ofSlo(records.total, slo);
      const expr = bad?.expr;
      if (slo.badIsRemainder) {
        expect(expr).toMatchObject({
          kind: "call",
          func: "clamp_min",
          args: [{ op: "-", left: total, on: [] }, num(0)],
        });
        expect([...walk(expr as Expr)].filter((node) => node.kind === "binary")).toHaveLength(1);
      } else if (slo.badIsRequired) expect(expr).toMatchObject({ kind: "aggregation", op: "sum" });
      else expect(expr).toMatchObject({ op: "or", left: { kind: "aggregation" }, right: mul(total, 0), on: [] });
    }
  });

  it("divide by nothing that can be zero", () => {
    const budgets: readonly string[] = [records.budget, spendRecords.budget];
    const isPositive = (expr: Expr) => {
      if (expr.kind === "binary") return (expr.op === ">" || expr.op === "+") && expr.right.kind === "number";
      return expr.kind === "number" ? expr.value > 0 : expr.kind === "selector" && budgets.includes(expr.metric);
    };
    const divisors = rules.flatMap(({ expr }) =>
      [...walk(expr)].flatMap((node) => (node.kind === "binary" && node.op === "/" ? [node.right] : [])),
    );
    expect(divisors.length).toBeGreaterThan(8);
    expect(divisors.filter((divisor) => !isPositive(divisor)).map(print)).toEqual([]);
  });

  it("tell what is left of a budget from the SLO's own period alone", () => {
    expect(readFromOtherPeriods({ plan, rules })).toEqual([]);
  });
});

/** SLOs whose remaining budget is read from a bad share over something else than their period. */
function readFromOtherPeriods({ plan, rules }: Pick<CompiledCase, "plan" | "rules">): readonly string[] {
  const remaining = rules.filter((rule) => rule.kind === "recording" && rule.record === records.budgetRemaining);
  const selectors = remaining.flatMap(({ expr }) => [...walk(expr)].filter((node) => node.kind === "selector"));
  return selectors.flatMap(({ metric, matchers }) => {
    const only = matchers.find(({ label }) => label === "slo")?.value.split("|");
    const slos = plan.slos.filter(({ id }) => only?.includes(id) ?? true);
    const recorded = slos.filter(({ windowsSeconds }) =>
      windowsSeconds.some((window) => ratioRecord(window) === metric),
    );
    const strangers = recorded.filter(({ periodSeconds }) => ratioRecord(periodSeconds) !== metric);
    return strangers.map(({ id }) => `${id} from ${metric}`);
  });
}

describe("two SLOs of which one's period is a window of the other", () => {
  const { errorRate, service } = language;
  const both = compileOne(
    "periods",
    service("periods", {
      team: "assist",
      features: ["search"],
      slos: { a: errorRate({ below: "1%", period: "7d" }), b: errorRate({ below: "1%", period: "70d" }) },
    }),
  );

  it("do share that window", () => {
    const [a, b] = both.plan.slos;
    expect(b?.windowsSeconds).toContain(a?.periodSeconds);
  });

  it("each tell what is left of their budget from their own period", () => {
    expect(readFromOtherPeriods(both)).toEqual([]);
  });
});
