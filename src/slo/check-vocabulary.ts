// What can be measured: slos/metrics.ts and the metric sources made of it.
import { contract } from "@llm-slo/metrics/contract";
import type { Finding } from "./diagnostics.ts";
import { fieldsOf, itemsOf, stringsOf } from "./loose.ts";
import { labelNameProblem } from "./names.ts";
import { metricsSchema, sourceSchema } from "./schema.ts";
import { checkShape, show, writePath } from "./shape.ts";
import { suggest } from "./suggest.ts";

/** Labels that Prometheus or the contract already gives a meaning. */
const takenLabels: readonly string[] = [
  ...new Set([
    ...Object.values(contract).flatMap(({ labels }): readonly string[] => labels),
    "le",
    "quantile",
    "job",
    "instance",
  ]),
];
const histograms = Object.entries(contract).flatMap(([name, { type }]) => (type === "histogram" ? [name] : []));

function checkLabels(field: string, labels: object): readonly Finding[] {
  return Object.keys(labels).flatMap((name): readonly Finding[] => {
    const problem = labelNameProblem(name, takenLabels);
    return problem === undefined
      ? []
      : [{ id: "invalid-label", field, problem, instead: "Choose another name, of letters, digits and _." }];
  });
}

function checkRepeats(field: string, values: unknown): readonly Finding[] {
  const twice = new Set(itemsOf(values).filter((value, index, all) => all.indexOf(value) !== index));
  return [...twice].map((value) => ({
    id: "invalid-field",
    field,
    problem: `${show(value)} is there twice`,
    instead: "Leave one of them out.",
  }));
}

/** prom-client tells series apart by their values joined with commas: with a comma in one of them, two series could become one. */
function checkCommas(field: string, values: unknown): readonly Finding[] {
  return stringsOf(values).flatMap((value): readonly Finding[] => {
    if (!value.includes(",")) return [];
    const problem = `${show(value)} has a comma, which could make two series one`;
    return [{ id: "invalid-field", field, problem, instead: "Write it without commas." }];
  });
}

function checkValues(field: string, values: unknown): readonly Finding[] {
  return [...checkRepeats(field, values), ...checkCommas(field, values)];
}

function checkProviders(field: string, providers: unknown): readonly Finding[] {
  const say = (problem: string, instead: string): Finding => ({ id: "invalid-field", field, problem, instead });
  const all = Array.isArray(providers) ? itemsOf(providers) : [providers];
  if (all.length === 0) return [say("the list is empty", "Name at least one.")];
  const odd = all.filter((provider) => typeof provider !== "string" || provider.trim() === "");
  return [
    ...odd.map((provider) => say(`${show(provider)} is not a provider`, 'Write, for example, "openai".')),
    ...checkValues(field, all),
  ];
}

/** Checks `models` as people write it: who serves each. */
function checkModels(models: unknown): readonly Finding[] {
  const say = (problem: string): Finding => ({
    id: "invalid-field",
    field: "models",
    problem,
    instead: 'Write { "gpt-5": "openai" }.',
  });
  if (Array.isArray(models)) return [say("a list doesn't say who serves each model")];
  if (typeof models !== "object" || models === null) return [];
  const names = Object.keys(models);
  if (names.length === 0) return [say("there are no models")];
  return [
    ...names.filter((name) => name.trim() === "").map((name) => say(`${show(name)} is not a model`)),
    ...checkCommas("models", names),
    ...Object.entries(models).flatMap(([name, providers]) => checkProviders(writePath(["models", name]), providers)),
  ];
}

/** `models` as people wrote it, of what `declareMetrics` made of it. It leaves alone what says nothing of providers, such as a list. */
function writtenModels(models: unknown, providers: unknown): unknown {
  const served = fieldsOf(providers);
  const isServed = (model: unknown) => typeof model === "string" && Object.hasOwn(served, model);
  return Array.isArray(models) && models.every(isServed) ? served : models;
}

