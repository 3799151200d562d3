// The proofs of what a service's SLOs share: window arithmetic, targets, stalled requests, and the joining of both stages.
import { confidenceRecord, noDataAlerts, ofSlo, ratioRecord, records } from "../../plan/conventions.ts";
import type { ServicePlan, SloPlan } from "../../plan/plan.ts";
import { print, printDuration, printNumber } from "../../promql/print.ts";
import { alertText } from "./alert-text.ts";
import { wilsonLowerBound } from "./expected-times.ts";
import { appSeries, baseSeries, hourlySeries, seriesText } from "./inputs.ts";
import type { Proof, Scenario } from "./proof.ts";
import { absent, armFires, between, fires, neverFired } from "./queries.ts";
import { named, rulesOf } from "./slice.ts";
import { counterValues, gaugeValues } from "./traffic.ts";

const hour = 3_600;
const day = 24 * hour;

/**
 * Five bad of ten, then too few to tell, then just enough, then more bad events than events. Half way into the second phase the window
 * holds half of each. Prometheus 2 counts a sample on both ends of a range, so n may be one sample larger.
 */
function windowStory(
  slo: SloPlan,
  windowSeconds: number,
  inputSeconds: number,
  stepMinutes: number,
  hasBound: boolean,
): Scenario {
  const window = windowSeconds / 60;
  const record = windowSeconds >= day ? hourlySeries : baseSeries;
  const stage = Math.max(stepMinutes, inputSeconds / 60);
  const phase = Math.ceil((window + 2 * stage) / stage) * stage;
  const bound = ofSlo(confidenceRecord(windowSeconds), slo);
  const share = ofSlo(ratioRecord(windowSeconds), slo);
  const samples = windowSeconds / inputSeconds;
  const [exact, closed] = [1, 1 + 1 / samples].map((edge) => wilsonLowerBound(5 * edge, 10 * edge)) as [number, number];
  const events = (count: number, badShare: number, minutes = phase) => ({
    minutes,
    perMinute: count / window,
    badShare,
  });
  const end = (phases: number) => phases * phase - stepMinutes;
  const half = Math.ceil(window / 2 / stage) * stage;
  const mixed = (badOf: number) => (5 * (1 - badOf) + 2.2 * badOf) / (10 * (1 - badOf) + 2.2 * badOf);
  const tolerance = (2 * stage) / window;
  const bounds = [
    between(bound, exact * 0.995, closed * 1.005, end(1)),
    absent(bound, end(2)),
    between(bound, 0.3, 0.4, end(3)),
    between(bound, 0.5, 1.5, end(4)),
  ];
  return {
    name: `${printDuration(windowSeconds)}: 5 bad of 10 events are 50 %${hasBound ? `, at least ${printNumber(Math.round(exact * 1000) / 10)}% for sure; 2 bad events prove nothing, 3 do` : ""}`,
    inputs: record(
      slo,
      [events(10, 0.5), events(2.2, 1), events(2.9, 1), events(10, 1.5, phase + stepMinutes)],
      inputSeconds,
    ),
    expects: [
      between(share, 0.4999, 0.5001, end(1)),
      between(share, mixed(half / window - tolerance), mixed(half / window + tolerance), phase + half),
      between(share, 0.9999, 1.0001, end(2)),
      ...(hasBound ? bounds : []),
    ],
  };
}

function windowProof(service: ServicePlan, slo: SloPlan, windowSeconds: number, scrapeSeconds: number): Proof {
  const stepMinutes = [1, 5, 10, 15, 30, 60, 240].find((minutes) => windowSeconds / 60 / minutes <= 80) ?? 720;
  const inputSeconds = windowSeconds >= day ? hour : scrapeSeconds;
  const rules = named(rulesOf(service, slo), [ratioRecord(windowSeconds), confidenceRecord(windowSeconds)]);
  const hasBound = slo.arms.some(({ longSeconds }) => longSeconds === windowSeconds);
  return {
    service: service.id,
    name: `window.${printDuration(windowSeconds)}.${slo.id}`,
    stepSeconds: stepMinutes * 60,
    inputSeconds,
    rules,
    scenarios: [windowStory(slo, windowSeconds, inputSeconds, stepMinutes, hasBound)],
  };
}

/** Targets answer, fail, vanish, or were never there: only the second and third are targets down. */
function targetsProof(service: ServicePlan, slo: SloPlan): Proof {
  const rules = named(rulesOf(service, slo), [records.objective, noDataAlerts.targetsDown, noDataAlerts.sliMissing]);
  const labels = { job: service.job, ...service.match };
  const up = (instance: string, values: string) => ({
    series: seriesText({ metric: "up", labels: { ...labels, instance } }),
    values,
  });
  const down = { alertname: noDataAlerts.targetsDown, service: service.id };
  const missing = { alertname: noDataAlerts.sliMissing, service: service.id, slo: slo.id };
  const text = alertText(rules, noDataAlerts.targetsDown, { job: service.job });
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
        alerts: [{ minute: 38, alert: noDataAlerts.targetsDown, firing: text }],
      },
      {
        name: "one target of two fails: the other still measures",
        inputs: [up("a", "1+0x60"), up("b", "1+0x10 0+0x49")],
        expects: [neverFired(down, 60)],
      },
      {
        name: "all targets vanish: targets down, for a day; then the SLO measures nothing",
        inputs: [up("a", "1+0x30 stale")],
        expects: [
          fires(down, 30, false),
          fires(down, 40),
          fires(down, 1_400),
          fires(missing, 1_400, false),
          fires(down, 1_500, false),
          fires(missing, 1_500),
        ],
      },
      {
        name: "bad events without a total measure nothing",
        inputs: [up("a", "1+0x30"), { series: print(ofSlo(records.bad, slo)), values: "1+0x30" }],
        expects: [fires(missing, 8, false), fires(missing, 15)],
      },
      {
        name: "targets that were never there are a matter of configuration: the SLO measures nothing",
        inputs: [],
        expects: [neverFired(down, 30), fires(missing, 30)],
      },
    ],
  };
}

