// The stories of a value that must not stay above a limit.
import type { LevelFacts } from "../../../plan/guardrail-plan.ts";
import { printNumber } from "../../../promql/print.ts";
import { firingAs } from "../alert-text.ts";
import { seriesText } from "../inputs.ts";
import type { InputSeries, Scenario } from "../proof.ts";
import { fires, neverFired } from "../queries.ts";
import { alertOf, alertsOf, type Guarded, labelsIn } from "./guarded.ts";

/** A value, in parts of the limit, for some minutes. */
interface Level {
  readonly minutes: number;
  readonly part: number;
}

function gauges(
  { examples, above }: LevelFacts,
  levels: readonly Level[],
  scrapeSeconds: number,
): readonly InputSeries[] {
  return examples.map(({ series, share }) => ({
    series: seriesText(series),
    values: levels
      .map(
        ({ minutes, part }) =>
          `${printNumber(part * above * share)}+0x${Math.round((minutes * 60) / scrapeSeconds) - 1}`,
      )
      .join(" "),
  }));
}

export function levelStories(guarded: Guarded, facts: LevelFacts): readonly Scenario[] {
  const { guardrail, scrapeSeconds } = guarded;
  const alert = alertOf(guardrail);
  const wait = facts.forSeconds / 60;
  const began = 20;
  const ended = began + wait + 10;
  const own = facts.examples.map(({ series }) => series.labels)[0] ?? {};
  const firing = alertsOf(guarded).map((rule) =>
    firingAs(rule, labelsIn(rule.annotations.summary, own), 1.1 * facts.above),
  );
  const high = began + wait + 3;
  return [
    {
      name: `below the limit is quiet, above it for ${wait} minutes fires until it is below again`,
      inputs: gauges(
        facts,
        [
          { minutes: began, part: 0.9 },
          { minutes: ended - began, part: 1.1 },
          { minutes: 10, part: 0.9 },
        ],
        scrapeSeconds,
      ),
      expects: [neverFired(alert, began + wait - 1), fires(alert, high), fires(alert, ended + 4, false)],
      alerts: [{ minute: high, alert: guardrail.alertName, firing }],
    },
    {
      name: "pods that are gone have no level",
      inputs: gauges(facts, [{ minutes: began, part: 1.1 }], scrapeSeconds).map(({ series, values }) => ({
        series,
        values: `${values} stale`,
      })),
      expects: [fires(alert, began + 6, false)],
    },
  ];
}
