// The stories of an hour against the same hour of earlier days. All but the first stand on recorded hours: nine days of scrapes would take minutes.
import type { AnomalyFacts } from "../../../plan/guardrail-plan.ts";
import { select } from "../../../promql/build.ts";
import { print, printNumber } from "../../../promql/print.ts";
import { firingAs } from "../alert-text.ts";
import { seriesText } from "../inputs.ts";
import type { Expectation, InputSeries, Proof, Scenario } from "../proof.ts";
import { between, fires } from "../queries.ts";
import { named } from "../slice.ts";
import { counterValues } from "../traffic.ts";
import { alertOf, alertsOf, type Guarded } from "./guarded.ts";

const hour = 3_600;
type Labels = Readonly<Record<string, string>>;
type Level = AnomalyFacts["levels"][number];

/** The labels of a level's series, as far as its events tell them apart. */
function labelsOf({ guardrail }: Guarded, { labels }: Level, { example }: AnomalyFacts): Labels {
  const own = Object.fromEntries(labels.map((label) => [label, example.labels[label] ?? ""]));
  return { service: guardrail.service, guardrail: guardrail.id, ...own };
}

/** The labels that only another level's series have, empty here. */
function notOf({ labels }: Level, { levels }: AnomalyFacts): Labels {
  const others = levels.flatMap((level) => level.labels).filter((label) => !labels.includes(label));
  return Object.fromEntries(others.map((label) => [label, ""]));
}

/** 100 a minute for an hour and more, across a restart, and then nothing. */
function hourProof(guarded: Guarded, facts: AnomalyFacts): Proof {
  const { guardrail, rules, scrapeSeconds } = guarded;
  const steps = (minutes: number) => Math.round((minutes * 60) / scrapeSeconds);
  const steady = (minutes: number, amount: number) => Array<number>(steps(minutes)).fill((amount * scrapeSeconds) / 60);
  const values = [
    counterValues([0, ...steady(40, 100)]),
    counterValues([0, ...steady(40, 100), ...steady(40, 0)]),
  ].join(" ");
  return {
    service: guardrail.service,
    name: `${guardrail.id}.hour`,
    stepSeconds: guarded.stepSeconds,
    inputSeconds: scrapeSeconds,
    rules: named(
      rules,
      facts.levels.map(({ amount }) => amount),
    ),
    scenarios: [
      {
        name: "a steady hour counts 60 minutes, also over a restart, and is forgotten an hour later",
        inputs: [{ series: seriesText(facts.example), values }],
        expects: facts.levels.flatMap((level) => {
          const amount = select(level.amount, labelsOf(guarded, level, facts));
          return [between(amount, 5_750, 6_150, 78), between(amount, 2_800, 3_200, 112)];
        }),
      },
    ],
  };
}

