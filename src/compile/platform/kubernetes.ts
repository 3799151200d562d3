// The pods that serve, as kube-state-metrics tells of them: it must be scraped with honor_labels, so that `namespace` is the app's.
import { and, gt, gte, lt, max } from "../../promql/build.ts";
import { levelStory, minute, quietStory, type Surroundings, type Watch } from "./watch.ts";

const exporter = { instance: "kube-state-metrics" };

function atMaximum({ select, series, appNamespaces }: Surroundings): Watch {
  const by = ["namespace", "horizontalpodautoscaler"];
  const namespace = appNamespaces.length > 0 ? { namespace: appNamespaces } : {};
  const of = (what: string) => max(select(`kube_horizontalpodautoscaler_${what}`, namespace), by);
  const labels = { namespace: appNamespaces[0] ?? "apps", horizontalpodautoscaler: "chat" };
  const one = (what: string) => series(`kube_horizontalpodautoscaler_${what}`, { ...exporter, ...labels });
  const limits = (least: number) =>
    [
      { of: one("spec_min_replicas"), well: least, ill: least },
      { of: one("spec_max_replicas"), well: 10, ill: 10 },
    ] as const;
  const current = one("status_current_replicas");
  return {
    id: "serving-at-maximum",
    alert: "LlmServingAtMaximum",
    expr: and(
      gte(of("status_current_replicas"), of("spec_max_replicas")),
      gt(of("spec_max_replicas"), of("spec_min_replicas")),
    ),
    forSeconds: 30 * minute,
    severity: "warning",
    condition: "an autoscaler has been at its maximum for 30 minutes",
    summary:
      "{{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} is at its maximum of {{ $value | humanize }} pods",
    description:
      "The autoscaler {{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} has run its maximum of {{ $value | humanize }} pods for 30 minutes. More load makes it slower.",
    stories: [
      levelStory({
        name: "all pods that the autoscaler may have",
        series: [...limits(2), { of: current, well: 9, ill: 10 }],
        forMinutes: 30,
        labels,
        value: 10,
      }),
      quietStory("an autoscaler of a fixed size is always at its maximum", [
        ...limits(10).map(({ of: limit, well }) => [limit, well] as const),
        [current, 10],
      ]),
    ],
    runbook: {
      meaning: "A HorizontalPodAutoscaler has run as many pods as it may for half an hour.",
      impact: "Nothing is left for more load: latency and queues grow with it.",
      checks: [
        "Is it traffic, or does each request take longer? Compare requests and latency with yesterday.",
        "Are the pods busy, or does the metric that scales them not fall with their number?",
        "Would more pods help, or is a provider's limit the bottleneck?",
      ],
      causes: [
        "Traffic grew.",
        "Each request takes longer: the provider, the prompt or the model.",
        "The metric that scales them doesn't fall with more pods.",
      ],
      mitigation: ["Raise maxReplicas, and the nodes and quotas behind it.", "Shed what can wait."],
    },
  };
}

function podsMissing({ select, series, appNamespaces }: Surroundings): Watch {
  const by = ["namespace", "deployment"];
  const namespace = appNamespaces.length > 0 ? { namespace: appNamespaces } : {};
  const of = (what: string) => max(select(`kube_deployment_${what}`, namespace), by);
  const labels = { namespace: appNamespaces[0] ?? "apps", deployment: "chat" };
  const one = (what: string) => series(`kube_deployment_${what}`, { ...exporter, ...labels });
  return {
    id: "serving-pods-missing",
    alert: "LlmServingPodsMissing",
    expr: lt(of("status_replicas_available"), of("spec_replicas")),
    forSeconds: 15 * minute,
    severity: "warning",
    condition: "a deployment has had fewer available pods than wanted for 15 minutes",
    summary: "{{ $labels.namespace }}/{{ $labels.deployment }} has only {{ $value | humanize }} pods available",
    description:
      "The deployment {{ $labels.namespace }}/{{ $labels.deployment }} has {{ $value | humanize }} available pods, fewer than it wants, and has for 15 minutes.",
    stories: [
      levelStory({
        name: "a pod is missing",
        series: [
          { of: one("spec_replicas"), well: 3, ill: 3 },
          { of: one("status_replicas_available"), well: 3, ill: 2 },
        ],
        forMinutes: 15,
        labels,
        value: 2,
      }),
    ],
    runbook: {
      meaning: "Fewer pods of a deployment are available than it asks for, for longer than a rollout takes.",
      impact: "The others carry its load. With none left the feature is down.",
      checks: [
        "What do its pods wait for: image, node, GPU, volume, readiness? `kubectl describe pod` tells.",
        "Do they crash or run out of memory? See their last state and log.",
        "Does a rollout hang? Compare the old and the new ReplicaSet.",
      ],
      causes: [
        "Release: new pods crash or don't become ready.",
        "No node has room, or the GPU they ask for.",
        "Pods run out of memory, or an image can't be pulled.",
      ],
      mitigation: ["Roll back the deployment.", "Add nodes, or free what they wait for."],
    },
  };
}

export function kubernetesWatches(around: Surroundings): readonly Watch[] {
  return [atMaximum(around), podsMissing(around)];
}
