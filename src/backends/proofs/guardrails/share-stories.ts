// The stories of unwanted events as a share of all: too many, too large a share of falling traffic, too few to tell, a restart.
import type { ShareFacts } from "../../../plan/guardrail-plan.ts";
import type { SeriesExample } from "../../../plan/series-example.ts";
import { firingAs } from "../alert-text.ts";
import { seriesText } from "../inputs.ts";
import type { InputSeries, Scenario } from "../proof.ts";
import { fires, neverFired } from "../queries.ts";
import { counterValues } from "../traffic.ts";
import { alertOf, alertsOf, type Guarded, labelsIn } from "./guarded.ts";

/** Steady traffic: all events and the unwanted ones, each minute, or once at the beginning. */
interface Traffic {
  readonly minutes: number;
  readonly total: number;
  readonly unwanted: number;
  readonly once?: boolean;
}

const whole = (amount: number) => Math.floor(amount + 1e-9);

function increments({ minutes, once = false }: Traffic, amount: number, scrapeSeconds: number): readonly number[] {
  const steps = Math.round((minutes * 60) / scrapeSeconds);
  const perStep = (amount * scrapeSeconds) / 60;
  return Array.from({ length: steps }, (_, step) => {
    if (once) return step === 0 ? amount : 0;
    return whole(perStep * (step + 1)) - whole(perStep * step);
  });
}

/** The counters of an app under this traffic, from 0. */
function counters(
  { examples }: ShareFacts,
  traffic: readonly Traffic[],
  scrapeSeconds: number,
): readonly InputSeries[] {
  const ordinary = ({ total, unwanted }: Traffic) => (examples.isPart ? total - unwanted : total);
  const flow = (amount: (of: Traffic) => number) => [
    0,
    ...traffic.flatMap((of) => increments(of, amount(of), scrapeSeconds)),
  ];
  const sums = new Map<string, readonly number[]>();
  const add = (series: readonly SeriesExample[], by: readonly number[]) => {
    for (const text of series.map(seriesText))
      sums.set(
        text,
        by.map((value, index) => value + (sums.get(text)?.[index] ?? 0)),
      );
  };
  add(examples.event, flow(ordinary));
  add(
    examples.unwanted,
    flow(({ unwanted }) => unwanted),
  );
  return [...sums].map(([series, values]) => ({ series, values: counterValues(values) }));
}

/** When a share that changes at once from one value to another exceeds the limit, in minutes. */
function crossing({ above, windowSeconds }: ShareFacts, from: number, to: number): number {
  return ((windowSeconds / 60) * (above - from)) / (to - from);
}

/** Unwanted events a minute at the limit: enough that single ones don't show. */
const unwantedAtLimit = ({ atLeast }: ShareFacts) => 300 * Math.ceil(Math.max(1, atLeast / 300));

/** A share somewhat above the limit. */
const over = ({ above, examples }: ShareFacts) =>
  examples.isPart ? Math.min(1.1 * above, (1 + above) / 2) : 1.1 * above;

function tooMany(guarded: Guarded, facts: ShareFacts): Scenario {
  const alert = alertOf(guarded.guardrail);
  const atLimit = unwantedAtLimit(facts);
  const total = Math.ceil(atLimit / facts.above);
  const share = (minutes: number, of: number): Traffic => ({ minutes, total, unwanted: total * of });
  const window = facts.windowSeconds / 60;
  const healthy = 2 * window;
  const began = healthy + Math.ceil(1.2 * window);
  const fired = crossing(facts, 0, over(facts));
  const ended = began + 2 * window + 4;
  const kept = ended + facts.keepFiringForSeconds / 60;
  return {
    name: "a share below the limit raises nothing; one above it fires until it is over, and a while longer",
    inputs: counters(
      facts,
      [
        share(healthy, 0.95 * facts.above),
        share(began - healthy, 0),
        share(ended - began, over(facts)),
        share(2 * window, 0),
      ],
      guarded.scrapeSeconds,
    ),
    expects: [
      neverFired(alert, began + Math.floor(fired) - 1),
      fires(alert, began + Math.ceil(fired) + 3),
      fires(alert, kept - 1),
      fires(alert, kept + Math.ceil(window / 10) + 3, false),
    ],
  };
}

