import { eq, min } from "../../promql/build.ts";
import { levelStory, minute, type Surroundings, type Watch } from "./watch.ts";

/** A configuration that was refused: Prometheus and Alertmanager both go on with the last good one, and say so in metrics of the same form. */
export function reloadFailed({ select, series }: Surroundings, component: string, name: string): Watch {
  const metric = `${component}_config_last_reload_successful`;
  const instance = { instance: `${component}-0` };
  return {
    id: `${component}-reload-failed`,
    alert: "LlmReloadFailed",
    expr: eq(min(select(metric), ["instance"]), 0),
    forSeconds: 10 * minute,
    severity: "warning",
    labels: { component },
    condition: `${name} refuses its configuration for 10 minutes`,
    summary: `${name} {{ $labels.instance }} refused its new configuration`,
    description: `${name} {{ $labels.instance }} couldn't load its configuration and goes on with the last one that it could. What synth wrote since is not in force.`,
    stories: [
      levelStory({
        name: "a reload fails, and a later one doesn't",
        series: [{ of: series(metric, instance), well: 1, ill: 0 }],
        forMinutes: 10,
        labels: instance,
      }),
    ],
    runbook: {
      meaning: "Prometheus or Alertmanager refused the configuration or rules it was last given.",
      impact: "New rules, targets or routes aren't in force. At the next start the component may not come up at all.",
      checks: [
        "What does its log say? It names file and line.",
        "Is every file of the Secret there that the configuration names?",
        "Was something edited by hand? `npm run synth -- --check` says so.",
      ],
      causes: [
        "A file that the configuration names is missing, such as a key of the Secret.",
        "Something was edited by hand.",
        "The component is older than the configuration expects: see alertmanager.version in slos/stack.ts.",
      ],
      mitigation: ["Apply the last configuration that worked, or correct the new one."],
    },
  };
}
