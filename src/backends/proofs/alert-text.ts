// What an alert tells people once its templates are filled, as promtool compares it.
import type { AlertRule, Annotations, Rule } from "../../plan/rules.ts";
import type { AlertExpectation } from "./proof.ts";

const significant = (value: number) => String(Number(value.toPrecision(4)));

const prefixes = ["n", "u", "m", "", "k", "M", "G", "T"];
const none = prefixes.indexOf("");

/** As Prometheus writes it. @example humanize(1_234) // "1.234k" */
function humanize(value: number): string {
  const power = value === 0 ? 0 : Math.floor(Math.log10(value) / 3 + 1e-9);
  const prefix = Math.min(Math.max(power + none, 0), prefixes.length - 1);
  return significant(value / 1_000 ** (prefix - none)) + prefixes[prefix];
}

function filled(text: string, labels: Readonly<Record<string, string>>, value: number | undefined): string {
  const named = text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "");
  if (value === undefined) return named;
  return named
    .replaceAll("{{ $value | humanizePercentage }}", `${significant(value * 100)}%`)
    .replaceAll("{{ $value | humanize }}", humanize(value))
    .replaceAll(/\{\{ \$value \| printf "%\.(\d)f" \}\}/g, (_, digits: string) => value.toFixed(Number(digits)));
}

/** One firing alert: the labels that its series has, those of its rule, and its annotations for a value, if they tell it. */
export function firingAs(
  { labels, annotations }: AlertRule,
  own: Readonly<Record<string, string>>,
  value?: number,
): AlertExpectation["firing"][number] {
  const all = { ...own, ...labels };
  const texts = Object.entries(annotations).map(([key, text]) => [key, filled(text, all, value)]);
  return { labels: all, annotations: Object.fromEntries(texts) as Annotations };
}

/** The alert of this name among rules, as promtool compares it; none where there is no such rule. */
export function alertText(
  rules: readonly Rule[],
  name: string,
  labels: Readonly<Record<string, string>>,
): AlertExpectation["firing"] {
  const rule = rules.find(
    (candidate): candidate is AlertRule => candidate.kind === "alert" && candidate.alert === name,
  );
  return rule ? [firingAs(rule, labels)] : [];
}
