// One SLO: its fields, the labels it selects on, what it wants on its alerts, and what only its indicator can see.
import { z } from "zod";
import type { SignalName, Source } from "../sources/source.ts";
import type { Finding } from "./diagnostics.ts";
import type { Indicator } from "./indicators/indicator.ts";
import { indicators } from "./indicators/table.ts";
import { fieldsOf } from "./loose.ts";
import { labelNameProblem } from "./names.ts";
import { optionFields, sloSchema } from "./schema.ts";
import { checkShape, show } from "./shape.ts";
import { periodDays, type Slo } from "./slo.ts";
import { suggest } from "./suggest.ts";
import { templateProblem } from "./templates.ts";

export const signalNames: Readonly<Record<SignalName, string>> = {
  requests: "counter of ended requests",
  errors: "counter of errors",
  duration: "duration histogram",
  firstToken: "first token histogram",
  outputSpeed: "histogram of output tokens per second",
  costPerRequest: "cost per request histogram",
  inflight: "gauge of requests in flight",
  retries: "counter of retries",
  contextUtilisation: "histogram of context utilisation",
  queueDepth: "gauge of queued requests",
  cache: "cache look-ups",
  tokens: "counter of tokens",
  contract: "gauge of the contract",
  evaluations: "evaluations",
  evaluationScore: "evaluation scores",
  retrievalRelevance: "retrieval relevance scores",
  validations: "output validations",
  tasks: "tasks",
  feedback: "user feedback",
  cost: "counter of cost",
  unpriced: "counter of unpriced requests",
};

/** Refuses periods outside of 7d to 90d; anything that is no period is left to its shape. */
export function checkPeriod(period: unknown): readonly Finding[] {
  const days = typeof period === "string" && /^\d+d$/.test(period) ? Number.parseInt(period, 10) : undefined;
  if (days === undefined || (days >= periodDays.min && days <= periodDays.max)) return [];
  const why = days < periodDays.min ? "too short for its windows" : "longer than can be kept";
  return [
    {
      id: "period-out-of-range",
      field: "period",
      problem: `a period of ${period} is ${why}`,
      instead: `Use ${periodDays.min}d to ${periodDays.max}d.`,
    },
  ];
}

/** The metric of a signal among these whose series don't have a label that others may have. */
function metricWithout(label: string, needs: readonly SignalName[], { signals }: Source): string | undefined {
  const needed = needs.map((name): { metric?: string; labels?: readonly string[] } | undefined => signals[name]);
  return needed.find((signal) => signal?.labels && !signal.labels.includes(label))?.metric;
}

/** Refuses models, labels and values that the source, or one of the signals needed, doesn't have. */
export function checkWhere(
  where: Readonly<Record<string, unknown>>,
  needs: readonly SignalName[],
  source: Source,
): readonly Finding[] {
  return Object.entries(where).flatMap(([label, value]): readonly Finding[] => {
    const field = `where.${label}`;
    if (typeof value !== "string") return [];
    const metric = metricWithout(label, needs, source);
    if (metric !== undefined) {
      const problem = `${metric} has no label ${show(label)}`;
      return [
        { id: "unknown-label", field: "where", problem, instead: "Leave it out: it is counted by feature alone." },
      ];
    }
    if (label === "model") {
      if (source.models.includes(value)) return [];
      return [
        {
          id: "unknown-model",
          field,
          problem: `there is no model ${show(value)}`,
          instead: suggest(value, source.models, "models"),
        },
      ];
    }
    const values = Object.hasOwn(source.ownLabels, label) ? source.ownLabels[label] : undefined;
    if (values === undefined) {
      const labels = ["model", ...Object.keys(source.ownLabels)];
      return [
        {
          id: "unknown-label",
          field: "where",
          problem: `the ${source.name} source has no label ${show(label)}`,
          instead: suggest(label, labels, "labels"),
        },
      ];
    }
    if (values.includes(value)) return [];
    return [
      {
        id: "unknown-value",
        field,
        problem: `${label} is never ${show(value)}`,
        instead: suggest(value, values, "values"),
      },
    ];
  });
}

/** Labels and annotations of alerts: both have names of the same form, and values that Prometheus reads as templates. */
function checkTexts(field: "labels" | "annotations", texts: Readonly<Record<string, unknown>>): readonly Finding[] {
  return Object.entries(texts).flatMap(([name, value]): readonly Finding[] => {
    const problem = labelNameProblem(name, field === "labels" ? undefined : []);
    if (problem !== undefined)
      return [{ id: "invalid-label", field, problem, instead: "Choose another name, of letters, digits and _." }];
    // A burn-rate alert's expression has the labels that identify its SLO, and no others.
    const wrong = templateProblem(String(value), ["service", "slo"]);
    if (!wrong) return [];
    return [
      {
        id: "invalid-template",
        field: `${field}.${name}`,
        problem: `${show(value)} ${wrong.problem}`,
        instead: wrong.instead,
      },
    ];
  });
}

/** A finding for each signal that the source doesn't publish. */
export function missingSignals(needs: readonly SignalName[], source: Source, what: string): readonly Finding[] {
  const missing = needs.filter((signal) => source.signals[signal] === undefined);
  return missing.map((signal) => ({
    id: "signal-not-published",
    problem: `the ${source.name} source publishes no ${signalNames[signal]}`,
    instead: `Leave ${what} out, or measure the service with another source.`,
  }));
}

/** Built once for each indicator: building a schema costs more than checking an SLO with it. */
const schemas = new Map<Indicator<never>, z.ZodType>();

function schemaOf(indicator: Indicator<never>): z.ZodType {
  const schema = schemas.get(indicator) ?? z.strictObject({ ...optionFields, ...indicator.fields.shape });
  schemas.set(indicator, schema);
  return schema;
}

/** Checks one SLO. Without a source, only what needs none. */
export function checkSlo(slo: unknown, source: Source | undefined): readonly Finding[] {
  if (checkShape(sloSchema, slo).length > 0) {
    return [
      {
        id: "invalid-field",
        problem: `${show(slo)} is not an SLO`,
        instead: 'Make it with a word of slos/organisation.ts, such as errorRate({ below: "1%" }).',
      },
    ];
  }
  const { indicator: kind, spec } = slo as Slo;
  const indicator = indicators.get(kind);
  if (!indicator) {
    return [
      {
        id: "unknown-indicator",
        problem: `there is no indicator ${show(kind)}`,
        instead: suggest(kind, [...indicators.keys()], "indicators"),
      },
    ];
  }
  const shape = checkShape(schemaOf(indicator), spec);
  const own = new Set(Object.keys(indicator.fields.shape));
  const ownSpec = Object.fromEntries(Object.entries(spec).filter(([field]) => own.has(field)));
  return [
    ...shape,
    ...checkPeriod(spec.period),
    ...(source && !own.has("where") ? checkWhere(fieldsOf(spec.where), indicator.needs, source) : []),
    ...checkTexts("labels", fieldsOf(spec.labels)),
    ...checkTexts("annotations", fieldsOf(spec.annotations)),
    ...(source ? missingSignals(indicator.needs, source, "this SLO") : []),
    ...(source && indicator.fields.safeParse(ownSpec).success ? indicator.check(ownSpec as never, source) : []),
  ];
}
