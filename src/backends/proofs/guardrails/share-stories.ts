// The stories of unwanted events as a share of all: too many, too large a share of falling traffic, too few to tell, a restart.
import type { ShareFacts } from "../../../plan/guardrail-plan.ts";
import type { SeriesExample } from "../../../plan/plan.ts";
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
  const began = 32;
  const fired = crossing(facts, 0, over(facts));
  const ended = began + 2 * window + 4;
  const kept = ended + facts.keepFiringForSeconds / 60;
  return {
    name: "a share below the limit raises nothing; one above it fires until it is over, and a while longer",
    inputs: counters(
      facts,
      [share(20, 0.95 * facts.above), share(12, 0), share(ended - began, over(facts)), share(20, 0)],
      guarded.scrapeSeconds,
    ),
    expects: [
      neverFired(alert, began + Math.floor(fired) - 1),
      fires(alert, began + Math.ceil(fired) + 3),
      fires(alert, kept - 1),
      fires(alert, kept + 4, false),
    ],
  };
}

function fallingTraffic(guarded: Guarded, facts: ShareFacts): Scenario {
  const alert = alertOf(guarded.guardrail);
  const unwanted = unwantedAtLimit(facts);
  const [before, after] = [(1.5 * unwanted) / facts.above, unwanted / over(facts)];
  const share = (total: number): Traffic => ({ minutes: 20, total, unwanted });
  // Shares of a window are linear in its unwanted events, and here it is the total that changes: its inverse is.
  const inverse = { ...facts, above: 1 / facts.above };
  const fired = crossing(inverse, before / unwanted, after / unwanted);
  return {
    name: "the same unwanted events among fewer others are a larger share",
    inputs: counters(facts, [share(before), share(after)], guarded.scrapeSeconds),
    expects: [neverFired(alert, 20 + Math.floor(fired) - 1), fires(alert, 20 + Math.ceil(fired) + 3)],
  };
}

/** Bursts of unwanted events, a share far above the limit of what else there is. */
function few(guarded: Guarded, facts: ShareFacts): Scenario {
  const { above, atLeast, examples } = facts;
  const alert = alertOf(guarded.guardrail);
  const tooFew = Math.floor(0.8 * atLeast);
  const enough = Math.ceil(Math.max(1.05 * atLeast, above + 1));
  const eventsForEach = Math.max(1, Math.floor(1 / (2 * above)));
  const burst = (unwanted: number): Traffic => ({
    minutes: 20,
    once: true,
    unwanted,
    total: examples.isPart ? unwanted * eventsForEach : Math.min(1, unwanted),
  });
  const own = examples.event.map(({ labels }) => labels)[0] ?? {};
  const share = examples.isPart ? 1 / eventsForEach : enough;
  return {
    name: `idle, then ${tooFew} unwanted events: too few to tell; ${enough} are enough`,
    inputs: counters(
      facts,
      [{ minutes: 20, total: 0, unwanted: 0 }, burst(tooFew), burst(enough)],
      guarded.scrapeSeconds,
    ),
    expects: [neverFired(alert, 40), fires(alert, 45)],
    alerts: [
      {
        minute: 45,
        alert: guarded.guardrail.alertName,
        firing: alertsOf(guarded).map((rule) => firingAs(rule, labelsIn(rule.annotations.summary, own), share)),
      },
    ],
  };
}

function restart(guarded: Guarded, facts: ShareFacts): Scenario {
  const total = Math.ceil(unwantedAtLimit(facts) / facts.above);
  const run = counters(facts, [{ minutes: 20, total, unwanted: 0.9 * facts.above * total }], guarded.scrapeSeconds);
  return {
    name: "a restart, after which counters begin at 0, is no flood",
    inputs: run.map(({ series, values }) => ({ series, values: `${values} ${values}` })),
    expects: [neverFired(alertOf(guarded.guardrail), 40)],
  };
}

export function shareStories(guarded: Guarded, facts: ShareFacts): readonly Scenario[] {
  return [tooMany(guarded, facts), fallingTraffic(guarded, facts), few(guarded, facts), restart(guarded, facts)];
}
