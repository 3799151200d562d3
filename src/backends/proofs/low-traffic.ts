// What an SLO must do at 30 requests an hour: bear one failure, see an outage, not flap, and not take silence for recovery.
import { ofSlo, ratioRecord } from "../../plan/conventions.ts";
import { minimumBadEvents, shareNeeded } from "../../plan/detection.ts";
import type { Arm, SloPlan } from "../../plan/plan.ts";
import type { Replay } from "./arm-stories.ts";
import type { Scenario } from "./proof.ts";
import { armFires, between, neverFired, neverFlapped } from "./queries.ts";

const perMinute = 0.5;
const baseWindowSeconds = 300;

/** Minutes of a total outage until an arm can be sure; undefined where this traffic never suffices. */
function sureAfterMinutes(arm: Arm): number | undefined {
  const events = (perMinute * arm.longSeconds) / 60;
  const needed = Math.max(shareNeeded(arm.threshold, events) * events, minimumBadEvents);
  return needed > 0.99 * events ? undefined : needed / perMinute;
}

function oneFailure(slo: SloPlan, replay: Replay): Scenario {
  const failure = { minutes: 2, perMinute, badShare: 1 };
  return {
    name: "one failed request at 30 an hour is seen and raises nothing",
    inputs: replay.input([{ minutes: 60, perMinute }, failure, { minutes: 70, perMinute }]),
    expects: [
      between(ofSlo(ratioRecord(baseWindowSeconds), slo), 0.2, 0.7, 63),
      neverFired({ service: slo.service, slo: slo.id }, 130),
    ],
  };
}

function outage(slo: SloPlan, arm: Arm, minutes: number, replay: Replay): Scenario {
  const onset = arm.longSeconds / 60;
  const latest = Math.ceil(onset + minutes + 6);
  return {
    name: `a total outage at 30 requests an hour fires arm ${arm.name} within ${Math.ceil(minutes + 6)} minutes`,
    inputs: replay.input([
      { minutes: onset, perMinute },
      { minutes: minutes + 10, perMinute, badShare: 1 },
    ]),
    expects: [armFires(slo, arm.name, onset + 2, false), armFires(slo, arm.name, latest)],
  };
}

/** Clients go away after an outage: the alert stays until its long window has forgotten it. */
function silence(slo: SloPlan, arm: Arm, replay: Replay): Scenario {
  const long = arm.longSeconds / 60;
  const gone = 2 * long;
  const shortAndKeep = arm.shortSeconds / 60 + arm.keepFiringForSeconds / 60;
  const still = gone + Math.max(shortAndKeep + 4, long - 4);
  return {
    name: `an outage that drives all clients away does not read as resolved (arm ${arm.name})`,
    inputs: replay.input([
      { minutes: long, perMinute: 10 },
      { minutes: long, perMinute: 10, badShare: 1 },
      { minutes: still - gone + 1, perMinute: 0 },
    ]),
    expects: [armFires(slo, arm.name, gone), armFires(slo, arm.name, Math.floor(still))],
  };
}

function partial(slo: SloPlan): Scenario["expects"] {
  return [neverFlapped({ alertname: slo.alertName, slo: slo.id }, 300)];
}

/** The stories of thin traffic, for the arms that a raw replay reaches. */
export function lowTrafficStories(slo: SloPlan, arms: readonly Arm[], replay: Replay): readonly Scenario[] {
  const busy = arms.some(({ keepFiringForSeconds }) => keepFiringForSeconds < 900);
  const traffic = busy ? 10 : perMinute;
  return [
    oneFailure(slo, replay),
    ...arms.flatMap((arm) => {
      const minutes = sureAfterMinutes(arm);
      return minutes === undefined ? [] : [outage(slo, arm, minutes, replay)];
    }),
    ...arms.map((arm) => silence(slo, arm, replay)),
    {
      name: "four hours in which every other request fails: no arm fires twice",
      inputs: replay.input([
        { minutes: 60, perMinute: traffic },
        { minutes: 240, perMinute: traffic, badShare: 0.5 },
      ]),
      expects: partial(slo),
    },
  ];
}