/** Completions stop at minute 20; from minute 40 on a single request is in flight; completions resume two windows later. */
function stalledProof(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): readonly Proof[] {
  const { stalled } = service;
  if (!stalled) return [];
  const rules = named(rulesOf(service, slo), [noDataAlerts.stalled]);
  const window = stalled.windowSeconds / 60;
  const feature = { [stalled.featureLabel]: service.features[0] ?? "" };
  const series = (metric: string) => seriesText({ metric, labels: { ...feature, ...service.match } });
  const steps = (minutes: number) => Math.round((minutes * 60) / scrapeSeconds);
  const resumes = 40 + 2 * window;
  const last = resumes + 10;
  const increments = Array.from({ length: steps(last) + 1 }, (_, step) =>
    step > steps(20) && step <= steps(resumes) ? 0 : 10,
  );
  const completed = { series: series(stalled.completedMetric), values: counterValues(increments) };
  const inflight = (waiting: number) => ({
    series: series(stalled.inflightMetric),
    values: gaugeValues(
      [
        { minutes: 40, value: 0 },
        { minutes: last - 40 + 1, value: waiting },
      ],
      scrapeSeconds,
    ),
  });
  const alert = { alertname: noDataAlerts.stalled, service: service.id };
  const text = alertText(rules, noDataAlerts.stalled, feature).map(({ labels, annotations }) => ({
    labels,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [key, value.replaceAll("{{ $value | humanize }}", "1")]),
    ) as unknown as typeof annotations,
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
          name: `a request in flight and none completed for ${window} minutes: stalled, until one completes`,
          inputs: [completed, inflight(1)],
          expects: [
            fires(alert, 39, false),
            fires(alert, 40 + window - 2, false),
            fires(alert, resumes),
            fires(alert, resumes + 3, false),
          ],
          alerts: [{ minute: 40 + window + 1, alert: noDataAlerts.stalled, firing: text }],
        },
        {
          name: `a request in flight all along: stalled ${window} minutes after the last completion`,
          inputs: [
            completed,
            {
              series: series(stalled.inflightMetric),
              values: gaugeValues([{ minutes: last + 1, value: 1 }], scrapeSeconds),
            },
          ],
          expects: [fires(alert, 20 + window - 2, false), fires(alert, 20 + window + 1)],
        },
        {
          name: "a pod that has just started with a request in flight is not stalled yet",
          inputs: [
            { series: completed.series, values: `_x${steps(20)} 0+0x${steps(last)}` },
            { series: series(stalled.inflightMetric), values: `_x${steps(20)} 1+0x${steps(last)}` },
          ],
          expects: [neverFired(alert, 20 + window - 1), fires(alert, 20 + window + 2)],
        },
        {
          name: "three minutes without a scrape, and a request in flight before and after: too few scrapes to tell",
          inputs: [
            {
              series: completed.series,
              values: `0+10x${steps(40) - 1} _x${steps(3)} ${400 * steps(1) - 10}x${steps(1)} 0+10x9`,
            },
            {
              series: series(stalled.inflightMetric),
              values: `1+0x${steps(40) - 1} _x${steps(3)} 1+0x${steps(10)}`,
            },
          ],
          expects: [neverFired(alert, 45)],
        },
        {
          name: "a single scrape is lost: stalled all the same",
          inputs: [
            completed,
            { series: series(stalled.inflightMetric), values: `1+0x${steps(18 + window) - 1} _ 1+0x${steps(10)}` },
          ],
          expects: [fires(alert, 20 + window)],
        },
        {
          name: "a request that was in flight and is gone waits no more",
          inputs: [
            completed,
            {
              series: series(stalled.inflightMetric),
              values: gaugeValues(
                [
                  { minutes: 24, value: 1 },
                  { minutes: last - 23, value: 0 },
                ],
                scrapeSeconds,
              ),
            },
          ],
          expects: [neverFired(alert, last)],
        },
        {
          name: "nothing in flight and nothing completed is idleness",
          inputs: [completed, inflight(0)],
          expects: [neverFired(alert, last)],
        },
        {
          name: "requests in flight that complete are work",
          inputs: [{ series: completed.series, values: `0+10x${steps(last)}` }, inflight(3)],
          expects: [neverFired(alert, last)],
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
          between(
            { ...of(records.info), matchers: [...of(records.info).matchers, ...infoMatchers(service, slo)] },
            0.9999,
            1.0001,
            140,
          ),
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
    slo.windowsSeconds.flatMap((windowSeconds) => {
      const isLong = slo.arms.some(({ longSeconds }) => longSeconds === windowSeconds);
      const isLongElsewhere = service.slos.some(
        ({ periodSeconds, arms }) =>
          periodSeconds === slo.periodSeconds && arms.some(({ longSeconds }) => longSeconds === windowSeconds),
      );
      const key = `${slo.periodSeconds}/${windowSeconds}`;
      if (windowSeconds <= 300 || seen.has(key) || isLong !== isLongElsewhere) return [];
      seen.add(key);
      return [windowProof(service, slo, windowSeconds, scrapeSeconds)];
    }),
  );
  return [
    ...windows,
    targetsProof(service, first),
    ...stalledProof(service, first, scrapeSeconds),
    endToEndProof(service, first, scrapeSeconds),
  ];
}
