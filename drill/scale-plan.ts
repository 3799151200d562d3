// A plan to the same plan in which life passes faster: every length and point of time divided by the same factor, nothing else touched.
import type { Plan } from "../src/plan/plan.ts";
import type { Rule, RuleGroup } from "../src/plan/rules.ts";
import type { Call, Expr, Selector } from "../src/promql/ast.ts";
import { call, mul, num, sub } from "../src/promql/build.ts";

/** How real time turns into life's: at the real second `t` life is at `factor * (t - originSeconds)`, both since 1970. */
export interface Clock {
  readonly factor: number;
  readonly originSeconds: number;
}

/** The clock that shows a second of life now. */
export function clockAt(lifeSeconds: number, factor: number, nowSeconds: number): Clock {
  return { factor, originSeconds: Math.round(nowSeconds - lifeSeconds / factor) };
}

/** What a clock shows at a real second. */
export function lifeAt({ factor, originSeconds }: Clock, realSeconds: number): number {
  return factor * (realSeconds - originSeconds);
}

/** Functions that read their argument as a date: they must see life's seconds. */
const dateFunctions: ReadonlySet<string> = new Set(["day_of_week", "day_of_month", "days_in_month", "hour", "month"]);

function scaleSelector(selector: Selector, factor: number): Selector {
  const { rangeSeconds, offsetSeconds, ...rest } = selector;
  return {
    ...rest,
    ...(rangeSeconds === undefined ? {} : { rangeSeconds: rangeSeconds / factor }),
    ...(offsetSeconds === undefined ? {} : { offsetSeconds: offsetSeconds / factor }),
  };
}

function scaleCall({ func, args }: Call, clock: Clock): Expr {
  if (func === "time") return sub(call("time"), clock.originSeconds);
  const scaled = args.map((arg) => scaleExpr(arg, clock));
  return call(func, ...(dateFunctions.has(func) ? scaled.map((arg) => mul(arg, num(clock.factor))) : scaled));
}

/**
 * An expression in scaled time. Rates are per real second, so that they are `factor` times life's, and counts of a window stay what they were.
 * @throws Error where users wrote PromQL themselves: which of its numbers are time, nobody says.
 */
export function scaleExpr(expr: Expr, clock: Clock): Expr {
  const { factor } = clock;
  switch (expr.kind) {
    case "number":
      return expr.unit === "s" ? { ...expr, value: expr.value / factor } : expr;
    case "string":
      return expr;
    case "selector":
      return scaleSelector(expr, factor);
    case "subquery": {
      const { offsetSeconds, ...rest } = expr;
      return {
        ...rest,
        expr: scaleExpr(expr.expr, clock),
        rangeSeconds: expr.rangeSeconds / factor,
        stepSeconds: expr.stepSeconds / factor,
        ...(offsetSeconds === undefined ? {} : { offsetSeconds: offsetSeconds / factor }),
      };
    }
    case "call":
      return scaleCall(expr, clock);
    case "aggregation":
      return { ...expr, expr: scaleExpr(expr.expr, clock) };
    case "binary":
      return { ...expr, left: scaleExpr(expr.left, clock), right: scaleExpr(expr.right, clock) };
    case "verbatim":
      throw new Error(`A drill can't scale the time in PromQL that was written by hand: ${expr.text}`);
  }
}

function scaleRule(rule: Rule, clock: Clock): Rule {
  const expr = scaleExpr(rule.expr, clock);
  if (rule.kind === "recording") return { ...rule, expr };
  const { forSeconds, keepFiringForSeconds } = rule;
  return {
    ...rule,
    expr,
    ...(forSeconds === undefined ? {} : { forSeconds: forSeconds / clock.factor }),
    ...(keepFiringForSeconds === undefined ? {} : { keepFiringForSeconds: keepFiringForSeconds / clock.factor }),
  };
}

const scaleGroup = (group: RuleGroup, clock: Clock): RuleGroup => ({
  ...group,
  intervalSeconds: group.intervalSeconds / clock.factor,
  rules: group.rules.map((rule) => scaleRule(rule, clock)),
});

/** The plan with its rules in scaled time. Names and texts go on telling life's: `ratio_rate1h` is an hour of life. */
export function scalePlan(plan: Plan, clock: Clock): Plan {
  const scaled = <T extends { readonly groups: readonly RuleGroup[] }>(of: T): T => ({
    ...of,
    groups: of.groups.map((group) => scaleGroup(group, clock)),
  });
  return {
    ...plan,
    stack: { ...plan.stack, scrapeIntervalSeconds: plan.stack.scrapeIntervalSeconds / clock.factor },
    services: plan.services.map(scaled),
    ...(plan.platform ? { platform: scaled(plan.platform) } : {}),
  };
}
