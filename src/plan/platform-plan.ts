// What watches the stack itself: alerts of an environment, not of a service, each with the stories that prove it.
import type { AlertRule, RecordingRule, RuleGroup } from "./rules.ts";
import type { SeriesExample } from "./series-example.ts";

/** How a series runs for some minutes: at a value, or growing by some each minute. A new stretch of growth begins at 0: a restart. */
export type Course =
  | { readonly minutes: number; readonly value: number | "absent" }
  | { readonly minutes: number; readonly perMinute: number };

/** What happens to series, and at which minutes the alert fires or doesn't. */
export interface AlertStory {
  readonly name: string;
  readonly series: readonly { readonly of: SeriesExample; readonly course: readonly Course[] }[];
  readonly firing: readonly number[];
  readonly quiet: readonly number[];
  /** The labels that the alert gets from its series; with `value`, what is told at the first minute of firing is compared. */
  readonly labels?: Readonly<Record<string, string>>;
  /** The alert's value then, where its annotations print it. */
  readonly value?: number;
}

export interface PlatformAlert {
  /** Names it among them. */
  readonly id: string;
  readonly rule: AlertRule;
  /** What it reads that the platform records itself. */
  readonly records: readonly RecordingRule[];
  /** When it fires, as a sentence without a full stop. */
  readonly condition: string;
  readonly stories: readonly AlertStory[];
}

export interface PlatformPlan {
  readonly team: string;
  readonly groups: readonly RuleGroup[];
  /** The alerts of those groups. */
  readonly alerts: readonly PlatformAlert[];
}
