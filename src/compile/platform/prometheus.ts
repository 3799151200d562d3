// Prometheus watches itself: rules, delivery, configuration, storage, targets; and a heartbeat, since a dead one can't say so.
import { call, count, eq, gt, min, oneOf, or, rate, subquery, sum, unless } from "../../promql/build.ts";
import { reloadFailed } from "./reload-failed.ts";
import { counterStories, levelStory, minute, type Surroundings, type Watch } from "./watch.ts";

const day = 86_400;
const self = { instance: "prometheus-0" };

const watchdog: Watch = {
  id: "watchdog",
  alert: "Watchdog",
  expr: call("vector", call("time")),
  severity: "warning",
  condition: "always",
  summary: "the path from Prometheus to you works",
  description:
    "This alert always fires. Where it stops, Prometheus, Alertmanager or what lies between them doesn't work.",
  stories: [{ name: "it fires from the first minute on", series: [], firing: [1, 30], quiet: [], labels: {} }],
  runbook: {
    meaning: "Nothing is wrong. The alert fires all the time, so that its absence shows.",
    impact: "None while it fires. Without it no other alert of this environment can be trusted.",
    checks: [
      "Is it missing? Then see whether Prometheus runs and evaluates rules, under Status, Rules.",
      "Does Prometheus reach Alertmanager, under Status, Runtime & Build Information? Does Alertmanager show the alert?",
    ],
    causes: [
      "Where it is missing: Prometheus is down, out of memory or out of disk.",
      "Alertmanager is down, or refused its configuration.",
      "A network policy or a proxy keeps Alertmanager from the heartbeat's URL.",
    ],
    mitigation: ["Bring back whatever does not run."],
  },
};

function rulesFailing({ select, series }: Surroundings): Watch {
  const metric = "prometheus_rule_evaluation_failures_total";
  const group = { rule_group: "/etc/prometheus/rules/chat.yaml;chat" };
  return {
    id: "rules-failing",
    alert: "LlmRulesFailing",
    expr: gt(sum(rate(select(metric), 10 * minute), ["rule_group"]), 0),
    forSeconds: 5 * minute,
    severity: "critical",
    condition: "evaluations of a rule group fail for 5 minutes",
    summary: "rules of {{ $labels.rule_group }} can't be evaluated",
    description:
      "Prometheus can't evaluate rules of {{ $labels.rule_group }}: what they record is missing, and their alerts can't fire.",
    stories: counterStories({
      counters: [{ what: "evaluations fail", of: series(metric, { ...self, ...group }), labels: group }],
      windowMinutes: 10,
      forMinutes: 5,
    }),
    runbook: {
      meaning: "Prometheus fails to evaluate rules of the group that the label rule_group names.",
      impact: "SLOs of that group aren't measured, and their alerts can't fire. Counts of that time are lost.",
      checks: [
        "Which error? See Status, Rules, or the log of Prometheus: it names rule and cause.",
        "Many-to-many matching? Two jobs publish the same series: look at job, instance and the matchers of the stack.",
        "Too many samples, or a timeout? Prometheus is too small, or something else queries it heavily.",
      ],
      causes: [
        "Two jobs publish the same series, so that a join finds two partners.",
        "Prometheus is too small: a query times out or loads too many samples.",
        "Relabelling, or a second instance of an exporter, changed labels that rules join on.",
      ],
      mitigation: [
        "Undo what changed last: rules, relabelling, a second instance of an exporter.",
        "Give Prometheus more memory.",
      ],
    },
  };
}

function rulesLate({ select, series }: Surroundings): Watch {
  const metric = "prometheus_rule_group_iterations_missed_total";
  const group = { rule_group: "/etc/prometheus/rules/chat.yaml;chat" };
  return {
    id: "rules-late",
    alert: "LlmRulesLate",
    expr: gt(sum(rate(select(metric), 15 * minute), ["rule_group"]), 0),
    forSeconds: 10 * minute,
    severity: "warning",
    condition: "a rule group misses evaluations for 10 minutes",
    summary: "evaluations of {{ $labels.rule_group }} are left out",
    description:
      "{{ $labels.rule_group }} takes longer than its interval, so that evaluations are left out. Each gap is a gap in the counts of its SLOs.",
    stories: counterStories({
      counters: [{ what: "evaluations are missed", of: series(metric, { ...self, ...group }), labels: group }],
      windowMinutes: 15,
      forMinutes: 10,
    }),
    runbook: {
      meaning: "A rule group needs longer than its interval, and Prometheus skips evaluations.",
      impact: "Every gap in rule evaluation is a gap in the counts of events, so budgets are off and alerts come late.",
      checks: [
        "Which group is slow? See prometheus_rule_group_last_duration_seconds by rule_group.",
        "Is Prometheus short of CPU, or busy with dashboards?",
      ],
      causes: [
        "Prometheus is short of CPU or memory.",
        "Dashboards or people's own queries over long ranges keep it busy.",
        "The number of series grew, for example by a label of many values.",
      ],
      mitigation: ["Give Prometheus more CPU.", "Split the service whose group it is, or raise the scrape interval."],
    },
  };
}

