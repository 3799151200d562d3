// What each alert name means, for its runbook.

import type { AlertKind } from "../plan/alert-kind.ts";
import { noDataAlerts, ratioRecord, records } from "../plan/conventions.ts";
import type { ServicePlan } from "../plan/plan.ts";
import { count, select, sum } from "../promql/build.ts";
import { burnAdvice } from "./burn-advice.ts";
import { evaluationKinds } from "./evaluation-kinds.ts";
import { guardrailKinds } from "./guardrails/guardrail-kinds.ts";
import { spendAlertKinds } from "./spend-alert-kinds.ts";

const rates = [
  { title: "Bad share now", expr: select(ratioRecord(300)) },
  { title: "Bad share over an hour", expr: select(ratioRecord(3_600)) },
  { title: "Error budget left", expr: select(records.budgetRemaining) },
  { title: "Events per second", expr: select(records.total) },
];

const blind: readonly AlertKind[] = [
  {
    alert: noDataAlerts.targetsDown,
    severity: "critical",
    meaning: "Prometheus can scrape no target of the service's job. None of the service's SLOs is measured.",
    impact: "Usually the app is down. Otherwise it runs unseen: no other alert of the service can fire.",
    checks: [
      "Do the pods run and answer on their metrics port?",
      "Do they still carry the scrape annotations and the label app.kubernetes.io/name that makes the job?",
      "What does Prometheus say under Status, Targets?",
    ],
    mitigation: [
      "Bring the app back, or roll back the deployment.",
      "If the service is gone for good, delete its file in slos/ and run synth.",
    ],
    causes: [
      "Release: the app crashes at its start, or its metrics port, annotations or labels changed.",
      "Cluster: a node or a network policy keeps Prometheus from the pods.",
      "The service was renamed, moved or removed, and slos/ doesn't know.",
    ],
    queries: [
      { title: "Targets that answer, by job", expr: sum(select("up"), ["job"]), of: "job" },
      { title: "All targets, by job", expr: count(select("up"), ["job"]), of: "job" },
    ],
  },
  {
    alert: noDataAlerts.sliMissing,
    severity: "warning",
    meaning: "A series that the SLO is made of doesn't exist, although targets are up or were never seen.",
    impact: "The SLO can't alert and its budget isn't counted. It looks neither good nor bad: it looks empty.",
    checks: [
      "Which side is missing? Run the SLO's two base queries, `slo:events_total:rate5m` and `slo:events_bad:rate5m`; `npm run explain` prints their PromQL.",
      "Does the app emit the metric, the label values and the bucket boundary the query asks for?",
      "Is the job name in slos/stack.ts the one the app is scraped under?",
    ],
    mitigation: ["Fix the app's metrics or the declaration in slos/metrics.ts, whichever is wrong, and run synth."],
    causes: [
      "Release: a metric, a label value or a bucket boundary was renamed in the app and not in slos/metrics.ts, or the other way round.",
      "The app has just started and made no request of this kind since; counters begin with the first one.",
      "Traffic moved to another service, proxy or metric source.",
    ],
    queries: rates,
  },
  {
    alert: noDataAlerts.stalled,
    severity: "critical",
    meaning: "LLM requests are in flight and none has ended for minutes, well or badly.",
    impact: "Users wait for answers that don't come. Nothing is counted as an error, so no burn-rate alert sees it.",
    checks: [
      "Does the provider accept connections without answering? Look at its status page.",
      "Is a connection pool or a queue full?",
      "Do calls have a timeout at all?",
    ],
    mitigation: [
      "Restart the pods to drop hanging connections.",
      "Fail over to another provider or model.",
      "Set a request timeout, so that next time it is an error.",
    ],
    causes: [
      "Provider incident: connections are accepted and never answered.",
      "Calls without a timeout wait for a stream that has ended.",
      "Runaway loop: an agent fills the connection pool, and everybody else waits for it.",
    ],
    queries: [],
  },
  {
    alert: noDataAlerts.trafficCeased,
    severity: "warning",
    meaning: "The SLO counts no events, but did at this time yesterday and a week ago. Targets are up.",
    impact: "Requests don't reach the feature: a broken route, a disabled button, a dead queue. Or it is a holiday.",
    checks: [
      "Can you use the feature?",
      "Did something in front of it change: gateway, feature flag, frontend release?",
      "Did the queue or the caller stop?",
    ],
    mitigation: [
      "Undo what changed in front of the feature.",
      "On a holiday, silence the alert until the next working day.",
    ],
    causes: [
      "Release: a feature flag, route or button in front of the feature.",
      "The queue or job that calls it has stopped.",
      "A holiday, or the end of a campaign.",
    ],
    queries: rates,
  },
];

/** The kinds of all alerts in a plan, by name. */
export function alertKinds(services: readonly ServicePlan[]): readonly AlertKind[] {
  const slos = services.flatMap(({ slos }) => slos);
  const names = [...new Set(slos.map(({ alertName }) => alertName))].sort();
  const burning = names.flatMap((alert) =>
    slos
      .filter(({ alertName }) => alertName === alert)
      .slice(0, 1)
      .map(({ category, checks }): AlertKind => {
        const meaning =
          "Too large a share of events is bad, so that the error budget is spent faster than its period allows. Each SLO's section below says what counts as bad.";
        return { alert, severity: "by arm", meaning, checks, ...burnAdvice[category], queries: rates };
      }),
  );
  const fired = new Set(
    services.flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === "alert" ? [rule.alert] : []))),
    ),
  );
  const known = [...blind, ...evaluationKinds, ...spendAlertKinds].filter(({ alert }) => fired.has(alert));
  return [...burning, ...known, ...guardrailKinds(services)];
}
