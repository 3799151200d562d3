// What each arm must do: fire when it should, say what it should, end when it should, and be quiet below its threshold.
import type { AlertRule, Arm, Rule, SloPlan } from "../../plan/plan.ts";
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

/**
 * Fires when arithmetic says its long window must have tripped. Stays while the short window is still above the threshold, and ends when
 * the short window has crossed it (half way between the two shares) and the keeping time is over.
 */
function firesAndEnds(slo: SloPlan, arm: Arm, replay: Replay): Scenario {
  const { stepMinutes: step, slackMinutes } = replay;
  const share = burnShare(arm);
  const { above, below } = nearShares(arm);
  const perMinute = busyPerMinute(arm);
  const [long, short, keep] = [arm.longSeconds, arm.shortSeconds, arm.keepFiringForSeconds].map(
    (seconds) => seconds / 60,
  ) as [number, number, number];
  const onset = upTo(long + 60, step);
  const trip = tripMinutes(arm, share, perMinute, replay.lagMinutes);
  const margin = Math.max(slackMinutes, 0.04 * trip);
  const easing = onset + upTo(trip + margin + 0.2 * long, step);
  const recovered = easing + upTo(short + keep + 2 * slackMinutes, step);
  const ends = recovered + short / 2 + keep;
  const endSlack = Math.max(1.5 * step, 3);
  const last = upTo(ends + endSlack, step);
  return {
    name: `arm ${arm.name} fires under a burn it must catch, not before its long window proves it, and ends after recovery`,
    inputs: replay.input([
      { minutes: onset, perMinute },
      { minutes: easing - onset, perMinute, badShare: share },
      { minutes: recovered - easing, perMinute, badShare: above },
      { minutes: last - recovered + step, perMinute, badShare: below },
    ]),
    expects: [
      armFires(slo, arm.name, downTo(onset + trip - margin, step), false),
      armFires(slo, arm.name, upTo(onset + trip + margin, step)),
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

/** The stories of some arms of one SLO. */
export function armStories(
  slo: SloPlan,
  arms: readonly Arm[],
  rules: readonly Rule[],
  replay: Replay,
): readonly Scenario[] {
  return [
    saysItAll(slo, arms, rules, replay),
    ...arms.flatMap((arm) => [firesAndEnds(slo, arm, replay), quietBelow(slo, arm, replay)]),
  ];
}
