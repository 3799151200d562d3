// The proofs of what a service's SLOs share: window arithmetic, targets, stalled requests, and the joining of both stages.
import { confidenceRecord, ofSlo, ratioRecord, records } from "../../plan/conventions.ts";
import type { ServicePlan, SloPlan } from "../../plan/plan.ts";
import { printNumber } from "../../promql/print.ts";
import { wilsonLowerBound } from "./expected-times.ts";
import { appSeries, baseSeries, seriesText } from "./inputs.ts";
import type { Proof, Scenario } from "./proof.ts";
import { absent, armFires, between, fires, neverFired } from "./queries.ts";
import { hourlyRecords, named, rulesOf } from "./slice.ts";
import { alertText } from "./slo-proofs.ts";
import { gaugeValues } from "./traffic.ts";

const day = 86_400;

/** Five bad of ten, then too few to tell, then just enough: the recorded bound must be Wilson's. */
function windowStory(slo: SloPlan, longSeconds: number, stepMinutes: number): Scenario {
  const long = longSeconds / 60;
  const stage = longSeconds >= day ? 60 : stepMinutes;
  const phase = Math.ceil((long + 2 * stage) / stepMinutes) * stepMinutes;
  const perMinute = 10 / long;
  const samples = longSeconds >= day ? long / 60 : long;
  const bound = ofSlo(confidenceRecord(longSeconds), slo);
  const share = ofSlo(ratioRecord(longSeconds), slo);
  const [exact, closed] = [1, 1 + 1 / samples].map((edge) => wilsonLowerBound(5 * edge, 10 * edge));
  return {
    name: `5 bad of 10 events in a window are 50 %, at least ${printNumber(Math.round((exact ?? 0) * 1000) / 10)}% for sure; 2 bad events prove nothing, 3 do`,
    inputs: baseSeries(
      slo,
      [
        { minutes: phase, perMinute, badShare: 0.5 },
        { minutes: phase, perMinute: 2.2 / long, badShare: 1 },
        { minutes: phase, perMinute: 2.9 / long, badShare: 1 },
        { minutes: stepMinutes, perMinute: 2.9 / long, badShare: 1 },
      ],
      60,
    ),
    expects: [
      between(share, 0.4999, 0.5001, phase - stepMinutes),
      between(bound, (exact ?? 0) * 0.995, (closed ?? 0) * 1.005, phase - stepMinutes),
      absent(bound, 2 * phase - stepMinutes),
      between(share, 0.9999, 1.0001, 2 * phase - stepMinutes),
      between(bound, 0.3, 0.4, 3 * phase - stepMinutes),
    ],
  };
}

function windowProof(service: ServicePlan, slo: SloPlan, longSeconds: number): Proof {
  const stepMinutes = [1, 5, 10, 15, 30].find((minutes) => longSeconds / 60 / minutes <= 80) ?? 30;
  const stage = longSeconds >= day ? hourlyRecords : [];
  return {
    service: service.id,
    name: `windows.${slo.id}-${longSeconds / 60}m`,
    stepSeconds: stepMinutes * 60,
    inputSeconds: 60,
    rules: named(rulesOf(service, slo), [...stage, ratioRecord(longSeconds), confidenceRecord(longSeconds)]),
    scenarios: [windowStory(slo, longSeconds, stepMinutes)],
  };
}

/** Targets answer, fail, vanish, or were never there: only the second and third are targets down. */
function targetsProof(service: ServicePlan, slo: SloPlan): Proof {
  const rules = named(rulesOf(service, slo), [records.objective, "LlmTargetsDown", "LlmSliMissing"]);
  const labels = { job: service.job, ...service.match };
  const up = (instance: string, values: string) => ({ series: seriesText({ metric: "up", labels: { ...labels, instance } }), values });
  const down = { alertname: "LlmTargetsDown", service: service.id };
  const missing = { alertname: "LlmSliMissing", service: service.id, slo: slo.id };
  const text = alertText(rules, "LlmTargetsDown", { job: service.job });
  return {
    service: service.id,
    name: "targets",
    stepSeconds: 60,
    inputSeconds: 60,
    rules,
    scenarios: [
      {
        name: "no target answers for 5 minutes: targets down, and nothing else is said to be missing",
        inputs: [up("a", "1+0x30 0+0x30"), up("b", "1+0x30 0+0x30")],
        expects: [fires(down, 30, false), fires(down, 34, false), fires(missing, 60, false)],
        alerts: [{ minute: 38, alert: "LlmTargetsDown", firing: text }],
      },
      {
        name: "one target of two fails: the other still measures",
        inputs: [up("a", "1+0x60"), up("b", "1+0x10 0+0x49")],
        expects: [neverFired(down, 60)],
      },
      {
        name: "all targets vanish: targets down, for a day",
        inputs: [up("a", "1+0x30 stale")],
        expects: [fires(down, 30, false), fires(down, 40), fires(down, 1_400), fires(missing, 1_400, false)],
      },
      {
        name: "targets that were never there are a matter of configuration: the SLO measures nothing",
        inputs: [],
        expects: [neverFired(down, 30), fires(missing, 30)],
      },
    ],
  };
}

