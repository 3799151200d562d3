// What only people look at, on dashboards; no alert reads it.
import { ofService, records } from "../plan/conventions.ts";
import type { Arm, RecordingRule, SloPlan } from "../plan/plan.ts";
import { call, mul, num, pow, subquery } from "../promql/build.ts";
import { printDuration, printNumber } from "../promql/print.ts";
import type { CompiledSlo } from "./slo-plan.ts";

const hour = 3_600;

/** The quantile that the objective names, and the median. */
function quantileRules({ plan, events }: CompiledSlo): readonly RecordingRule[] {
  const { quantile } = events;
  if (!quantile) return [];
  return [...new Set([0.5, plan.objective])].map((share) => ({
    kind: "recording",
    record: records.quantile,
    expr: call("histogram_quantile", num(share), quantile.buckets),
    labels: { service: plan.service, slo: plan.id, quantile: printNumber(share), unit: quantile.unit },
    slo: plan.id,
  }));
}

const thresholdLabels = ({ name, severity, longSeconds, shortSeconds }: Arm) => ({
  arm: name,
  severity,
  long: printDuration(longSeconds),
  short: printDuration(shortSeconds),
});

/** One rule for each arm that SLOs share, however many they are. */
function thresholdRules(service: string, slos: readonly SloPlan[]): readonly RecordingRule[] {
  const arms = new Map<string, { readonly arm: Arm; readonly ids: string[] }>();
  for (const { id, arms: own } of slos) {
    for (const arm of own) {
      const key = JSON.stringify([thresholdLabels(arm), arm.burnRate]);
      const known = arms.get(key) ?? { arm, ids: [] };
      arms.set(key, { arm, ids: [...known.ids, id] });
    }
  }
  return [...arms.values()].map(({ arm, ids }) => {
    const objectives = ofService(records.objective, service, ids.length === slos.length ? {} : { slo: ids });
    const expr = mul(pow(objectives, 0), arm.burnRate);
    return { kind: "recording", record: records.burnThreshold, expr, labels: thresholdLabels(arm) };
  });
}

/** Without it a burn-down of 30 days would read 720 samples for each of its points. */
function sixHourlyRule(kind: "total" | "bad", service: string): RecordingRule {
  const hourly = ofService(records[`${kind}Hourly`], service);
  const expr = call("avg_over_time", subquery(hourly, 6 * hour, hour));
  return { kind: "recording", record: records[`${kind}SixHourly`], expr, labels: {} };
}

/** What dashboards read of a service beyond what alerts need. */
export function dashboardRules(service: string, slos: readonly CompiledSlo[]): readonly RecordingRule[] {
  if (slos.length === 0) return [];
  return [
    ...slos.flatMap(quantileRules),
    ...thresholdRules(
      service,
      slos.map(({ plan }) => plan),
    ),
    sixHourlyRule("total", service),
    sixHourlyRule("bad", service),
  ];
}