function undelivered({ select, series }: Surroundings): Watch {
  const [dropped, errors] = ["prometheus_notifications_dropped_total", "prometheus_notifications_errors_total"];
  const failing = (metric: string) => gt(sum(rate(select(metric), 10 * minute), ["instance"]), 0);
  return {
    id: "alerts-undelivered",
    alert: "LlmAlertsUndelivered",
    expr: or(failing(dropped), failing(errors)),
    forSeconds: 5 * minute,
    severity: "critical",
    condition: "alerts don't reach an Alertmanager for 5 minutes",
    summary: "{{ $labels.instance }} can't deliver alerts to an Alertmanager",
    description:
      "{{ $labels.instance }} fails to send alerts to an Alertmanager, or drops them. What fires may reach nobody.",
    stories: counterStories({
      counters: [
        { what: "alerts are dropped", of: series(dropped, self), labels: self },
        {
          what: "an Alertmanager refuses alerts",
          of: series(errors, { ...self, alertmanager: "http://a:9093/api/v2/alerts" }),
          labels: self,
        },
      ],
      windowMinutes: 10,
      forMinutes: 5,
    }),
    runbook: {
      meaning: "Prometheus fails to send alerts to at least one Alertmanager, or drops alerts that none took.",
      impact: "Alerts may reach nobody. With several Alertmanagers the others still deliver.",
      checks: [
        "Which one? Split prometheus_notifications_errors_total by alertmanager.",
        "Does Alertmanager run and answer on /-/ready? Does a network policy keep Prometheus from it?",
        "Is the queue full? Compare prometheus_notifications_queue_length with its capacity.",
      ],
      causes: [
        "Alertmanager is down or restarts.",
        "A network policy keeps Prometheus from it.",
        "An address in the configuration is of a pod that is gone.",
      ],
      mitigation: ["Bring Alertmanager back.", "Until then look at the alerts in Prometheus itself, under Alerts."],
    },
  };
}

function storage({ select, series }: Surroundings): Watch {
  const [compactions, writes] = ["prometheus_tsdb_compactions_failed_total", "prometheus_tsdb_wal_writes_failed_total"];
  const failing = (metric: string) => gt(sum(rate(select(metric), 15 * minute), ["instance"]), 0);
  return {
    id: "storage",
    alert: "LlmPrometheusStorage",
    expr: or(failing(compactions), failing(writes)),
    forSeconds: 30 * minute,
    severity: "critical",
    condition: "Prometheus fails to write or to compact its data for 30 minutes",
    summary: "{{ $labels.instance }} can't write its data",
    description:
      "{{ $labels.instance }} has failed to write or to compact its data for 30 minutes. Usually its volume is full; it will soon measure nothing.",
    stories: counterStories({
      counters: [
        { what: "compactions fail", of: series(compactions, self), labels: self },
        { what: "writes fail", of: series(writes, self), labels: self },
      ],
      windowMinutes: 15,
      forMinutes: 30,
    }),
    runbook: {
      meaning: "Prometheus can't write to its volume, or can't compact what is there. It retries each minute.",
      impact: "Once the volume is full nothing is measured: no SLO, no alert but those that see nothing.",
      checks: [
        "How full is the volume? Look at it from the pod, or at kubelet_volume_stats_available_bytes.",
        "What does the log say: no space, read-only file system, a corrupt block?",
      ],
      causes: [
        "The volume is full: more series, or a longer retention, than it was made for.",
        "The node or its disk is in trouble.",
      ],
      mitigation: [
        "Enlarge the volume: components.prometheus.storage in slos/stack.ts, and the claim itself.",
        "Shorten components.prometheus.retention, as far as the longest period allows.",
        "Move a corrupt block away.",
      ],
    },
  };
}

/** A target of the stack's own jobs that is down, or a job of which none is left of those seen at a full hour of the last day. */
function targetDown({ select, series, namespace, jobs }: Surroundings): Watch {
  const others = jobs.length === 0 ? {} : { job: { op: "!~", value: oneOf(jobs) } as const };
  const up = select("up", { namespace, ...others });
  const known = count(call("max_over_time", subquery(up, day, 3_600)), ["job"]);
  const target = (instance: string) => series("up", { namespace, job: "otel-collector", instance });
  const labels = { job: "otel-collector" };
  return {
    id: "stack-target-down",
    alert: "LlmStackTargetDown",
    expr: or(eq(min(up, ["job"]), 0), unless(known, count(up, ["job"]))),
    forSeconds: 10 * minute,
    severity: "warning",
    condition: "a target in the stack's namespace can't be scraped for 10 minutes, or a job that was there is gone",
    summary: "a target of {{ $labels.job }} can't be scraped",
    description: `Prometheus can't scrape a target of {{ $labels.job }} in ${namespace}. That part of the stack is down, or runs unseen.`,
    stories: [
      levelStory({
        name: "one target of two is down",
        series: [
          { of: target("a"), well: 1, ill: 1 },
          { of: target("b"), well: 1, ill: 0 },
        ],
        forMinutes: 10,
        labels,
      }),
      {
        name: "a job vanishes: told for a day",
        series: [{ of: target("a"), course: [{ minutes: 30, value: 1 }] }],
        quiet: [29, 1_500],
        firing: [50, 1_400],
        labels,
      },
    ],
    runbook: {
      meaning:
        "A target of the stack itself can't be scraped, or a job that was there within the last day has no target left.",
      impact:
        "Depends on the job: without the collector traces are lost, without kube-state-metrics its alerts are blind.",
      checks: [
        "Does the pod run, and is it ready?",
        "What does Prometheus say under Status, Targets?",
        "Did a network policy change?",
      ],
      causes: [
        "A pod crashes, runs out of memory or finds no node.",
        "A network policy or a port changed.",
        "The component was removed or renamed.",
      ],
      mitigation: ["Bring the component back.", "If it was removed on purpose, the alert ends within a day."],
    },
  };
}

export function prometheusWatches(around: Surroundings): readonly Watch[] {
  return [
    watchdog,
    rulesFailing(around),
    rulesLate(around),
    undelivered(around),
    reloadFailed(around, "prometheus", "Prometheus"),
    storage(around),
    targetDown(around),
  ];
}
