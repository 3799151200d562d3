// How values are written and coloured: units, thresholds, words.
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import * as units from "@grafana/grafana-foundation-sdk/units";
import type { ColorStep, Unit, Word } from "./dashboard.ts";

export const unitIds: Readonly<Record<Unit, string>> = {
  share: units.PercentUnit,
  seconds: units.Seconds,
  duration: units.DurationSeconds,
  USD: units.Dollars,
  number: units.Short,
  bytes: units.BytesIEC,
  percent: units.Percent,
  celsius: units.Celsius,
  watts: units.Watt,
  times: units.NoUnit,
  since: units.DateTimeFromNow,
};

/** The base is neutral, since Grafana gives it to missing values. */
export function thresholdSteps(steps: readonly ColorStep[]): grafana.Threshold[] {
  return [{ value: null, color: "text" }, ...steps.map(({ from, color }) => ({ value: from, color }))];
}

export function thresholds(steps: readonly ColorStep[]) {
  return new grafana.ThresholdsConfigBuilder().mode(grafana.ThresholdsMode.Absolute).steps(thresholdSteps(steps));
}

function missing(text: string): grafana.SpecialValueMap {
  return {
    type: grafana.MappingType.SpecialValue,
    options: { match: grafana.SpecialValueMatch.NullAndNan, result: { text, color: "text", index: 0 } },
  };
}

/** Words for values; missing ones have the same one whatever the others are. */
export function mappings(words: readonly Word[], noValue = "no data"): grafana.ValueMapping[] {
  if (words.length === 0) return [missing(noValue)];
  const options = words.map(({ value, text, color }, index) => [String(value), { text, color, index: index + 1 }]);
  return [missing(noValue), { type: grafana.MappingType.ValueToText, options: Object.fromEntries(options) }];
}
