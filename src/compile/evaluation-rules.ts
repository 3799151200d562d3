// Rules about the evaluator behind an SLO: its heartbeat, what it could have judged, and when both say that quality can't be told.
import { batchesRecord, identityLabels, evaluationAlerts as names, ofSlo, records } from "../plan/conventions.ts";
import { heartbeatSeconds, minimumJudgedItems } from "../plan/detection.ts";
import type { Arm, EvaluationPlan, SloPlan } from "../plan/plan.ts";
import type { AlertRule, RecordingRule } from "../plan/rules.ts";
import type { Expr } from "../promql/ast.ts";
import {
  and,
  call,
  eq,
  gt,
  lt,
  mul,
  num,
  or,
  range,
  rate,
  seconds,
  select,
  subquery,
  sum,
  unless,
} from "../promql/build.ts";
import { printDuration } from "../promql/print.ts";
import { baseWindowSeconds } from "../slo/events.ts";
import { type Links, linksOf } from "./links.ts";
import type { CompiledSlo } from "./slo-plan.ts";
import { eventCount } from "./window-rules.ts";

/** Extrapolation counts one item as 0.9 to 1.1, so the limit lies half an item below the minimum. */
const countedItems = minimumJudgedItems - 0.5;

/** No batch was completed lately. */
function idle(slo: SloPlan, evaluation: EvaluationPlan): Expr {
  return eq(ofSlo(batchesRecord(heartbeatSeconds(evaluation)), slo), 0);
}

/** The evaluator's heartbeat, which reads 0 and not nothing where its series are gone, and the requests it could judge. */
export function evaluationRules({ plan, events }: CompiledSlo): readonly RecordingRule[] {
  const { evaluation } = events;
  if (!evaluation) return [];
  const shared = { kind: "recording", labels: { service: plan.service, slo: plan.id }, slo: plan.id } as const;
  const window = heartbeatSeconds(evaluation);
  const batches = or(sum(call("increase", range(evaluation.completed, window))), call("vector", num(0)));
  const requests = evaluation.requests && sum(rate(evaluation.requests, baseWindowSeconds));
  return [
    { ...shared, record: batchesRecord(window), expr: batches },
    ...(requests ? [{ ...shared, record: records.judgeableRequests, expr: requests }] : []),
  ];
}

/**
 * Fires on enough judged items alone, and begins only while the evaluator works: as a window empties, the last batches weigh more in it, and
 * no new one could say otherwise. What fires already goes on, or a stopped evaluator would read as recovery.
 */
export function onlyWhileJudged(
  burns: Expr,
  slo: SloPlan,
  evaluation: EvaluationPlan,
  arm: Arm,
  intervalSeconds: number,
): Expr {
  const enough = gt(eventCount("total", slo, arm.longSeconds, intervalSeconds), countedItems);
  const identity = { alertname: slo.alertName, service: slo.service, slo: slo.id, arm: arm.name };
  const fires = select("ALERTS", { ...identity, alertstate: "firing" });
  return unless(and(burns, enough), unless(idle(slo, evaluation), fires, identityLabels));
}

function stopped(slo: SloPlan, evaluation: EvaluationPlan, team: string, links: Links): AlertRule {
  const window = heartbeatSeconds(evaluation);
  const { evaluator, examples } = evaluation;
  const since = printDuration(2 * window);
  return {
    kind: "alert",
    alert: names.stopped,
    expr: idle(slo, evaluation),
    forSeconds: window,
    labels: { category: "no-data", severity: "warning", team, service: slo.service, slo: slo.id },
    annotations: {
      summary: `${slo.service}: the evaluator ${evaluator} has completed no batch for ${slo.id} in ${since}`,
      description:
        `${evaluator} should judge a batch every ${printDuration(evaluation.cadenceSeconds)}, and has completed none in ${since}: nobody knows the quality of ` +
        `${slo.service}, and alerts of ${slo.id} can't begin. If ${examples.failedBatch.metric} still counts errors, it runs and fails: look there first.`,
      ...linksOf(links, slo.service, names.stopped, slo.id),
    },
    slo: slo.id,
  };
}

/** Waits for a whole window: after a quiet night or a restart, the first batches are all there can be. */
function tooFewSamples(
  slo: SloPlan,
  evaluation: EvaluationPlan,
  team: string,
  links: Links,
  intervalSeconds: number,
): readonly AlertRule[] {
  const [fastest] = slo.arms;
  if (!fastest || !evaluation.examples.request) return [];
  const windowSeconds = fastest.longSeconds;
  const window = printDuration(windowSeconds);
  const items = eventCount("total", slo, windowSeconds, intervalSeconds);
  // Steps of the base window count every request once, at a fifth of the samples. One second short: Prometheus 2 would count both ends.
  const rates = subquery(ofSlo(records.judgeableRequests, slo), windowSeconds - 1, baseWindowSeconds);
  const requests = mul(call("sum_over_time", rates), seconds(baseWindowSeconds));
  const few = and(lt(items, countedItems), gt(requests, countedItems));
  return [
    {
      kind: "alert",
      alert: names.tooFewSamples,
      expr: unless(few, idle(slo, evaluation)),
      forSeconds: windowSeconds,
      labels: { category: "no-data", severity: "warning", team, service: slo.service, slo: slo.id },
      annotations: {
        summary: `${slo.service}: ${evaluation.evaluator} judges too few items to tell ${slo.id}`,
        description:
          `${evaluation.evaluator} completes batches, but judged fewer than ${minimumJudgedItems} items in the last ${window}, while at least ${minimumJudgedItems} requests ` +
          `succeeded. The arm ${fastest.name} of ${slo.id} can't fire. Sample more, or see whether the judge fails on single items.`,
        ...linksOf(links, slo.service, names.tooFewSamples, slo.id),
      },
      slo: slo.id,
    },
  ];
}

/** The alerts about the evaluator of an SLO. */
export function evaluationAlerts(
  slo: SloPlan,
  team: string,
  links: Links,
  intervalSeconds: number,
): readonly AlertRule[] {
  const { evaluation } = slo;
  if (!evaluation) return [];
  return [stopped(slo, evaluation, team, links), ...tooFewSamples(slo, evaluation, team, links, intervalSeconds)];
}
