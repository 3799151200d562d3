// A judge that samples answers at random, replayed on promtool: binomial draws with a fixed seed, in one lump per cadence.
import { appSource, declareMetrics, organisation } from "llm-slo";
import {
  type Batch,
  type EvaluatedSlo,
  heartbeat,
  judgedCounters,
  judgedRates,
} from "../../src/backends/proofs/batches.ts";
import { seriesText } from "../../src/backends/proofs/inputs.ts";
import type { InputSeries } from "../../src/backends/proofs/proof.ts";
import { compile } from "../../src/compile/compile.ts";
import { evaluationAlerts, ofSlo, records } from "../../src/plan/conventions.ts";
import type { Rule } from "../../src/plan/rules.ts";
import { call, count, max, mul, range, select, sub } from "../../src/promql/build.ts";
import { print } from "../../src/promql/print.ts";
import { measure, type Question } from "./measure.ts";

export const itemsPerBatch = 50;
export const cadenceMinutes = 15;

/** A service whose only SLO is a hallucination rate below 5 %, judged every 15 minutes. */
export function judgedSubject(): { readonly slo: EvaluatedSlo; readonly rules: readonly Rule[] } {
  const metrics = declareMetrics({
    features: ["rag"],
    models: { "model-a": "openai" },
    evaluators: ["hallucination"],
  });
  const language = organisation({
    source: appSource(metrics),
    receivers: ["pager"],
    teams: { rag: { critical: "pager", warning: "pager" } },
    defaultReceiver: "pager",
  });
  const links = {
    heartbeat: "none: nobody listens to a measurement" as const,
    grafanaUrl: "https://grafana.example.com",
    runbooksUrl: "https://runbooks.example.com",
  };
  const stack = language.stack({ ...links, receivers: { pager: { kind: "pagerduty" } } });
  const grounded = language.hallucinationRate({ below: "5%", evaluatedEvery: "15m" });
  const services = [language.service("rag", { team: "rag", features: ["rag"], slos: { grounded } })];
  const [service] = compile({ environment: "", organisation: language, stack, services }).services;
  const [slo] = service?.slos ?? [];
  if (!service || !slo?.evaluation) throw new Error("no evaluated SLO was compiled");
  // Budgets over 30 days take long and raise no alert; targets aren't replayed.
  const needless = new Set<string>([records.budget, records.budgetRemaining, records.info, "LlmTargetsDown"]);
  const isNeedless = (rule: Rule) =>
    needless.has(rule.kind === "alert" ? rule.alert : rule.record) ||
    (rule.kind === "recording" && rule.record.endsWith("rate30d"));
  const rules = service.groups.flatMap((group) => group.rules).filter((rule) => !isNeedless(rule));
  return { slo: { ...slo, evaluation: slo.evaluation }, rules };
}

type Judged = ReturnType<typeof judgedSubject>;

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A time in which answers are bad at random, at this rate. */
export interface Quality {
  readonly hours: number;
  readonly badRate: number;
}

/** A batch each cadence, its bad items drawn one by one. */
export function drawBatches(periods: readonly Quality[], seed: number): readonly Batch[] {
  const random = randomFrom(seed);
  const rates = periods.flatMap(({ hours, badRate }) =>
    Array.from({ length: (hours * 60) / cadenceMinutes }, () => badRate),
  );
  return rates.map((badRate, index) => {
    const draws = Array.from({ length: itemsPerBatch }, random);
    return {
      minute: (index + 1) * cadenceMinutes,
      items: itemsPerBatch,
      bad: draws.filter((draw) => draw < badRate).length,
    };
  });
}

const firing = (labels: Readonly<Record<string, string>>) => select("ALERTS", { alertstate: "firing", ...labels });
const everFired = (labels: Readonly<Record<string, string>>, minutes: number) =>
  count(call("count_over_time", range(firing(labels), minutes * 60)));

/** Minutes from `from` until the first of these alerts fires, if it then fires until `until`. */
function firstFiring(labels: Readonly<Record<string, string>>, from: number, until: number, step: number) {
  return sub(until - from, mul(max(call("count_over_time", range(firing(labels), (until - from) * 60))), step));
}

/** From recorded base rates: for stories of days. */
async function recorded(
  promtool: string,
  { slo, rules }: Judged,
  batches: readonly Batch[],
  stepMinutes: number,
  questions: readonly Question[],
) {
  const minutes = Math.max(...questions.map(({ minute }) => minute));
  const base = new Set<string>([records.total, records.bad, records.judgeableRequests]);
  const written = (rule: Rule) =>
    rule.kind === "recording" && (base.has(rule.record) || rule.record.startsWith("slo:evaluation_batches"));
  const requests = { series: print(ofSlo(records.judgeableRequests, slo)), values: `0.1+0x${minutes}` };
  const inputs = [...judgedRates(slo, batches, minutes, 60), heartbeat(slo, [{ minutes, works: true }], 60), requests];
  return measure(promtool, {
    rules: rules.filter((rule) => !written(rule)),
    stepSeconds: stepMinutes * 60,
    inputs,
    questions,
  });
}

