// What an arm of an evaluated SLO must do while its events come in batches: fire, end, be quiet, ask for enough items, and begin only while the
// evaluator works.
import type { AlertRule, Arm, Rule } from "../../plan/plan.ts";
import {
  type Batch,
  batchesOf,
  type EvaluatedSlo,
  heartbeat,
  judgedHours,
  judgedRates,
  minuteOver,
  minuteSure,
} from "./batches.ts";
import { burnShare, busyPerMinute, nearShares } from "./expected-times.ts";
import type { Scenario } from "./proof.ts";
import { armFires, neverFired } from "./queries.ts";
import type { Stretch } from "./traffic.ts";

/** One arm on its way through the stories: everything in minutes. */
interface Subject {
  readonly slo: EvaluatedSlo;
  readonly arm: Arm;
  readonly long: number;
  readonly short: number;
  readonly cadence: number;
  readonly perMinute: number;
  readonly step: number;
  readonly inputSeconds: number;
  /** How far a window that reads the second stage may be off. */
  readonly slack: number;
}

const upTo = (minutes: number, step: number) => Math.ceil(minutes / step) * step;
const downTo = (minutes: number, step: number) => Math.floor(minutes / step) * step;

function recorded(
  { slo, inputSeconds, long }: Subject,
  batches: readonly Batch[],
  minutes: number,
  worksFor = minutes,
): Scenario["inputs"] {
  const works = [
    ...(worksFor > 0 ? [{ minutes: worksFor, works: true }] : []),
    ...(worksFor < minutes ? [{ minutes: minutes - worksFor, works: false }] : []),
  ];
  const hours = long >= 1_440 ? judgedHours(slo, batches, minutes, inputSeconds) : [];
  return [...judgedRates(slo, batches, minutes, inputSeconds), ...hours, heartbeat(slo, works, inputSeconds)];
}

/** A share that leaves the long window at nine tenths of the threshold for one cadence, and beyond it with the next batch. */
function steppedShare({ arm, long, cadence }: Subject): number {
  const whollyBad = 0.9 * arm.threshold * (long / cadence);
  return whollyBad / Math.ceil(whollyBad / burnShare(arm));
}

/** All phases last whole cadences, so that each batch is of one kind. */
function firesAndEnds(subject: Subject): Scenario {
  const { slo, arm, long, short, cadence, perMinute, step, slack } = subject;
  const keep = arm.keepFiringForSeconds / 60;
  const badShare = steppedShare(subject);
  const { above } = nearShares(arm);
  const below = 0.85 * arm.threshold;
  const onset = upTo(long, cadence) + cadence;
  const good = { minutes: onset, perMinute };
  const burn = [good, { minutes: 2 * long, perMinute, badShare }];
  const sure = minuteSure(arm, batchesOf(burn, cadence), onset, step);
  const easing = upTo(sure + slack + 0.2 * long, cadence);
  const recovered = easing + upTo(short, cadence) + 2 * cadence;
  const stretches: readonly Stretch[] = [
    good,
    { minutes: easing - onset, perMinute, badShare },
    { minutes: recovered - easing, perMinute, badShare: above },
    { minutes: upTo(short, cadence) + 2 * cadence + 4 * step, perMinute, badShare: below },
  ];
  const batches = batchesOf(stretches, cadence);
  const over = minuteOver(arm, batches, recovered, step);
  const last = over + upTo(keep, step) + 2 * step;
  return {
    name: `arm ${arm.name} fires under a burn it must catch, not before its long window proves it, and ends after recovery`,
    inputs: recorded(subject, batches, last),
    expects: [
      armFires(slo, arm.name, downTo(sure - slack, step) - 2 * step, false),
      armFires(slo, arm.name, upTo(sure + slack, step) + 2 * step),
      armFires(slo, arm.name, recovered),
      armFires(slo, arm.name, over + downTo(keep, step) - 2 * step),
      armFires(slo, arm.name, last, false),
    ],
  };
}

function quietBelow(subject: Subject): Scenario {
  const { slo, arm, short, cadence, perMinute, long } = subject;
  const last = Math.max(short, long >= 1_440 ? 240 : 60) + 2 * cadence;
  const batches = batchesOf([{ minutes: last, perMinute, badShare: 0.95 * arm.threshold }], cadence);
  return {
    name: `arm ${arm.name} stays quiet at 95 % of its threshold`,
    inputs: recorded(subject, batches, last),
    expects: [neverFired({ alertname: slo.alertName, slo: slo.id, arm: arm.name }, last)],
  };
}

