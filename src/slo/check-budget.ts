// One budget of spend: its fields, its time zone, the labels it selects on.
import type { Source } from "../sources/source.ts";
import type { Budget } from "./budget.ts";
import { checkWhere, missingSignals } from "./check-slo.ts";
import type { Finding } from "./diagnostics.ts";
import { fieldsOf } from "./loose.ts";
import { budgetFields, budgetSchema } from "./schema.ts";
import { checkShape, show } from "./shape.ts";
import { isTimeZone, suggestTimeZone } from "./time-zone.ts";

/** Refuses names that are no time zone; what is no name is left to its shape. */
export function checkTimeZone(zone: unknown): readonly Finding[] {
  if (typeof zone !== "string" || isTimeZone(zone)) return [];
  return [
    {
      id: "unknown-time-zone",
      field: "timeZone",
      problem: `there is no time zone ${show(zone)}`,
      instead: suggestTimeZone(zone),
    },
  ];
}

/** Refuses shares that aren't between 0 and 100%: those are spent from the beginning, or say what an exhausted budget says. */
function checkPace(pace: unknown): readonly Finding[] {
  return Object.keys(fieldsOf(pace)).flatMap((share): readonly Finding[] => {
    const percent = /^\d+(\.\d+)?%$/.test(share) ? Number.parseFloat(share) : 0;
    if (percent > 0 && percent < 100) return [];
    const problem = `${show(share)} is not a share between 0% and 100%`;
    return [{ id: "invalid-field", field: "pace", problem, instead: 'Write, for example, { "90%": "20:00" }.' }];
  });
}

/** Checks one budget. Without a source, only what needs none. */
export function checkBudget(value: unknown, source: Source | undefined): readonly Finding[] {
  const shape = checkShape(budgetSchema, value);
  if (shape.length > 0) {
    const instead = "Make it with a word of slos/organisation.ts, such as dailyBudget({ usd: 50 }).";
    return [{ id: "invalid-field", problem: `${show(value)} is not a budget`, instead }];
  }
  const { period, spec } = value as Budget;
  return [
    ...checkShape(budgetFields[period], spec),
    ...checkTimeZone(spec.timeZone),
    ...(period === "day" ? checkPace(spec.pace) : []),
    ...(source
      ? [...checkWhere(fieldsOf(spec.where), ["cost"], source), ...missingSignals(["cost"], source, "this budget")]
      : []),
  ];
}
