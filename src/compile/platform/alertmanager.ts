// Alertmanager: what it can't deliver, and a configuration it refused.
import { gt, rate, sum } from "../../promql/build.ts";
import { reloadFailed } from "./reload-failed.ts";
import { counterStories, minute, type Surroundings, type Watch } from "./watch.ts";

function notificationsFailing({ select, series }: Surroundings): Watch {
  const metric = "alertmanager_notifications_failed_total";
  const integration = { integration: "slack" };
  return {
    id: "notifications-failing",
    alert: "LlmNotificationsFailing",
    expr: gt(sum(rate(select(metric), 15 * minute), ["integration"]), 0),
    forSeconds: 5 * minute,
    severity: "critical",
    condition: "Alertmanager fails to notify through an integration, such as Slack, for 5 minutes",
    summary: "Alertmanager can't notify through {{ $labels.integration }}",
    description:
      "Alertmanager fails to send messages through {{ $labels.integration }}. Alerts fire, and the people behind it don't hear of them.",
    stories: counterStories({
      counters: [
        {
          what: "notifications fail",
          of: series(metric, { ...integration, instance: "alertmanager-0", reason: "clientError" }),
          labels: integration,
        },
      ],
      windowMinutes: 15,
      forMinutes: 5,
    }),
    runbook: {
      meaning: "Messages that Alertmanager sends through one integration fail, also after it has tried again.",
      impact: "Whoever is reached through that integration hears of no alert. Others do.",
      checks: [
        "What does the log of Alertmanager say: refused, unknown channel, timeout?",
        "Is the key or the URL in the Secret still valid?",
        "Can the pod reach the address? Network policy, proxy, DNS.",
      ],
      causes: [
        "The key or URL in the Secret was revoked, or is a placeholder.",
        "The channel was renamed or archived.",
        "A network policy or a proxy keeps Alertmanager from the address, or the service itself is down.",
      ],
      mitigation: ["Renew the secret.", "Route the team to another receiver in slos/organisation.ts until it works."],
    },
  };
}

export function alertmanagerWatches(around: Surroundings): readonly Watch[] {
  return [notificationsFailing(around), reloadFailed(around, "alertmanager", "Alertmanager")];
}