/** Everything fails from the first batch on. */
function allBad({ cadence, long }: Subject, more: number) {
  const minutes = cadence + (long >= 1_440 ? 120 : 20) + more;
  return { minutes, batches: batchesOf([{ minutes, perMinute: 600, badShare: 1 }], cadence) };
}

function saysItAll(subject: Subject, rules: readonly Rule[]): Scenario {
  const { slo, arm, step } = subject;
  const { minutes, batches } = allBad(subject, 0);
  const rule = rules.find((one): one is AlertRule => one.kind === "alert" && one.labels.arm === arm.name);
  const filled = Object.entries(rule?.annotations ?? {}).map(([name, text]) => [
    name,
    text.replaceAll("{{ $value | humanizePercentage }}", "100%"),
  ]);
  const annotations = Object.fromEntries(filled) as AlertRule["annotations"];
  return {
    name: `arm ${arm.name}: everything fails from the first batch, with all labels and the whole text`,
    inputs: recorded(subject, batches, minutes),
    expects: [],
    alerts: [
      {
        minute: downTo(minutes, step),
        alert: slo.alertName,
        firing: rule ? [{ labels: rule.labels, annotations }] : [],
      },
    ],
  };
}

/** Two bad batches, a whole window apart or within one: only what one window holds counts. */
function tooFewAndEnough(subject: Subject): readonly Scenario[] {
  const { slo, arm, long, step } = subject;
  const first = 15;
  const bad = (minute: number, items: number): Batch => ({ minute, items, bad: items });
  const apart = upTo(first + long + (long >= 1_440 ? 120 : 30), step);
  const near = upTo(first + long / 2, step);
  const settle = upTo(long >= 1_440 ? 120 : 8, step);
  return [
    {
      name: `arm ${arm.name}: 45 items, all bad, are too few, and so are as many again when the first are forgotten`,
      inputs: recorded(subject, [bad(first, 45), bad(apart, 45)], apart + settle),
      expects: [neverFired({ alertname: slo.alertName, slo: slo.id, arm: arm.name }, apart + settle)],
    },
    {
      name: `arm ${arm.name}: 56 items, all bad, in two batches of one window are enough`,
      inputs: recorded(subject, [bad(first, 30), bad(near, 26)], near + settle),
      expects: [armFires(slo, arm.name, near - step, false), armFires(slo, arm.name, near + settle)],
    },
  ];
}

/** The stories of one arm whose evaluator stops. */
export function stoppedArmStories(
  slo: EvaluatedSlo,
  arm: Arm,
  step: number,
  inputSeconds: number,
): readonly Scenario[] {
  const subject = subjectOf(slo, arm, step, inputSeconds);
  const { short } = subject;
  const silent = allBad(subject, 0);
  const fired = allBad(subject, 0);
  const last = upTo(fired.minutes + short + arm.keepFiringForSeconds / 60 + 20, step);
  return [
    {
      name: `arm ${arm.name} doesn't begin while the evaluator is stopped`,
      inputs: recorded(subject, silent.batches, silent.minutes, 0),
      expects: [neverFired({ alertname: slo.alertName, slo: slo.id, arm: arm.name }, silent.minutes)],
    },
    {
      name: `arm ${arm.name} fires on when the evaluator stops: that is no recovery`,
      inputs: recorded(subject, fired.batches, last, fired.minutes),
      expects: [armFires(slo, arm.name, downTo(fired.minutes, step)), armFires(slo, arm.name, last)],
    },
  ];
}

function subjectOf(slo: EvaluatedSlo, arm: Arm, step: number, inputSeconds: number): Subject {
  return {
    slo,
    arm,
    long: arm.longSeconds / 60,
    short: arm.shortSeconds / 60,
    cadence: slo.evaluation.cadenceSeconds / 60,
    perMinute: busyPerMinute(arm),
    step,
    inputSeconds,
    slack: arm.longSeconds >= 86_400 ? 60 : 0,
  };
}

/** The stories of one arm while its evaluator works, on recorded rates. */
export function judgedArmStories(
  slo: EvaluatedSlo,
  arm: Arm,
  rules: readonly Rule[],
  stepMinutes: number,
  inputSeconds: number,
): readonly Scenario[] {
  const subject = subjectOf(slo, arm, stepMinutes, inputSeconds);
  return [saysItAll(subject, rules), firesAndEnds(subject), quietBelow(subject), ...tooFewAndEnough(subject)];
}
