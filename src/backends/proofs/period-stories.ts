// A budget's period from its beginning to its end, and over it: when each alert fires, what it says, and that it ends.
import { spendAlerts as names, ofSlo, spendRecords as records } from "../../plan/conventions.ts";
import type { BudgetPlan, CalendarPlan } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import { alertText } from "./alert-text.ts";
import type { AlertExpectation, Expectation, Scenario } from "./proof.ts";
import { between, fires, neverFired } from "./queries.ts";
import { rateAt, recordedSpend, type Spending, spentBy } from "./spend-story.ts";

/** How many budgets are spent in a period: mostly used and exhausted about its middle, and a fifth of it between two evaluations. */
const pace = 1.7;

/** A budget in the first whole period of its calendar; minutes count from its beginning. */
interface Stage {
  readonly budget: BudgetPlan;
  readonly rules: readonly Rule[];
  /** Where zones with half hours begin between two samples of spend, that of the sample before: the next one counts in full. */
  readonly startMinute: number;
  readonly minutes: number;
  /** Between two evaluations. */
  readonly stepMinutes: number;
  /** Between two samples of spend. */
  readonly inputMinutes: number;
  readonly startsWithSample: boolean;
}

const labelsOf = ({ service, id }: BudgetPlan) => ({ service, slo: id });

function firing({ budget, startMinute }: Stage, alertname: string, minute: number, yes = true): Expectation {
  return fires({ alertname, ...labelsOf(budget) }, startMinute + minute, yes);
}

/** The first minute from this one on at which rules are evaluated. */
function evaluatedFrom({ startMinute, stepMinutes }: Stage, minute: number): number {
  return Math.ceil((startMinute + minute) / stepMinutes) * stepMinutes - startMinute;
}

/** Silent two steps before, and firing two steps after. */
function beginsAt(stage: Stage, alertname: string, minute: number): readonly Expectation[] {
  const first = evaluatedFrom(stage, minute);
  const some = 2 * stage.stepMinutes;
  return [firing(stage, alertname, first - some, false), firing(stage, alertname, first + some)];
}

function inputsOf({ budget, startMinute, stepMinutes, inputMinutes, minutes }: Stage, spending: readonly Spending[]) {
  const end = spending.at(-1)?.untilMinute ?? 0;
  const rest = { untilMinute: Math.max(end, minutes) + 3 * stepMinutes, usdPerMinute: 0 };
  return recordedSpend(budget, startMinute, [...spending, rest], inputMinutes);
}

function near({ budget, startMinute }: Stage, record: string, value: number, minute: number, by = 0.015): Expectation {
  return between(ofSlo(record, budget), value * (1 - by), value * (1 + by), startMinute + minute);
}

/** What an alert says of a value. */
function saying(
  stage: Stage,
  alert: string,
  minute: number,
  value: { readonly share?: number; readonly usd?: number },
): readonly AlertExpectation[] {
  const written = (text: string) =>
    text
      .replaceAll("{{ $value | humanizePercentage }}", `${Number(((value.share ?? 0) * 100).toPrecision(4))}%`)
      .replaceAll("{{ $value | humanize }}", String(value.usd));
  const firing = alertText(stage.rules, alert, labelsOf(stage.budget)).map(({ labels, annotations }) => ({
    labels,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, text]) => [key, written(text)]),
    ) as unknown as typeof annotations,
  }));
  return [{ minute: stage.startMinute + minute, alert, firing }];
}

/** Minutes for which a projection must stand. */
function standingMinutes({ rules }: Stage): number {
  const rule = rules.find((candidate) => candidate.kind === "alert" && candidate.alert === names.course);
  return (rule?.kind === "alert" ? (rule.forSeconds ?? 0) : 0) / 60;
}

/** Numbers that Prometheus prints as we do. */
const isPlain = (usd: number) => usd >= 1 && usd < 1_000 && Number(usd.toPrecision(4)) === Number(usd.toPrecision(9));

function overspent(stage: Stage): Scenario {
  const { budget, minutes, stepMinutes } = stage;
  const total = pace * budget.usd;
  const perMinute = total / minutes;
  const projected = evaluatedFrom(stage, (0.2 * minutes) / pace);
  const standing = Math.ceil(standingMinutes(stage) / stepMinutes) * stepMinutes;
  const third = evaluatedFrom(stage, minutes / 3);
  const half = evaluatedFrom(stage, 0.6 * minutes);
  const late = evaluatedFrom(stage, 0.75 * minutes);
  const last = evaluatedFrom(stage, minutes) - stepMinutes;
  const next = last + 3 * stepMinutes;
  const share = (minute: number) => ({ share: (perMinute * minute) / budget.usd });
  const isTold = stage.startsWithSample && isPlain(total);
  return {
    name: `${pace} budgets are spent: on course from a fifth on, mostly used, exhausted, and all over with the ${budget.period}`,
    inputs: inputsOf(stage, [{ untilMinute: minutes, usdPerMinute: perMinute }]),
    expects: [
      near(stage, records.spent, third * perMinute, third),
      near(stage, records.spent, last * perMinute, last),
      near(stage, records.projected, total, third),
      near(stage, records.exhaustedIn, (60 * (budget.usd - third * perMinute)) / perMinute, third),
      firing(stage, names.course, projected, false),
      firing(stage, names.course, projected + standing),
      ...beginsAt(stage, names.used, (0.8 * minutes) / pace),
      ...beginsAt(stage, names.exhausted, minutes / pace),
      between(ofSlo(records.exhaustedIn, budget), -1, 1e-9, stage.startMinute + last),
      firing(stage, names.exhausted, last),
      ...[names.used, names.exhausted, names.course].map((name) => firing(stage, name, next, false)),
    ],
    alerts: [
      ...saying(stage, names.used, half, share(half)),
      ...saying(stage, names.exhausted, late, share(late)),
      ...(isTold ? saying(stage, names.course, half, { usd: Number(total.toPrecision(4)) }) : []),
    ],
  };
}

