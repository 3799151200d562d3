// The proofs of one SLO: fast arms and states of no data on the app's own series, long windows on recorded input.
import { noDataAlerts, ofSlo, ratioRecord, records } from "../../plan/conventions.ts";
import type { Arm, ServicePlan, SloPlan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import type { SeriesExample } from "../../plan/series-example.ts";
import { div } from "../../promql/build.ts";
import { print } from "../../promql/print.ts";
import { alertText } from "./alert-text.ts";
import { endStories, onsetStories, type Replay } from "./arm-stories.ts";
import { appSeries, baseSeries, hourlySeries, seriesText } from "./inputs.ts";
import { lowTrafficStories } from "./low-traffic.ts";
import type { Proof, Scenario } from "./proof.ts";
import { absent, between, fires, neverFired } from "./queries.ts";
import { armRules, baseRecords, named, rulesOf } from "./slice.ts";
import type { Stretch } from "./traffic.ts";

const hour = 3_600;
const day = 24 * hour;
/** Arms with longer windows are proven on recorded input. */
const rawUpTo = 2 * hour;

const identity = ({ service, id }: SloPlan) => ({ service, slo: id });

/** Zero events over an hour: counters are there, nobody calls. */
function idle(slo: SloPlan, replay: Replay): Scenario {
  return {
    name: "idle: an hour without a single event raises nothing",
    inputs: replay.input([{ minutes: 60, perMinute: 0 }]),
    expects: [
      neverFired(identity(slo), 60),
      absent(ofSlo(ratioRecord(hour), slo), 60),
      between(ofSlo(records.total, slo), -1, 1e-9, 60),
    ],
  };
}

/** Traffic without failures reads 0, not nothing; and nothing fires below the budget. */
function healthy(slo: SloPlan, replay: Replay): Scenario {
  const bad = ofSlo(records.bad, slo);
  const perMinute = Math.round(1_000 / slo.budget);
  const badPerSecond = (0.8 * slo.budget * perMinute) / 60;
  return {
    name: "healthy: clean traffic reads 0 and 80 % of the budget raises nothing",
    inputs: replay.input([
      { minutes: 30, perMinute },
      { minutes: 60, perMinute, badShare: 0.8 * slo.budget },
    ]),
    expects: [
      between(ofSlo(records.objective, slo), slo.objective - 1e-9, slo.objective + 1e-9, 29),
      between(bad, -1, 1e-6, 29),
      between(bad, badPerSecond * 0.99, badPerSecond * 1.01, 80),
      neverFired(identity(slo), 90),
    ],
  };
}

/** The series that `of` has and `others` doesn't. */
function only(of: readonly SeriesExample[], others: readonly SeriesExample[]): readonly string[] {
  const there = new Set(others.map(seriesText));
  return of.map(seriesText).filter((text) => !there.has(text));
}

/** The series that only bad events increment don't exist: a clean service that was never initialised still reads 0. */
function neverFailed(slo: SloPlan, scrapeSeconds: number): readonly Scenario[] {
  const onlyBad = only(slo.examples.bad, slo.examples.good);
  if (onlyBad.length === 0 || slo.badIsRequired) return [];
  return [
    {
      name: "no failure was ever counted: the SLO reads 0, not nothing",
      inputs: appSeries(slo, [{ minutes: 30, perMinute: 60 }], scrapeSeconds, onlyBad),
      expects: [
        between(ofSlo(records.total, slo), 0.98, 1.02, 20),
        between(ofSlo(records.bad, slo), -1e-9, 1e-9, 20),
        neverFired(identity(slo), 30),
      ],
    },
  ];
}

/** Both sides look back five minutes, no more and no less. */
function baseWindow(slo: SloPlan, replay: Replay): Scenario {
  const [total, bad] = [ofSlo(records.total, slo), ofSlo(records.bad, slo)];
  return {
    name: "traffic that stops is seen for five minutes, on both sides",
    inputs: replay.input([
      { minutes: 30, perMinute: 600, badShare: 0.5 },
      { minutes: 10, perMinute: 0 },
    ]),
    expects: [
      between(total, 2.5, 7.5, 32),
      between(bad, 1.25, 3.75, 32),
      between(div(bad, total), 0.49, 0.51, 32),
      between(total, -1, 1e-9, 36),
      between(bad, -1, 1e-9, 36),
    ],
  };
}

/** The good side runs ahead of the total, as when a counter was lost: bad is 0, never negative. */
function moreGoodThanAll(slo: SloPlan, scrapeSeconds: number): readonly Scenario[] {
  if (!slo.badIsRemainder) return [];
  const ahead = new Set(only(slo.examples.good, slo.examples.bad.concat(slo.examples.silent)));
  const traffic = (perMinute: number) => appSeries(slo, [{ minutes: 30, perMinute }], scrapeSeconds);
  const inputs = [
    ...traffic(66).filter(({ series }) => ahead.has(series)),
    ...traffic(60).filter(({ series }) => !ahead.has(series)),
  ];
  return [
    {
      name: "more good events than events: bad reads 0, not less",
      inputs,
      expects: [between(ofSlo(records.bad, slo), -1e-9, 1e-9, 20)],
    },
  ];
}

/** One side of the SLI doesn't exist: the SLO must be absent, never clean, and say so. */
function missing(slo: SloPlan, rules: readonly Rule[], scrapeSeconds: number): readonly Scenario[] {
  const onlyGood = only(slo.examples.good, slo.examples.bad);
  const everything = [...slo.examples.good, ...slo.examples.bad, ...slo.examples.silent].map(seriesText);
  const onlyBad = only(slo.examples.bad, slo.examples.good);
  const good = slo.badIsRemainder ? [{ name: "the good side of the SLI is missing", without: onlyGood }] : [];
  const bad = slo.badIsRequired ? [{ name: "the bad side of the SLI is missing", without: onlyBad }] : [];
  return [...good, ...bad, { name: "no series of the SLI exists", without: everything }].map(({ name, without }) => ({
    name: `${name}: the SLO is absent, never clean, and its alert says so`,
    inputs: appSeries(slo, [{ minutes: 30, perMinute: 60 }], scrapeSeconds, without),
    expects: [
      absent(ofSlo(records.bad, slo), 20),
      absent(ofSlo(ratioRecord(300), slo), 20),
      fires({ alertname: noDataAlerts.sliMissing, slo: slo.id }, 8, false),
    ],
    alerts: [
      { minute: 14, alert: noDataAlerts.sliMissing, firing: alertText(rules, noDataAlerts.sliMissing, identity(slo)) },
    ],
  }));
}

function replayOf(slo: SloPlan, scrapeSeconds: number): Replay {
  return {
    input: (stretches) => appSeries(slo, stretches, scrapeSeconds),
    stepMinutes: Math.max(1, scrapeSeconds / 60),
    lagMinutes: 2.5,
    slackMinutes: 1.5,
  };
}

/** What every SLO's base rules must do, whatever arms stand on them. */
export function baseStories(slo: SloPlan, rules: readonly Rule[], scrapeSeconds: number): readonly Scenario[] {
  const replay = replayOf(slo, scrapeSeconds);
  return [
    healthy(slo, replay),
    idle(slo, replay),
    ...neverFailed(slo, scrapeSeconds),
    baseWindow(slo, replay),
    ...moreGoodThanAll(slo, scrapeSeconds),
    ...missing(slo, rules, scrapeSeconds),
  ];
}

function rawProof(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): Proof {
  const all = rulesOf(service, slo);
  const arms = slo.arms.filter(({ longSeconds }) => longSeconds <= rawUpTo);
  const shared = named(all, [...baseRecords, ratioRecord(300), ratioRecord(hour), noDataAlerts.sliMissing]);
  const wanted = new Set([...shared, ...arms.flatMap((arm) => armRules(all, slo, arm))]);
  const rules = all.filter((rule) => wanted.has(rule));
  const replay = replayOf(slo, scrapeSeconds);
  return {
    service: service.id,
    name: `${slo.id}.fast`,
    stepSeconds: scrapeSeconds,
    inputSeconds: scrapeSeconds,
    rules,
    scenarios: [
      ...baseStories(slo, rules, scrapeSeconds),
      ...(arms.length > 0 ? onsetStories(slo, arms, rules, replay) : []),
      ...endStories(slo, arms, replay),
      ...lowTrafficStories(slo, arms, replay),
    ],
  };
}

/** Minutes between evaluations where input is recorded: fine enough to see `keep_firing_for`, and a divisor of the second stage's hour. */
function stepFor({ keepFiringForSeconds }: Arm): number {
  return keepFiringForSeconds > 5 * 60 ? 5 : 2;
}

/** Recorded rates. Windows of a day and more read the second stage, which trails by half of its hour. */
function recordedReplay(slo: SloPlan, arm: Arm, stepMinutes: number, inputSeconds: number): Replay {
  const hourly = arm.longSeconds >= day;
  return {
    input: (stretches) => [
      ...baseSeries(slo, stretches, inputSeconds),
      ...(hourly ? hourlySeries(slo, stretches, inputSeconds) : []),
    ],
    stepMinutes,
    lagMinutes: hourly ? 30 : 0,
    slackMinutes: hourly ? 60 : stepMinutes,
  };
}

function windowProofs(service: ServicePlan, slo: SloPlan, arm: Arm, scrapeSeconds: number): readonly Proof[] {
  const rules = armRules(rulesOf(service, slo), slo, arm);
  const hourly = arm.longSeconds >= day;
  const proof = (name: string, step: number, stories: (replay: Replay) => readonly Scenario[]): Proof => {
    // Shares don't depend on how often rates are recorded; only windows that count events from them do.
    const inputSeconds = hourly ? step * 60 : scrapeSeconds;
    return {
      service: service.id,
      name: `${slo.id}.${name}`,
      stepSeconds: step * 60,
      inputSeconds,
      rules,
      scenarios: stories(recordedReplay(slo, arm, step, inputSeconds)),
    };
  };
  const onset = (replay: Replay) => onsetStories(slo, [arm], rules, replay);
  const end = (replay: Replay) => endStories(slo, [arm], replay);
  const step = stepFor(arm);
  return [proof(`${arm.name}-onset`, hourly ? 60 : step, onset), proof(`${arm.name}-end`, step, end)];
}

const hours = (count: number, perHour: number) => ({ minutes: count * 60, perMinute: perHour / 60 });

/** Ten hours of traffic a day, and one day without; then 30 events an hour as the limit, in each of the four hours that are asked. */
function trafficProof(service: ServicePlan, slo: SloPlan): Proof {
  const rules = named(rulesOf(service, slo), [noDataAlerts.trafficCeased]);
  const alert = { alertname: noDataAlerts.trafficCeased, slo: slo.id };
  const stepMinutes = 20;
  const inputSeconds = stepMinutes * 60;
  const total = (stretches: readonly Stretch[]) => [
    ...baseSeries(slo, stretches, inputSeconds).slice(0, 1),
    ...hourlySeries(slo, stretches, inputSeconds, stepMinutes).slice(0, 1),
  ];
  const start = 8 * 1_440;
  const opening = Array.from({ length: 8 }, () => [hours(10, 120), hours(14, 0)]).flat();
  const another = print(ofSlo(records.total, { service: slo.service, id: "another" }));
  // Hours that end five hours after the same time last week, and two hours after that of yesterday.
  const lean = [hours(28, 33), hours(1, 28), hours(140, 33), hours(1, 28), hours(22, 33), hours(6, 0)];
  const at = (minute: number, yes: boolean) => fires(alert, start + minute, yes);
  return {
    service: service.id,
    name: `${slo.id}.traffic`,
    stepSeconds: inputSeconds,
    inputSeconds,
    rules,
    scenarios: [
      {
        name: "traffic ceased: reported in opening hours, silent in the evening, at night and in the morning",
        inputs: total([...opening, hours(2, 120), hours(8, 0), hours(15, 0)]),
        expects: [neverFired(alert, start + 60), at(120, false), at(720, false)],
        alerts: [
          {
            minute: start + 160,
            alert: noDataAlerts.trafficCeased,
            firing: alertText(rules, noDataAlerts.trafficCeased, identity(slo)),
          },
        ],
      },
      {
        name: "33 events an hour, and none for hours: said after 20 minutes, but not while an hour of yesterday or last week that is asked had 28",
        inputs: total(lean),
        expects: [at(20, true), at(60, false), at(120, false), at(180, true), at(240, false), at(300, false)],
      },
      {
        name: "its series are gone: that is no traffic which ceased, and has an alert of its own",
        inputs: total([hours(192, 33), hours(2, 0)]).slice(1),
        expects: [neverFired(alert, start + 60)],
      },
      {
        name: "none for this SLO alone, while another one of the service counts events: requests arrive",
        inputs: [
          ...total([hours(192, 33), hours(2, 0)]),
          { series: another, values: `0.01x${Math.round((194 * hour) / inputSeconds)}` },
        ],
        expects: [neverFired(alert, start + 60)],
      },
    ],
  };
}

/** All proofs of one SLO. */
export function sloProofs(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): readonly Proof[] {
  const long = slo.arms.filter(({ longSeconds }) => longSeconds > rawUpTo);
  return [
    rawProof(service, slo, scrapeSeconds),
    ...long.flatMap((arm) => windowProofs(service, slo, arm, scrapeSeconds)),
    trafficProof(service, slo),
  ];
}
