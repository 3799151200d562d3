// The proofs of one SLO: fast arms and states of no data on the app's own series, long windows on recorded input.
import { ofSlo, ratioRecord, records } from "../../plan/conventions.ts";
import type { AlertRule, Arm, Rule, ServicePlan, SloPlan } from "../../plan/plan.ts";
import { armStories, type Replay } from "./arm-stories.ts";
import { appSeries, baseSeries, seriesText } from "./inputs.ts";
import { lowTrafficStories } from "./low-traffic.ts";
import type { AlertExpectation, Proof, Scenario } from "./proof.ts";
import { absent, between, fires, neverFired } from "./queries.ts";
import { armRules, baseRecords, hourlyRecords, named, rulesOf } from "./slice.ts";

const hour = 3_600;
const day = 24 * hour;
/** Arms with longer windows are proven on recorded input. */
const rawUpTo = 2 * hour;

/** An alert as promtool compares it: all labels, annotations with their templates filled. */
export function alertText(rules: readonly Rule[], name: string, labels: Readonly<Record<string, string>>): AlertExpectation["firing"] {
  const rule = rules.find((candidate): candidate is AlertRule => candidate.kind === "alert" && candidate.alert === name);
  if (!rule) return [];
  const fill = (text: string) => text.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label] ?? "");
  const annotations = Object.fromEntries(Object.entries(rule.annotations).map(([key, text]) => [key, fill(text)]));
  return [{ labels: { ...labels, ...rule.labels }, annotations: annotations as unknown as AlertRule["annotations"] }];
}

const identity = ({ service, id }: SloPlan) => ({ service, slo: id });

/** Zero events over an hour: counters are there, nobody calls. */
function idle(slo: SloPlan, replay: Replay): Scenario {
  return {
    name: "idle: an hour without a single event raises nothing",
    inputs: replay.input([{ minutes: 60, perMinute: 0 }]),
    expects: [neverFired(identity(slo), 60), absent(ofSlo(ratioRecord(hour), slo), 60), between(ofSlo(records.total, slo), -1, 1e-9, 60)],
  };
}

/** Traffic without failures reads 0, not nothing; and nothing fires below the budget. */
function healthy(slo: SloPlan, replay: Replay): Scenario {
  const bad = ofSlo(records.bad, slo);
  return {
    name: "healthy: clean traffic reads 0 and 80 % of the budget raises nothing",
    inputs: replay.input([{ minutes: 30, perMinute: 60_000 }, { minutes: 60, perMinute: 60_000, badShare: 0.8 * slo.budget }]),
    expects: [between(bad, -1, 1e-6, 29), between(bad, 800 * slo.budget * 0.99, 800 * slo.budget * 1.01, 80), neverFired(identity(slo), 90)],
  };
}

/** The series that only bad events increment don't exist: a clean service that was never initialised still reads 0. */
function neverFailed(slo: SloPlan, scrapeSeconds: number): readonly Scenario[] {
  if (slo.badIsRemainder) return [];
  const good = new Set(slo.examples.good.map(seriesText));
  const onlyBad = slo.examples.bad.map(seriesText).filter((text) => !good.has(text));
  return [
    {
      name: "no failure was ever counted: the SLO reads 0, not nothing",
      inputs: appSeries(slo, [{ minutes: 30, perMinute: 60 }], scrapeSeconds, onlyBad),
      expects: [between(ofSlo(records.bad, slo), -1, 1e-9, 20), neverFired(identity(slo), 30)],
    },
  ];
}

/** One side of the SLI doesn't exist: the SLO must be absent, never clean, and say so. */
function missing(slo: SloPlan, rules: readonly Rule[], scrapeSeconds: number): readonly Scenario[] {
  const bad = new Set(slo.examples.bad.map(seriesText));
  const onlyGood = slo.examples.good.map(seriesText).filter((text) => !bad.has(text));
  const everything = [...slo.examples.good, ...slo.examples.bad, ...slo.examples.silent].map(seriesText);
  const sides = slo.badIsRemainder ? [{ name: "the good side of the SLI is missing", without: onlyGood }] : [];
  return [...sides, { name: "no series of the SLI exists", without: everything }].map(({ name, without }) => ({
    name: `${name}: the SLO is absent, never clean, and its alert says so`,
    inputs: appSeries(slo, [{ minutes: 30, perMinute: 60 }], scrapeSeconds, without),
    expects: [absent(ofSlo(records.bad, slo), 20), absent(ofSlo(ratioRecord(300), slo), 20), fires({ alertname: "LlmSliMissing", slo: slo.id }, 8, false)],
    alerts: [{ minute: 14, alert: "LlmSliMissing", firing: alertText(rules, "LlmSliMissing", identity(slo)) }],
  }));
}