/** Too fast until 5/12 of the period, then nothing: the projection is taken back as soon as the short window tells. */
function stopped(stage: Stage): Scenario {
  const { budget, minutes, stepMinutes } = stage;
  const stop = evaluatedFrom(stage, (minutes * 5) / 12);
  const spending = [
    { untilMinute: stop, usdPerMinute: (pace * budget.usd) / minutes },
    { untilMinute: minutes, usdPerMinute: 0 },
  ];
  const [long, short] = [budget.longSeconds / 60, budget.shortSeconds / 60];
  const endAt = (minute: number, window: number) =>
    spentBy(spending, minute) + rateAt(spending, minute, window) * (minutes - minute);
  let over = stop;
  while (endAt(over, short) > budget.usd) over += stepMinutes;
  const later = over + 2 * stepMinutes;
  // Prometheus 2 counts a sample on each end of a range.
  const by = 0.015 + (2 * stage.inputMinutes) / long;
  return {
    name: "too much is spent, then nothing more: what was on course to exceed is no longer, and nothing else fires",
    inputs: inputsOf(stage, spending),
    expects: [
      firing(stage, names.course, stop),
      firing(stage, names.course, over - 2 * stepMinutes),
      firing(stage, names.course, later, false),
      near(stage, records.projected, endAt(later, long), later, by),
      near(
        stage,
        records.exhaustedIn,
        (60 * (budget.usd - spentBy(spending, later))) / rateAt(spending, later, long),
        later,
        by,
      ),
      neverFired({ alertname: names.used, ...labelsOf(budget) }, stage.startMinute + minutes),
    ],
  };
}

/** Half a budget over the period, and a twentieth of it at once: the short window alone would say that it ends above. */
function burst(stage: Stage): Scenario {
  const { budget, minutes, inputMinutes } = stage;
  const usual = (0.5 * budget.usd) / minutes;
  const from = evaluatedFrom(stage, 0.4 * minutes);
  return {
    name: "one burst on top of half a budget: nothing fires, although the short window projects too much",
    inputs: inputsOf(stage, [
      { untilMinute: from, usdPerMinute: usual },
      { untilMinute: from + inputMinutes, usdPerMinute: usual + (0.05 * budget.usd) / inputMinutes },
      { untilMinute: minutes, usdPerMinute: usual },
    ]),
    expects: [neverFired(labelsOf(budget), stage.startMinute + minutes)],
  };
}

/** Reaches a share of the pace half way to its time of day, and spends no more. */
function ahead(stage: Stage, { share, secondsOfDay, time, shareText }: BudgetPlan["pace"][number]): Scenario {
  const { budget, stepMinutes } = stage;
  const limit = secondsOfDay / 60;
  const reached = evaluatedFrom(stage, limit / 2);
  const spending = [
    { untilMinute: reached, usdPerMinute: (0.98 * share * budget.usd) / reached },
    { untilMinute: reached + stepMinutes, usdPerMinute: (0.04 * share * budget.usd) / stepMinutes },
  ];
  const isAhead = (minute: number) =>
    budget.pace.some((one) => spentBy(spending, minute) / budget.usd > one.share && minute * 60 < one.secondsOfDay);
  const upTo = evaluatedFrom(stage, limit);
  const times = [reached, reached + stepMinutes, upTo - stepMinutes, upTo + stepMinutes];
  return {
    name: `${shareText} is spent long before ${time}: said until then`,
    inputs: inputsOf(stage, spending),
    expects: times.map((minute) => firing(stage, names.pace, minute, isAhead(minute))),
    alerts: saying(stage, names.pace, reached + stepMinutes, { share: 1.02 * share }),
  };
}

/** The stories of one period of a budget. */
export function periodStories(
  budget: BudgetPlan,
  rules: readonly Rule[],
  calendar: CalendarPlan,
  stepMinutes: number,
  inputMinutes: number,
): readonly Scenario[] {
  const { start, end } = calendar.firsts[budget.period];
  const startMinute = Math.floor(start / 60 / inputMinutes) * inputMinutes;
  const stage: Stage = {
    budget,
    rules,
    startMinute,
    minutes: (end - start) / 60,
    stepMinutes,
    inputMinutes,
    startsWithSample: startMinute === start / 60,
  };
  return [overspent(stage), stopped(stage), burst(stage), ...budget.pace.map((one) => ahead(stage, one))];
}
