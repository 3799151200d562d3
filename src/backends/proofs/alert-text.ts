// An alert's text as promtool compares it.
import type { AlertRule, Rule } from "../../plan/plan.ts";
import type { AlertExpectation } from "./proof.ts";

/** An alert as promtool compares it: all labels, annotations with their templates filled. */
export function alertText(
  rules: readonly Rule[],
  name: string,
  labels: Readonly<Record<string, string>>,
): AlertExpectation["firing"] {
  const rule = rules.find(
    (candidate): candidate is AlertRule => candidate.kind === "alert" && candidate.alert === name,
  );
  if (!rule) return [];
  const fill = (text: string) =>
    text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "");
  const annotations = Object.fromEntries(Object.entries(rule.annotations).map(([key, text]) => [key, fill(text)]));
  return [{ labels: { ...labels, ...rule.labels }, annotations: annotations as unknown as AlertRule["annotations"] }];
}