/** Hours of some days. The hours that nobody speaks of are busy, so that a look at the wrong hour shows. */
class Days {
  readonly #hours = new Map<number, number>();
  readonly #busy: number;
  readonly #length: number;
  constructor(busy: number, days: number) {
    this.#busy = busy;
    this.#length = days * 24;
  }
  /** The same hour of these days. */
  at(hourOfDay: number, amounts: Readonly<Record<number, number>>): this {
    for (const [day, amount] of Object.entries(amounts)) this.#hours.set(Number(day) * 24 + hourOfDay, amount);
    return this;
  }
  get values(): string {
    const hours = Array.from({ length: this.#length }, (_, index) => this.#hours.get(index) ?? this.#busy);
    return hours.map(printNumber).join(" ");
  }
}

/** The same amount on each of these days, then others. */
function days(count: number, amount: number, ...then: readonly number[]): Readonly<Record<number, number>> {
  return Object.fromEntries([...Array<number>(count).fill(amount), ...then].map((of, day) => [day, of]));
}

const minuteOf = (day: number, hourOfDay: number) => (day * 24 + hourOfDay) * 60;

interface Told {
  readonly name: string;
  readonly days: Days;
  /** Day, hour, and whether the alert fires then. */
  readonly firing: readonly (readonly [day: number, hourOfDay: number, fires: boolean])[];
  /** Day, hour, and what later hours are measured by. */
  readonly usual?: readonly (readonly [day: number, hourOfDay: number, amount: number])[];
  /** Day, hour and amount at which the alert's text is compared. */
  readonly told?: readonly [day: number, hourOfDay: number, amount: number];
}

function scenario(guarded: Guarded, facts: AnomalyFacts, told: Told): Scenario {
  const { guardrail } = guarded;
  const inputs = facts.levels.map(
    (level): InputSeries => ({
      series: print(select(level.amount, labelsOf(guarded, level, facts))),
      values: told.days.values,
    }),
  );
  const expects = facts.levels.flatMap((level): readonly Expectation[] => {
    const labels = labelsOf(guarded, level, facts);
    const alert = { ...alertOf(guardrail), ...labels, ...notOf(level, facts) };
    const usual = select(level.usual, labels);
    return [
      ...told.firing.map(([day, at, yes]) => fires(alert, minuteOf(day, at), yes)),
      ...(told.usual ?? []).map(([day, at, of]) => between(usual, of * 0.999, of * 1.001, minuteOf(day, at))),
    ];
  });
  const [day, at, amount] = told.told ?? [];
  if (day === undefined || at === undefined || amount === undefined) return { name: told.name, inputs, expects };
  const firing = alertsOf(guarded).map((rule, index) => {
    const level = facts.levels[index];
    return firingAs(rule, level ? labelsOf(guarded, level, facts) : {}, amount);
  });
  return {
    name: told.name,
    inputs,
    expects,
    alerts: [{ minute: minuteOf(day, at), alert: guardrail.alertName, firing }],
  };
}

function stories({ factor, floor }: AnomalyFacts): readonly Told[] {
  const base = 20 * factor * floor;
  const small = base / (2 * factor);
  const busy = 10 * factor * base;
  const [much, tooMuch] = [0.95 * factor * base, 1.05 * factor * base];
  // Usual on the next day only where `much` was believed.
  const believed = 0.98 * factor * much;
  return [
    {
      name: "an hour far above the usual fires; the same again on the next day fires again; on the third it is usual",
      days: new Days(busy, 10).at(12, days(7, base, much, believed)).at(13, days(7, base, tooMuch, tooMuch, tooMuch)),
      firing: [
        [6, 13, false],
        [7, 12, false],
        [7, 13, true],
        [7, 14, false],
        [8, 12, false],
        [8, 13, true],
        [9, 13, false],
      ],
      usual: [
        [7, 12, much],
        [7, 13, base],
        [9, 13, tooMuch],
      ],
      told: [7, 13, tooMuch],
    },
    {
      name: "usual is the greater of yesterday and a week ago",
      days: new Days(busy, 8)
        .at(12, { ...days(7, small, much), 0: base })
        .at(13, { ...days(7, base, much), 0: small })
        .at(14, { ...days(7, small, tooMuch), 0: base })
        .at(15, { ...days(7, base, tooMuch), 0: small }),
      firing: [
        [7, 12, false],
        [7, 13, false],
        [7, 14, true],
        [7, 15, true],
      ],
      usual: [
        [7, 12, much],
        [7, 13, much],
        [7, 14, base],
        [7, 15, base],
      ],
    },
    {
      name: "a history of one day is a history",
      days: new Days(busy, 2).at(12, days(1, base, much)).at(13, days(1, base, tooMuch)),
      firing: [
        [1, 12, false],
        [1, 13, true],
      ],
      usual: [
        [0, 12, base],
        [1, 12, much],
        [1, 13, base],
      ],
    },
    {
      name: "without a history, or below the floor, the floor is usual",
      days: new Days(0, 2)
        .at(1, { 0: 0.95 * factor * floor, 1: 0 })
        .at(2, { 0: 1.05 * factor * floor, 1: 0 })
        .at(3, { 0: 0.01 * floor, 1: 0.95 * factor * floor })
        .at(4, { 0: 0.01 * floor, 1: 1.05 * factor * floor }),
      firing: [
        [0, 1, false],
        [0, 2, true],
        [0, 3, false],
        [1, 3, false],
        [1, 4, true],
      ],
    },
  ];
}

/** Two proofs: how the hour is counted, and what is made of hours. */
export function anomalyProofs(guarded: Guarded, facts: AnomalyFacts): readonly Proof[] {
  const { guardrail, rules } = guarded;
  const made = new Set(
    named(
      rules,
      facts.levels.map(({ amount }) => amount),
    ),
  );
  return [
    hourProof(guarded, facts),
    {
      service: guardrail.service,
      name: `${guardrail.id}.anomaly`,
      stepSeconds: hour,
      inputSeconds: hour,
      rules: rules.filter((rule) => !made.has(rule)),
      scenarios: stories(facts).map((told) => scenario(guarded, facts, told)),
    },
  ];
}