function checkBuckets(field: string, buckets: readonly unknown[]): readonly Finding[] {
  const say = (problem: string): readonly Finding[] => [
    { id: "invalid-buckets", field, problem, instead: "Write positive numbers in ascending order, without +Inf." },
  ];
  if (buckets.length === 0) return say("a histogram without buckets measures nothing");
  const odd = buckets.find((bound) => typeof bound !== "number" || !Number.isFinite(bound) || bound <= 0);
  if (odd !== undefined) return say(`${show(odd)} is not a positive number`);
  const late = buckets.findIndex((bound, index) => index > 0 && (bound as number) <= (buckets[index - 1] as number));
  return late < 0 ? [] : say(`${show(buckets[late])} doesn't come after ${show(buckets[late - 1])}`);
}

const metricsFields = ["features", "models", "evaluators", "checks", "labels", "buckets"];

/** Checks what `declareMetrics` returned. */
export function checkMetrics(metrics: unknown): readonly Finding[] {
  const { providers, ...declared } = fieldsOf(metrics);
  const { features, evaluators, checks, labels, buckets } = declared;
  const models = writtenModels(declared.models, providers);
  return [
    ...checkShape(metricsSchema, { ...declared, models: Array.isArray(models) ? {} : models }, metricsFields),
    ...checkValues("features", features),
    ...checkModels(models),
    ...checkValues("evaluators", evaluators),
    ...checkValues("checks", checks),
    ...checkLabels("labels", fieldsOf(labels)),
    ...Object.entries(fieldsOf(labels)).flatMap(([name, values]) => checkValues(writePath(["labels", name]), values)),
    ...Object.entries(fieldsOf(buckets)).flatMap(([name, bounds]): readonly Finding[] => {
      if (histograms.includes(name)) return Array.isArray(bounds) ? checkBuckets(`buckets.${name}`, bounds) : [];
      return [
        {
          id: "unknown-metric",
          field: "buckets",
          problem: `there is no histogram ${name}`,
          instead: suggest(name, histograms, "histograms"),
        },
      ];
    }),
  ];
}

/** The parts of a source that are the very values of slos/metrics.ts, replaced by sound ones: what is wrong with them is said there. */
function repeatedParts(source: Readonly<Record<string, unknown>>, metrics: unknown): Readonly<Record<string, unknown>> {
  if (metrics === undefined) return {};
  const { features, models, labels } = fieldsOf(metrics);
  return {
    ...(source.features === features ? { features: ["sound"] } : {}),
    ...(source.models === models ? { models: ["sound"] } : {}),
    ...(source.ownLabels === labels ? { ownLabels: {} } : {}),
  };
}

function checkFeatureLabel(source: Readonly<Record<string, unknown>>, choices: readonly string[]): readonly Finding[] {
  const { feature } = fieldsOf(source.labelNames);
  if (choices.length === 0 || typeof feature !== "string" || choices.includes(feature)) return [];
  const problem = `the ${source.name} source has no label ${show(feature)}`;
  return [{ id: "unknown-label", field: "featureLabel", problem, instead: suggest(feature, choices, "labels") }];
}

/** Checks a source, but for what it only repeats of metrics that are checked already. */
export function checkSource(value: unknown, metrics: unknown): readonly Finding[] {
  if (typeof value !== "object" || value === null) {
    const instead = "Make one, for example with appSource(metrics).";
    return [{ id: "invalid-field", problem: `${show(value)} is not a metric source`, instead }];
  }
  const source = { ...fieldsOf(value), ...repeatedParts(fieldsOf(value), metrics) };
  const choices = stringsOf(source.featureLabels);
  const known = Object.values(fieldsOf(fieldsOf(metrics).buckets));
  return [
    ...checkShape(sourceSchema, source, ["features", "models", ...(choices.length > 0 ? ["featureLabel"] : [])]),
    ...checkFeatureLabel(source, choices),
    ...checkRepeats("features", source.features),
    ...checkRepeats("models", source.models),
    ...checkLabels("ownLabels", fieldsOf(source.ownLabels)),
    ...Object.entries(fieldsOf(source.signals)).flatMap(([signal, histogram]) => {
      const { buckets } = fieldsOf(histogram);
      return Array.isArray(buckets) && !known.includes(buckets)
        ? checkBuckets(`signals.${signal}.buckets`, buckets)
        : [];
    }),
  ];
}