/** From the counters themselves, every minute. */
async function replayed(
  promtool: string,
  { slo, rules }: Judged,
  batches: readonly Batch[],
  questions: readonly Question[],
  alsoCounts: readonly InputSeries[] = [],
) {
  const minutes = Math.max(...questions.map(({ minute }) => minute));
  const { request } = slo.evaluation.examples;
  const requests = request ? [{ series: seriesText(request), values: `0+6x${minutes}` }] : [];
  const inputs = [...judgedCounters(slo, batches, minutes, 60), ...requests, ...alsoCounts];
  return measure(promtool, { rules, stepSeconds: 60, inputs, questions });
}

/** Alerts of any kind in 30 days at a rate; undefined means none. */
export async function alertsInThirtyDays(promtool: string, subject: Judged, badRate: number, seed: number) {
  const minutes = 30 * 1_440;
  const batches = drawBatches([{ hours: 30 * 24, badRate }], seed);
  const [alerts] = await recorded(promtool, subject, batches, 12, [{ minute: minutes, expr: everFired({}, minutes) }]);
  return alerts;
}

/** Hours from the onset of a bad rate until an alert of this severity, after half a day at 4 %. */
export async function hoursToAlert(
  promtool: string,
  subject: Judged,
  badRate: number,
  labels: Readonly<Record<string, string>>,
  hours: number,
  seed: number,
) {
  const history = 12;
  const batches = drawBatches(
    [
      { hours: history, badRate: 0.04 },
      { hours, badRate },
    ],
    seed,
  );
  const [from, until] = [history * 60, (history + hours) * 60];
  const own = { alertname: subject.slo.alertName, ...labels };
  const [minutes] = await replayed(promtool, subject, batches, [
    { minute: until, expr: firstFiring(own, from, until, 1) },
  ]);
  return minutes === undefined ? undefined : minutes / 60;
}

/** The same after three days at 4 %, for what shows only in days. */
export async function hoursToDrift(promtool: string, subject: Judged, badRate: number, hours: number, seed: number) {
  const history = 72;
  const batches = drawBatches(
    [
      { hours: history, badRate: 0.04 },
      { hours, badRate },
    ],
    seed,
  );
  const [from, until] = [history * 60, (history + hours) * 60];
  const [minutes] = await recorded(promtool, subject, batches, 4, [
    { minute: until, expr: firstFiring({ alertname: subject.slo.alertName }, from, until, 4) },
  ]);
  return minutes === undefined ? undefined : minutes / 60;
}

/** A day at 4 %, a last batch of which 30 of 50 are bad, and silence: minutes until it is reported, and quality alerts meanwhile. */
export async function stoppedEvaluator(promtool: string, subject: Judged, seed: number) {
  const worked = 12 * 60;
  const until = worked + 12 * 60;
  const healthy = drawBatches([{ hours: 12, badRate: 0.04 }], seed).slice(0, -1);
  const batches = [...healthy, { minute: worked, items: itemsPerBatch, bad: 30 }];
  const [reported, quality, tooFew] = await replayed(promtool, subject, batches, [
    { minute: until, expr: firstFiring({ alertname: evaluationAlerts.stopped }, worked, until, 1) },
    { minute: until, expr: everFired({ alertname: subject.slo.alertName }, until) },
    { minute: until, expr: everFired({ alertname: evaluationAlerts.tooFewSamples }, until) },
  ]);
  return { reported, quality, tooFew };
}

/** Batches complete and every item in them ends in an error of the judge: hours until somebody hears of it. */
export async function judgeErrors(promtool: string, subject: Judged) {
  const until = 8 * 60;
  const batches = Array.from({ length: until / cadenceMinutes }, (_, index) => ({
    minute: (index + 1) * cadenceMinutes,
    items: 0,
    bad: 0,
  }));
  const [tooFew, quality, others] = await replayed(promtool, subject, batches, [
    { minute: until, expr: firstFiring({ alertname: evaluationAlerts.tooFewSamples }, 0, until, 1) },
    { minute: until, expr: everFired({ alertname: subject.slo.alertName }, until) },
    { minute: until, expr: everFired({ alertname: evaluationAlerts.stopped }, until) },
  ]);
  return { hours: tooFew === undefined ? undefined : tooFew / 60, quality, others };
}