function stalledProof(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): readonly Proof[] {
  const { stalled } = service;
  if (!stalled) return [];
  const rules = named(rulesOf(service, slo), ["LlmRequestsStalled"]);
  const window = stalled.windowSeconds / 60;
  const labels = { [stalled.featureLabel]: service.features[0] ?? "", ...service.match };
  const series = (metric: string) => seriesText({ metric, labels });
  const completed = (busy: number, still: number) => ({ series: series(stalled.completedMetric), values: `0+10x${busy} ${10 * busy}+0x${still} ${10 * busy}+10x30` });
  const inflight = (waiting: number, total: number) => ({
    series: series(stalled.inflightMetric),
    values: gaugeValues([{ minutes: total, value: waiting }], scrapeSeconds),
  });
  const alert = { alertname: "LlmRequestsStalled", service: service.id };
  const still = 3 * window;
  const steps = (minutes: number) => Math.round((minutes * 60) / scrapeSeconds);
  const text = alertText(rules, "LlmRequestsStalled", { [stalled.featureLabel]: service.features[0] ?? "" }).map(({ labels: all, annotations }) => ({
    labels: all,
    annotations: Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, value.replaceAll("{{ $value | humanize }}", "3")])) as unknown as typeof annotations,
  }));
  return [
    {
      service: service.id,
      name: "stalled",
      stepSeconds: scrapeSeconds,
      inputSeconds: scrapeSeconds,
      rules,
      scenarios: [
        {
          name: `requests in flight and none completed for ${window} minutes: stalled, until one completes`,
          inputs: [completed(steps(20), steps(still)), inflight(3, 20 + still + 25)],
          expects: [fires(alert, 19, false), fires(alert, 20 + window - 2, false), fires(alert, 20 + still + 5, false)],
          alerts: [{ minute: 20 + window + 2, alert: "LlmRequestsStalled", firing: text }],
        },
        {
          name: "nothing in flight and nothing completed is idleness",
          inputs: [completed(steps(20), steps(still)), inflight(0, 20 + still + 25)],
          expects: [neverFired(alert, 20 + still + 20)],
        },
      ],
    },
  ];
}

/** Both stages together, from the app's series to budgets: a steady burn of 2. */
function endToEndProof(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): Proof {
  const share = Math.min(1, 2 * slo.budget);
  const burn = share / slo.budget;
  const drift = slo.arms.find(({ longSeconds }) => longSeconds >= day);
  const of = (record: string) => ofSlo(record, slo);
  return {
    service: service.id,
    name: "end-to-end",
    stepSeconds: scrapeSeconds,
    inputSeconds: scrapeSeconds,
    rules: rulesOf(service, slo),
    scenarios: [
      {
        name: "a steady burn of 2 reaches every window, the budget and the info series",
        inputs: appSeries(slo, [{ minutes: 150, perMinute: 60_000, badShare: share }], scrapeSeconds),
        expects: [
          ...slo.windowsSeconds.map((window) => between(of(ratioRecord(window)), share * 0.99, share * 1.01, 140)),
          between(of(records.totalHourly), 990, 1_010, 140),
          between(of(records.badHourly), 990 * share, 1_010 * share, 140),
          between(of(records.objective), slo.objective - 1e-9, slo.objective + 1e-9, 140),
          between(of(records.budget), slo.budget * 0.9999, slo.budget * 1.0001, 140),
          between(of(records.budgetRemaining), 1 - burn * 1.01, 1 - burn * 0.99, 140),
          between({ ...of(records.info), matchers: [...of(records.info).matchers, ...infoMatchers(service, slo)] }, 0.5, 1.5, 140),
          ...(drift && share > 1.5 * drift.threshold ? [armFires(slo, drift.name, 140)] : []),
        ],
      },
    ],
  };
}

function infoMatchers(service: ServicePlan, slo: SloPlan) {
  const labels = { team: service.team, indicator: slo.indicator, objective: slo.objectiveText };
  return Object.entries(labels).map(([label, value]) => ({ label, op: "=", value }) as const);
}

/** The proofs of a service as a whole, on the first SLO of each period. */
export function serviceProofs(service: ServicePlan, scrapeSeconds: number): readonly Proof[] {
  const [first] = service.slos;
  if (!first) return [];
  const seen = new Set<string>();
  const windows = service.slos.flatMap((slo) =>
    slo.arms.flatMap(({ longSeconds }) => {
      const key = `${slo.periodSeconds}/${longSeconds}`;
      if (seen.has(key)) return [];
      seen.add(key);
      return [windowProof(service, slo, longSeconds)];
    }),
  );
  return [...windows, targetsProof(service, first), ...stalledProof(service, first, scrapeSeconds), endToEndProof(service, first, scrapeSeconds)];
}
