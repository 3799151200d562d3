// What an alert of the stack itself is made of, and the stories that most of them are proven by.

import type { AlertKind } from "../../plan/alert-kind.ts";
import type { AlertStory, Course } from "../../plan/platform-plan.ts";
import type { AlertCategory, Severity } from "../../plan/rules.ts";
import type { SeriesExample } from "../../plan/series-example.ts";
import type { Expr, Selector } from "../../promql/ast.ts";
import type { MatcherSpec } from "../../promql/build.ts";

/** One alert on its way to the plan. */
export interface Watch {
  /** Names it among all alerts of the platform. */
  readonly id: string;
  readonly alert: string;
  readonly expr: Expr;
  readonly forSeconds?: number;
  readonly severity: Severity;
  /** Default "platform". */
  readonly category?: AlertCategory;
  /** Labels beyond those of every alert of the platform. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Where it shows, if not on the dashboard of the service or the stack. */
  readonly dashboard?: "gpu";
  readonly condition: string;
  readonly summary: string;
  readonly description: string;
  readonly stories: readonly AlertStory[];
  readonly runbook: Omit<AlertKind, "alert" | "severity" | "queries">;
  /** Queries to start from, besides its expression. Default: none. */
  readonly queries?: AlertKind["queries"];
}

/** The environment that is watched: its selectors and series carry its own labels. */
export interface Surroundings {
  readonly namespace: string;
  /** Namespaces in which apps run; empty means all. */
  readonly appNamespaces: readonly string[];
  /** The jobs of the services, which have alerts of their own. */
  readonly jobs: readonly string[];
  select(metric: string, labels?: Readonly<Record<string, MatcherSpec>>): Selector;
  series(metric: string, labels?: Readonly<Record<string, string>>): SeriesExample;
}

export const minute = 60;

/** A series that is well at first, in trouble for a while, and well again. */
export interface Patient {
  readonly of: SeriesExample;
  readonly well: number | "absent";
  readonly ill: number | "absent";
}

interface LevelStory {
  readonly name: string;
  readonly series: readonly Patient[];
  readonly forMinutes: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: number;
}

const onset = 20;

/** A state that fires once it has lasted, and ends with it. */
export function levelStory({ name, series, forMinutes, labels, value }: LevelStory): AlertStory {
  const over = onset + forMinutes + 10;
  return {
    name,
    series: series.map(({ of, well, ill }) => ({
      of,
      course: [
        { minutes: onset, value: well },
        { minutes: over - onset, value: ill },
        { minutes: 10, value: well },
      ],
    })),
    quiet: [onset - 1, onset + forMinutes - 1, over + 4],
    firing: [onset + forMinutes + 3],
    ...(labels ? { labels } : {}),
    ...(value === undefined ? {} : { value }),
  };
}

/** A state that lasts and must not fire. */
export function quietStory(
  name: string,
  states: readonly (readonly [SeriesExample, number])[],
  minutes = 60,
): AlertStory {
  return {
    name,
    series: states.map(([of, value]) => ({ of, course: [{ minutes, value }] })),
    quiet: [minutes / 2, minutes - 1],
    firing: [],
  };
}

interface CounterStories {
  /** What each series counts, for the name of its story. */
  readonly counters: readonly {
    readonly what: string;
    readonly of: SeriesExample;
    readonly labels: Readonly<Record<string, string>>;
  }[];
  readonly windowMinutes: number;
  readonly forMinutes: number;
}

/** One story for each counter: a restart is nothing; then it grows, alone, and fires until its window has forgotten. */
export function counterStories({ counters, windowMinutes, forMinutes }: CounterStories): readonly AlertStory[] {
  const over = onset + forMinutes + 5;
  const last = over + windowMinutes + 6;
  const growing: readonly Course[] = [
    { minutes: 10, value: 500 },
    { minutes: onset - 10, value: 0 },
    { minutes: over - onset, perMinute: 1 },
    { minutes: last - over, value: over - onset },
  ];
  return counters.map(({ what, of: grown, labels }) => ({
    name: `${what}, after a restart that is nothing`,
    series: counters.map(({ of }) => ({ of, course: of === grown ? growing : [{ minutes: last, value: 3 }] })),
    quiet: [onset - 1, onset + forMinutes - 1, last - 1],
    firing: [onset + forMinutes + 4, over + windowMinutes - 3],
    labels,
  }));
}
