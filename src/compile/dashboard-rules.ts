// What only people look at, on dashboards; no alert reads it.
import { ofService, records } from "../plan/conventions.ts";
import type { Observed } from "../plan/observed-series.ts";
import type { Arm, SloPlan } from "../plan/plan.ts";
import type { RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import { call, mul, num, oneOf, or, pow, rate, subquery, sum } from "../promql/build.ts";
import { printDuration, printNumber } from "../promql/print.ts";
import { baseWindowSeconds } from "../slo/events.ts";
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

/** The SLOs that have an arm of some name, severity and windows, by its burn rate. */
type SloIds = ReadonlyMap<number, readonly string[]>;

function armsOf(slos: readonly SloPlan[]): ReadonlyMap<string, { readonly arm: Arm; readonly ids: SloIds }> {
  const arms = new Map<string, { readonly arm: Arm; readonly ids: SloIds }>();
  for (const slo of slos) {
    for (const arm of slo.arms) {
      const key = JSON.stringify(thresholdLabels(arm));
      const ids = arms.get(key)?.ids ?? new Map<number, readonly string[]>();
      arms.set(key, { arm, ids: new Map([...ids, [arm.burnRate, [...(ids.get(arm.burnRate) ?? []), slo.id]]]) });
    }
  }
  return arms;
}

/** One rule for each arm that SLOs share, however many they are. */
function thresholdRules(service: string, slos: readonly SloPlan[]): readonly RecordingRule[] {
  return [...armsOf(slos).values()].map(({ arm, ids }) => {
    const rates = [...ids].map(([burnRate, of]): Expr => {
      const objectives = ofService(records.objective, service, of.length === slos.length ? {} : { slo: of });
      return mul(pow(objectives, 0), burnRate);
    });
    const expr = rates.reduce((one, other) => or(one, other));
    return { kind: "recording", record: records.burnThreshold, expr, labels: thresholdLabels(arm) };
  });
}

/** Without it a burn-down of 30 days would read 720 samples for each of its points. */
function sixHourlyRule(kind: "total" | "bad", service: string): RecordingRule {
  const hourly = ofService(records[`${kind}Hourly`], service);
  const expr = call("avg_over_time", subquery(hourly, 6 * hour, hour));
  return { kind: "recording", record: records[`${kind}SixHourly`], expr, labels: {} };
}

const text = (value: string) => ({ kind: "string", value }) as const;

/** Why requests failed: the kind of error, or else how they ended. A graph of a day would read every pod's series of every kind of error. */
function failureRules(service: string, { errors, requests }: Observed): readonly RecordingRule[] {
  const failures = errors ?? requests;
  if (!failures) return [];
  const { selector, label } = failures;
  const failed = errors || !requests ? [] : [{ label, op: "=~", value: oneOf(requests.bad) } as const];
  const rates = rate({ ...selector, matchers: [...selector.matchers, ...failed] }, baseWindowSeconds);
  const named = call("label_replace", rates, ...["reason", "$1", label, "(.*)"].map(text));
  return [{ kind: "recording", record: records.failed, expr: sum(named, ["reason"]), labels: { service } }];
}

/** What dashboards read of a service beyond what alerts need. */
export function dashboardRules(
  service: string,
  slos: readonly CompiledSlo[],
  observed: Observed,
): readonly RecordingRule[] {
  if (slos.length === 0) return [];
  return [
    ...failureRules(service, observed),
    ...slos.flatMap(quantileRules),
    ...thresholdRules(
      service,
      slos.map(({ plan }) => plan),
    ),
    sixHourlyRule("total", service),
    sixHourlyRule("bad", service),
  ];
}
