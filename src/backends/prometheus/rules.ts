// The plan's rule groups to Prometheus rule files, one per service.
import { platformName } from "../../plan/conventions.ts";
import { blockYaml, type GeneratedFile, generatedHeader, type YamlValue } from "../../plan/generated-file.ts";
import type { Plan } from "../../plan/plan.ts";
import type { Rule, RuleGroup } from "../../plan/rules.ts";
import { print, printDuration } from "../../promql/print.ts";

function ruleObject(rule: Rule): YamlValue {
  const expr = print(rule.expr);
  const labels = Object.keys(rule.labels).length > 0 ? { labels: rule.labels } : {};
  if (rule.kind === "recording") return { record: rule.record, expr, ...labels };
  return {
    alert: rule.alert,
    expr,
    ...(rule.forSeconds === undefined ? {} : { for: printDuration(rule.forSeconds) }),
    ...(rule.keepFiringForSeconds === undefined ? {} : { keep_firing_for: printDuration(rule.keepFiringForSeconds) }),
    ...labels,
    annotations: rule.annotations,
  };
}

const texts = new WeakMap<Rule, string>();

/** A rule as an item of a group. Each is printed once, however many proofs load it. */
export function ruleText(rule: Rule): string {
  const text = texts.get(rule) ?? blockYaml([ruleObject(rule)], "      ").slice(1);
  texts.set(rule, text);
  return text;
}

/** The text of a rule file. */
export function ruleFile(groups: readonly RuleGroup[]): string {
  const parts = groups.map(
    ({ name, intervalSeconds, rules }) =>
      `  - name: ${JSON.stringify(name)}\n    interval: ${printDuration(intervalSeconds)}\n    rules:\n${rules.map(ruleText).join("")}`,
  );
  return `${generatedHeader}groups:\n${parts.join("")}`;
}

/** One rule file per service, which can be sharded, owned and rolled back alone, and one for what watches the stack. */
export function ruleFiles({ services, platform }: Plan): readonly GeneratedFile[] {
  const files = services.map(({ id, groups }) => ({ path: `prometheus/rules/${id}.yaml`, content: ruleFile(groups) }));
  if (!platform || platform.groups.length === 0) return files;
  return [...files, { path: `prometheus/rules/${platformName}.yaml`, content: ruleFile(platform.groups) }];
}