function fallingTraffic(guarded: Guarded, facts: ShareFacts): Scenario {
  const alert = alertOf(guarded.guardrail);
  const unwanted = unwantedAtLimit(facts);
  const [before, after] = [(1.5 * unwanted) / facts.above, unwanted / over(facts)];
  const minutes = facts.windowSeconds / 30;
  const share = (total: number): Traffic => ({ minutes, total, unwanted });
  // Shares of a window are linear in its unwanted events, and here it is the total that changes: its inverse is.
  const inverse = { ...facts, above: 1 / facts.above };
  const fired = crossing(inverse, before / unwanted, after / unwanted);
  return {
    name: "the same unwanted events among fewer others are a larger share",
    inputs: counters(facts, [share(before), share(after)], guarded.scrapeSeconds),
    expects: [neverFired(alert, minutes + Math.floor(fired) - 1), fires(alert, minutes + Math.ceil(fired) + 3)],
  };
}

/** Bursts of so many events that must be enough, at a share far above the limit; and the share of each. */
function bursts({ above, atLeast, atLeastOf, examples }: ShareFacts) {
  const tooFew = Math.floor(0.8 * atLeast);
  if (atLeastOf === "total") {
    const share = 2 * above;
    const burst = (total: number) => ({ total, unwanted: total * share });
    return { tooFew, enough: Math.ceil(1.05 * atLeast), share, burst };
  }
  const enough = Math.ceil(Math.max(1.05 * atLeast, above + 1));
  const eventsForEach = Math.max(1, Math.floor(1 / (2 * above)));
  const burst = (unwanted: number) => ({
    unwanted,
    total: examples.isPart ? unwanted * eventsForEach : Math.min(1, unwanted),
  });
  return { tooFew, enough, share: examples.isPart ? 1 / eventsForEach : enough, burst };
}

function few(guarded: Guarded, facts: ShareFacts): Scenario {
  const alert = alertOf(guarded.guardrail);
  const minutes = facts.windowSeconds / 30;
  const { tooFew, enough, share, burst } = bursts(facts);
  const own = facts.examples.event.map(({ labels }) => labels)[0] ?? {};
  return {
    name: `idle, then ${tooFew} ${facts.atLeastOf === "total" ? "events" : "unwanted events"}: too few to tell; ${enough} are enough`,
    inputs: counters(
      facts,
      [
        { minutes, total: 0, unwanted: 0 },
        { minutes, once: true, ...burst(tooFew) },
        { minutes, once: true, ...burst(enough) },
      ],
      guarded.scrapeSeconds,
    ),
    expects: [neverFired(alert, 2 * minutes), fires(alert, 2 * minutes + 5)],
    alerts: [
      {
        minute: 2 * minutes + 5,
        alert: guarded.guardrail.alertName,
        firing: alertsOf(guarded).map((rule) => firingAs(rule, labelsIn(rule.annotations.summary, own), share)),
      },
    ],
  };
}

function restart(guarded: Guarded, facts: ShareFacts): Scenario {
  const total = Math.ceil(unwantedAtLimit(facts) / facts.above);
  const minutes = facts.windowSeconds / 30;
  const run = counters(facts, [{ minutes, total, unwanted: 0.9 * facts.above * total }], guarded.scrapeSeconds);
  return {
    name: "a restart, after which counters begin at 0, is no flood",
    inputs: run.map(({ series, values }) => ({ series, values: `${values} ${values}` })),
    expects: [neverFired(alertOf(guarded.guardrail), 2 * minutes)],
  };
}

export function shareStories(guarded: Guarded, facts: ShareFacts): readonly Scenario[] {
  return [tooMany(guarded, facts), fallingTraffic(guarded, facts), few(guarded, facts), restart(guarded, facts)];
}
