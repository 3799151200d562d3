// Which label values may appear: the declared ones. All others become `other`, and are counted.
import type { DeclaredMetrics } from "./declare.ts";

export const other = "other";

/** Lets declared values pass. */
export interface LabelValues {
  /** A value of a label whose values are closed. */
  admit(label: string, value: unknown): string;
  /** The label `model` of a model that an app asks for. */
  model(asked: unknown): string;
  /** The label `provider`: the one an app names, or the likeliest of those declared for the model. */
  provider(model: string, named: unknown, likely: string | undefined): string;
}

/** Names under which the same model may be declared: without the date of a snapshot, the maker's prefix, or what fine-tuning adds. */
function* plainerNames(asked: string): Generator<string> {
  const base = asked.startsWith("ft:") ? (asked.split(":")[1] ?? asked) : asked;
  for (const name of [base, base.slice(base.lastIndexOf("/") + 1)]) {
    yield name;
    yield name.replace(/[-@](\d{4}-\d{2}-\d{2}|\d{8}|latest)$/, "");
  }
}

const remembered = 1000;

/**
 * @param onCapped is told of each value that became `other`.
 * @param aliases names of the app's own, such as deployments, by declared model.
 */
export function labelValues(
  declared: DeclaredMetrics,
  aliases: Readonly<Record<string, string>>,
  onCapped: (label: string) => void,
): LabelValues {
  const closed: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
    Object.entries({
      ...declared.labels,
      feature: declared.features,
      evaluator: declared.evaluators,
      check: declared.checks,
    }).map(([label, values]) => [label, new Set<string>(values)]),
  );
  const models = new Set<string>(declared.models);
  const named = new Map<string, string>();
  const resolve = (asked: string): string => {
    const alias = Object.hasOwn(aliases, asked) ? aliases[asked] : undefined;
    for (const name of plainerNames(alias ?? asked)) if (models.has(name)) return name;
    return other;
  };
  const cap = (label: string): string => {
    onCapped(label);
    return other;
  };
  return {
    admit: (label, value) => (closed[label]?.has(value as string) ? (value as string) : cap(label)),
    model(asked) {
      if (typeof asked !== "string") return cap("model");
      let model = named.get(asked);
      if (model === undefined) {
        model = resolve(asked);
        if (named.size >= remembered) named.clear();
        named.set(asked, model);
      }
      return model === other ? cap("model") : model;
    },
    provider(model, name, likely) {
      if (model === other) return other;
      const declaredOnes = (declared.providers as Readonly<Record<string, readonly string[]>>)[model] ?? [];
      if (name !== undefined) return declaredOnes.includes(name as string) ? (name as string) : cap("provider");
      if (likely !== undefined && declaredOnes.includes(likely)) return likely;
      return declaredOnes[0] ?? other;
    },
  };
}
