// What each arm must do: fire when it should, say what it should, end when it should, and be quiet below its threshold.
import type { Arm, SloPlan } from "../../plan/plan.ts";
import type { AlertRule, Rule } from "../../plan/rules.ts";
import { burnShare, busyPerMinute, nearShares, tripMinutes } from "./expected-times.ts";
import type { InputSeries, Scenario } from "./proof.ts";
import { armFires, neverFired } from "./queries.ts";
import type { Stretch } from "./traffic.ts";

/** How a proof replays traffic: the app's series or recorded base rates, and how exact its clock is. */
export interface Replay {
  readonly input: (stretches: readonly Stretch[]) => readonly InputSeries[];
  readonly stepMinutes: number;
  /** How far the recorded window trails the events, and how much that may vary. */
  readonly lagMinutes: number;
  readonly slackMinutes: number;
}

const upTo = (minutes: number, step: number) => Math.ceil(minutes / step) * step;
const downTo = (minutes: number, step: number) => Math.floor(minutes / step) * step;

/** Fires when arithmetic says its long window must have tripped, on traffic that was good before. */
function firesInTime(slo: SloPlan, arm: Arm, replay: Replay): Scenario {
  const { stepMinutes: step, slackMinutes } = replay;
  const share = burnShare(arm);
  const perMinute = busyPerMinute(arm);
  const onset = upTo(arm.longSeconds / 60 + 60, step);
  const trip = tripMinutes(arm, share, perMinute, replay.lagMinutes);
  const margin = Math.max(slackMinutes, 0.04 * trip);
  const last = upTo(onset + trip + margin, step);
  return {
    name: `arm ${arm.name} fires under a burn it must catch, and not before its long window proves it`,
    inputs: replay.input([
      { minutes: onset, perMinute },
      { minutes: last - onset + step, perMinute, badShare: share },
    ]),
    expects: [armFires(slo, arm.name, downTo(onset + trip - margin, step), false), armFires(slo, arm.name, last)],
  };
}

/** Stays while the short window is above the threshold, and ends when that has crossed it, half way between the two shares, and was kept. */
function endsAfterRecovery(slo: SloPlan, arm: Arm, replay: Replay): Scenario {
  const { stepMinutes: step, slackMinutes } = replay;
  const perMinute = busyPerMinute(arm);
  const { above, below } = nearShares(arm);
  const [short, keep] = [arm.shortSeconds / 60, arm.keepFiringForSeconds / 60];
  const easing = upTo(2 * short, step);
  const recovered = easing + upTo(short + keep + 2 * slackMinutes, step);
  const ends = recovered + short / 2 + keep;
  const endSlack = Math.max(1.5 * step, 3);
  const last = upTo(ends + endSlack, step);
  return {
    name: `arm ${arm.name} stays while its short window is above the threshold, and ends after recovery`,
    inputs: replay.input([
      { minutes: easing, perMinute, badShare: burnShare(arm) },
      { minutes: recovered - easing, perMinute, badShare: above },
      { minutes: last - recovered + step, perMinute, badShare: below },
    ]),
    expects: [
      armFires(slo, arm.name, recovered),
      armFires(slo, arm.name, downTo(ends - endSlack, step)),
      armFires(slo, arm.name, last, false),
    ],
  };
}

/** A steady share just below the threshold never fires it. */
function quietBelow(slo: SloPlan, arm: Arm, replay: Replay): Scenario {
  const last = upTo(arm.longSeconds >= 86_400 ? 240 : Math.max(60, arm.shortSeconds / 60), replay.stepMinutes);
  return {
    name: `arm ${arm.name} stays quiet at 95 % of its threshold`,
    inputs: replay.input([
      { minutes: last + replay.stepMinutes, perMinute: busyPerMinute(arm), badShare: 0.95 * arm.threshold },
    ]),
    expects: [neverFired({ alertname: slo.alertName, slo: slo.id, arm: arm.name }, last)],
  };
}

/** When everything fails from the first request, all windows read 100 % and the whole text of the alert is known. */
function saysItAll(slo: SloPlan, arms: readonly Arm[], rules: readonly Rule[], replay: Replay): Scenario {
  const longest = Math.max(...arms.map(({ longSeconds }) => longSeconds));
  const last = upTo(longest >= 86_400 ? 120 : 30, replay.stepMinutes);
  const alerts = rules.filter((rule): rule is AlertRule => rule.kind === "alert" && rule.slo === slo.id);
  return {
    name: "everything fails from the first request: every arm fires, with all of its labels and its text",
    inputs: replay.input([{ minutes: last + replay.stepMinutes, perMinute: 600, badShare: 1 }]),
    expects: [],
    alerts: [
      {
        minute: last,
        alert: slo.alertName,
        firing: alerts.map(({ labels, annotations }) => ({
          labels: { ...labels, service: slo.service, slo: slo.id },
          annotations: Object.fromEntries(
            Object.entries(annotations).map(([name, text]) => [
              name,
              text.replaceAll("{{ $value | humanizePercentage }}", "100%"),
            ]),
          ) as unknown as typeof annotations,
        })),
      },
    ],
  };
}

/** How some arms of one SLO begin to fire, and how they don't. */
export function onsetStories(
  slo: SloPlan,
  arms: readonly Arm[],
  rules: readonly Rule[],
  replay: Replay,
): readonly Scenario[] {
  return [
    saysItAll(slo, arms, rules, replay),
    ...arms.flatMap((arm) => [firesInTime(slo, arm, replay), quietBelow(slo, arm, replay)]),
  ];
}

/** How some arms of one SLO end. */
export function endStories(slo: SloPlan, arms: readonly Arm[], replay: Replay): readonly Scenario[] {
  return arms.map((arm) => endsAfterRecovery(slo, arm, replay));
}
