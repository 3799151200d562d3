// The proofs of an SLO whose events an evaluator judges in batches.
import { batchesRecord, evaluationAlerts, noDataAlerts, ratioRecord, records } from "../../plan/conventions.ts";
import { heartbeatSeconds } from "../../plan/detection.ts";
import type { Arm, ServicePlan, SloPlan } from "../../plan/plan.ts";
import { batchesOf, type EvaluatedSlo, judgedCounters, minuteSure } from "./batches.ts";
import { heartbeatStories, samplingStories } from "./evaluator-stories.ts";
import {
  type JudgedArm,
  judgedArm,
  judgedEndStories,
  judgedOnsetStories,
  stoppedArmStories,
} from "./judged-arm-stories.ts";
import type { Proof, Scenario } from "./proof.ts";
import { armFires, fires } from "./queries.ts";
import { armRules, baseRecords, named, rulesOf } from "./slice.ts";
import { baseStories } from "./slo-proofs.ts";

const hour = 3_600;
/** `ALERTS` of the last evaluation must be within Prometheus' look-back of five minutes, which only stories of a stopped evaluator ask for. */
const stoppedStepMinutes = 4;
/** Fine enough to see an alert kept for one cadence, and divisors of the second stage's hour. */
const fineStepsMinutes = [30, 20, 15, 10, 5] as const;

export function isEvaluated(slo: SloPlan): slo is EvaluatedSlo {
  return slo.evaluation !== undefined;
}

const ownRecords = ({ evaluation }: EvaluatedSlo) => [
  batchesRecord(heartbeatSeconds(evaluation)),
  records.judgeableRequests,
];

/** From the evaluator's counters to a page, in batches of 50, and to the word that it stopped. */
function fromCounters(slo: EvaluatedSlo, arm: Arm, scrapeSeconds: number): Scenario {
  const cadence = slo.evaluation.cadenceSeconds / 60;
  const perMinute = 50 / cadence;
  const onset = Math.ceil(arm.longSeconds / 60 / cadence) * cadence;
  const bad = { minutes: arm.longSeconds / 60, perMinute, badShare: 1 };
  const batches = batchesOf([{ minutes: onset, perMinute }, bad], cadence);
  const sure = minuteSure(arm, batches, onset, 1);
  const stops = Math.ceil((sure + 4) / cadence) * cadence;
  const last = stops + 3 * cadence;
  const worked = batches.filter(({ minute }) => minute <= stops);
  return {
    name: `batches of 50, all bad: arm ${arm.name} fires and goes on when the evaluator stops, which is said within three cadences`,
    inputs: judgedCounters(slo, worked, last, scrapeSeconds),
    expects: [
      armFires(slo, arm.name, sure - 4, false),
      armFires(slo, arm.name, sure + 4),
      armFires(slo, arm.name, last),
      fires({ alertname: evaluationAlerts.stopped, slo: slo.id }, stops, false),
      fires({ alertname: evaluationAlerts.stopped, slo: slo.id }, last),
    ],
  };
}

function rawProof(service: ServicePlan, slo: EvaluatedSlo, scrapeSeconds: number): Proof {
  const all = rulesOf(service, slo);
  const [fastest] = slo.arms.filter(({ longSeconds }) => longSeconds < 24 * hour);
  const shared = [...baseRecords, ...ownRecords(slo), ratioRecord(300), ratioRecord(hour)];
  const alerts = [noDataAlerts.sliMissing, evaluationAlerts.stopped];
  const wanted = new Set([...named(all, [...shared, ...alerts]), ...(fastest ? armRules(all, slo, fastest) : [])]);
  const rules = all.filter((rule) => wanted.has(rule));
  return {
    service: service.id,
    name: `${slo.id}.fast`,
    stepSeconds: scrapeSeconds,
    inputSeconds: scrapeSeconds,
    rules,
    scenarios: [
      ...baseStories(slo, rules, scrapeSeconds),
      ...(fastest ? [fromCounters(slo, fastest, scrapeSeconds)] : []),
    ],
  };
}

function heartbeatProof(service: ServicePlan, slo: EvaluatedSlo, scrapeSeconds: number): Proof {
  const rules = named(rulesOf(service, slo), [...ownRecords(slo), evaluationAlerts.stopped]);
  return {
    service: service.id,
    name: `${slo.id}.evaluator`,
    stepSeconds: scrapeSeconds,
    inputSeconds: scrapeSeconds,
    rules,
    scenarios: heartbeatStories(slo, rules, scrapeSeconds),
  };
}

function samplingProof(service: ServicePlan, slo: EvaluatedSlo, scrapeSeconds: number): readonly Proof[] {
  const [fastest] = slo.arms;
  if (!fastest || !slo.evaluation.examples.request) return [];
  const stage = fastest.longSeconds >= 24 * hour ? [records.totalHourly] : [];
  const rules = named(rulesOf(service, slo), [...stage, evaluationAlerts.tooFewSamples]);
  return [
    {
      service: service.id,
      name: `${slo.id}.samples`,
      stepSeconds: 300,
      inputSeconds: scrapeSeconds,
      rules,
      scenarios: samplingStories(slo, fastest, rules, scrapeSeconds),
    },
  ];
}

function armProofs(service: ServicePlan, slo: EvaluatedSlo, arm: Arm, scrapeSeconds: number): readonly Proof[] {
  const rules = armRules(rulesOf(service, slo), slo, arm);
  const cadenceMinutes = slo.evaluation.cadenceSeconds / 60;
  const fineStep = fineStepsMinutes.find((minutes) => 3 * minutes <= cadenceMinutes) ?? stoppedStepMinutes;
  const hourly = arm.longSeconds >= 24 * hour;
  const proof = (part: string, step: number, stories: (subject: JudgedArm) => readonly Scenario[]): Proof => {
    // Shares don't depend on how often rates are recorded; only windows that count items from them do.
    const inputSeconds = hourly && step !== stoppedStepMinutes ? 300 : scrapeSeconds;
    return {
      service: service.id,
      name: `${slo.id}.${arm.name}-${part}`,
      stepSeconds: step * 60,
      inputSeconds,
      rules,
      scenarios: stories(judgedArm(slo, arm, step, inputSeconds)),
    };
  };
  return [
    proof("onset", hourly ? 60 : fineStep, (subject) => judgedOnsetStories(subject, rules)),
    proof("end", fineStep, judgedEndStories),
    proof("stopped", stoppedStepMinutes, stoppedArmStories),
  ];
}

/** All proofs of one evaluated SLO. */
export function evaluatedProofs(service: ServicePlan, slo: EvaluatedSlo, scrapeSeconds: number): readonly Proof[] {
  return [
    rawProof(service, slo, scrapeSeconds),
    heartbeatProof(service, slo, scrapeSeconds),
    ...samplingProof(service, slo, scrapeSeconds),
    ...slo.arms.flatMap((arm) => armProofs(service, slo, arm, scrapeSeconds)),
  ];
}
