// What an arm of an evaluated SLO must do while its events come in batches: fire, end, be quiet, ask for enough items, and begin only while the
// evaluator works.
import type { Arm } from "../../plan/plan.ts";
import type { AlertRule, Rule } from "../../plan/rules.ts";
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

/** One arm on its way through the stories: everything in minutes. */
export interface JudgedArm {
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

/** An arm whose rules are evaluated every `step` minutes. */
export function judgedArm(slo: EvaluatedSlo, arm: Arm, step: number, inputSeconds: number): JudgedArm {
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

const upTo = (minutes: number, step: number) => Math.ceil(minutes / step) * step;
const downTo = (minutes: number, step: number) => Math.floor(minutes / step) * step;

function recorded(
  { slo, inputSeconds, long }: JudgedArm,
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
function steppedShare({ arm, long, cadence }: JudgedArm): number {
  const whollyBad = 0.9 * arm.threshold * (long / cadence);
  return whollyBad / Math.ceil(whollyBad / burnShare(arm));
}

/** All phases last whole cadences, so that each batch is of one kind. */
function firesInTime(subject: JudgedArm): Scenario {
  const { slo, arm, long, cadence, perMinute, step, slack } = subject;
  const onset = upTo(long, cadence) + cadence;
  const burn = [
    { minutes: onset, perMinute },
    { minutes: 2 * long, perMinute, badShare: steppedShare(subject) },
  ];
  const batches = batchesOf(burn, cadence);
  const sure = minuteSure(arm, batches, onset, step);
  const last = upTo(sure + slack, step) + 2 * step;
  return {
    name: `arm ${arm.name} fires under a burn it must catch, and not before its long window proves it`,
    inputs: recorded(subject, batches, last),
    expects: [armFires(slo, arm.name, downTo(sure - slack, step) - 2 * step, false), armFires(slo, arm.name, last)],
  };
}

/** Burns from the first batch on; then hardly, which must not end it; then less than the threshold, which must. */
function endsAfterRecovery(subject: JudgedArm): Scenario {
  const { slo, arm, short, cadence, perMinute, step, slack } = subject;
  const keep = arm.keepFiringForSeconds / 60;
  const phase = upTo(short, cadence) + 2 * cadence;
  const easing = upTo(2 * short + slack, cadence);
  const recovered = easing + phase;
  const batches = batchesOf(
    [
      { minutes: easing, perMinute, badShare: burnShare(arm) },
      { minutes: phase, perMinute, badShare: nearShares(arm).above },
      { minutes: phase + 4 * step, perMinute, badShare: 0.85 * arm.threshold },
    ],
    cadence,
  );
  const over = minuteOver(arm, batches, recovered, step);
  const last = over + upTo(keep, step) + 2 * step;
  return {
    name: `arm ${arm.name} stays while its short window is above the threshold, and ends after recovery`,
    inputs: recorded(subject, batches, last),
    expects: [
      armFires(slo, arm.name, recovered),
      armFires(slo, arm.name, over + downTo(keep, step) - 2 * step),
      armFires(slo, arm.name, last, false),
    ],
  };
}

function quietBelow(subject: JudgedArm): Scenario {
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
function allBad({ cadence, long }: JudgedArm) {
  const minutes = cadence + (long >= 1_440 ? 120 : 20);
  return { minutes, batches: batchesOf([{ minutes, perMinute: 600, badShare: 1 }], cadence) };
}

function saysItAll(subject: JudgedArm, rules: readonly Rule[]): Scenario {
  const { slo, arm, step } = subject;
  const { minutes, batches } = allBad(subject);
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
function tooFewAndEnough(subject: JudgedArm): readonly Scenario[] {
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

/** How one arm begins to fire, and how it doesn't, while its evaluator works. */
export function judgedOnsetStories(subject: JudgedArm, rules: readonly Rule[]): readonly Scenario[] {
  return [saysItAll(subject, rules), firesInTime(subject), quietBelow(subject), ...tooFewAndEnough(subject)];
}

/** How one arm ends while its evaluator works. */
export function judgedEndStories(subject: JudgedArm): readonly Scenario[] {
  return [endsAfterRecovery(subject)];
}

/** The stories of one arm whose evaluator stops. */
export function stoppedArmStories(subject: JudgedArm): readonly Scenario[] {
  const { slo, arm, short, step } = subject;
  const { minutes, batches } = allBad(subject);
  const last = upTo(minutes + short + arm.keepFiringForSeconds / 60 + 20, step);
  return [
    {
      name: `arm ${arm.name} doesn't begin while the evaluator is stopped`,
      inputs: recorded(subject, batches, minutes, 0),
      expects: [neverFired({ alertname: slo.alertName, slo: slo.id, arm: arm.name }, minutes)],
    },
    {
      name: `arm ${arm.name} fires on when the evaluator stops: that is no recovery`,
      inputs: recorded(subject, batches, last, minutes),
      expects: [armFires(slo, arm.name, downTo(minutes, step)), armFires(slo, arm.name, last)],
    },
  ];
}