function rawProof(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): Proof {
  const all = rulesOf(service, slo);
  const arms = slo.arms.filter(({ longSeconds }) => longSeconds <= rawUpTo);
  const shared = named(all, [...baseRecords, ratioRecord(300), ratioRecord(hour), "LlmSliMissing"]);
  const wanted = new Set([...shared, ...arms.flatMap((arm) => armRules(all, slo, arm))]);
  const rules = all.filter((rule) => wanted.has(rule));
  const replay: Replay = {
    input: (stretches) => appSeries(slo, stretches, scrapeSeconds),
    stepMinutes: Math.max(1, scrapeSeconds / 60),
    lagMinutes: 2.5,
    slackMinutes: 3,
  };
  return {
    service: service.id,
    name: `${slo.id}.fast`,
    stepSeconds: scrapeSeconds,
    inputSeconds: scrapeSeconds,
    rules,
    scenarios: [
      healthy(slo, replay),
      idle(slo, replay),
      ...neverFailed(slo, scrapeSeconds),
      ...missing(slo, rules, scrapeSeconds),
      ...(arms.length > 0 ? armStories(slo, arms, rules, replay) : []),
      ...lowTrafficStories(slo, arms, replay),
    ],
  };
}

/** Minutes between evaluations: about 70 in the long window, and a divisor of the second stage's hour. */
function stepFor(arm: Arm): number {
  return [5, 10, 15, 30].find((minutes) => arm.longSeconds / 60 / minutes <= 80) ?? 30;
}

function windowProof(service: ServicePlan, slo: SloPlan, arm: Arm, scrapeSeconds: number): Proof {
  const step = stepFor(arm);
  const hourly = arm.longSeconds >= day;
  const replay: Replay = {
    input: (stretches) => baseSeries(slo, stretches, scrapeSeconds),
    stepMinutes: step,
    lagMinutes: hourly ? 30 : 0,
    slackMinutes: hourly ? 60 : step,
  };
  const rules = armRules(rulesOf(service, slo), slo, arm);
  return {
    service: service.id,
    name: `${slo.id}.${arm.name}`,
    stepSeconds: step * 60,
    inputSeconds: scrapeSeconds,
    rules,
    scenarios: armStories(slo, [arm], rules, replay),
  };
}

/** Ten hours of traffic a day, and one day without. */
function trafficProof(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): Proof {
  const rules = named(rulesOf(service, slo), [...hourlyRecords.slice(0, 1), "LlmTrafficCeased"]);
  const open = { minutes: 600, perMinute: 2 };
  const night = { minutes: 840, perMinute: 0 };
  const week = Array.from({ length: 8 }, () => [open, night]).flat();
  const start = 8 * 1_440;
  const never = neverFired({ alertname: "LlmTrafficCeased", slo: slo.id }, start + 60);
  return {
    service: service.id,
    name: `${slo.id}.traffic`,
    stepSeconds: 600,
    inputSeconds: scrapeSeconds,
    rules,
    scenarios: [
      {
        name: "traffic ceased: reported in opening hours, silent in the evening, at night and in the morning",
        inputs: baseSeries(slo, [...week, { minutes: 120, perMinute: 2 }, { minutes: 480, perMinute: 0 }, night, { minutes: 60, perMinute: 0 }], scrapeSeconds).slice(0, 1),
        expects: [never, fires({ alertname: "LlmTrafficCeased", slo: slo.id }, start + 120, false), fires({ alertname: "LlmTrafficCeased", slo: slo.id }, start + 720, false)],
        alerts: [{ minute: start + 150, alert: "LlmTrafficCeased", firing: alertText(rules, "LlmTrafficCeased", identity(slo)) }],
      },
      {
        name: "fewer than 30 events an hour: a quiet day is no news",
        inputs: baseSeries(slo, [{ minutes: start, perMinute: 0.4 }, { minutes: 240, perMinute: 0 }], scrapeSeconds).slice(0, 1),
        expects: [neverFired({ alertname: "LlmTrafficCeased", slo: slo.id }, start + 240)],
      },
    ],
  };
}

/** All proofs of one SLO. */
export function sloProofs(service: ServicePlan, slo: SloPlan, scrapeSeconds: number): readonly Proof[] {
  const long = slo.arms.filter(({ longSeconds }) => longSeconds > rawUpTo);
  return [
    rawProof(service, slo, scrapeSeconds),
    ...long.map((arm) => windowProof(service, slo, arm, scrapeSeconds)),
    trafficProof(service, slo, scrapeSeconds),
  ];
}
