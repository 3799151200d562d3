// What every set of arms promises, measured on promtool for one objective and period.
import { appSource, declareMetrics, organisation } from "llm-slo";
import { appSeries, baseSeries } from "../../src/backends/proofs/inputs.ts";
import { armRules, baseRecords, named, rulesOf } from "../../src/backends/proofs/slice.ts";
import { incrementsOf, type Stretch } from "../../src/backends/proofs/traffic.ts";
import { compile } from "../../src/compile/compile.ts";
import { ofSlo, records } from "../../src/plan/conventions.ts";
import type { Arm, ServicePlan, SloPlan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Expr } from "../../src/promql/ast.ts";
import { call, count, max, mul, offset, range, select, sub, subquery, sum, unless } from "../../src/promql/build.ts";
import { print, printNumber } from "../../src/promql/print.ts";
import { measure } from "./measure.ts";

export interface Subject {
  readonly service: ServicePlan;
  readonly slo: SloPlan;
  /** Base rules, the second stage and what the arms need. */
  readonly rules: readonly Rule[];
}

/** An error-rate SLO with this objective and period. `failing` is its share of allowed failures, as a percentage. */
export function subjectOf(failing: `${number}%`, period: `${number}d`): Subject {
  const language = organisation({
    source: appSource(declareMetrics({ features: ["chat"], models: { "model-a": "openai" } })),
    receivers: ["pager"],
    teams: { chat: { critical: "pager", warning: "pager" } },
    defaultReceiver: "pager",
    period,
  });
  const links = {
    grafanaUrl: "https://grafana.example.com",
    runbooksUrl: "https://runbooks.example.com",
    heartbeat: "none: nobody listens to an example",
  } as const;
  const stack = language.stack({ ...links, receivers: { pager: { kind: "pagerduty" } } });
  const services = [
    language.service("chat", {
      team: "chat",
      features: ["chat"],
      slos: { errors: language.errorRate({ below: failing }) },
    }),
  ];
  const [service] = compile({ environment: "", organisation: language, stack, services }).services;
  const [slo] = service?.slos ?? [];
  if (!service || !slo) throw new Error("no SLO was compiled");
  const all = rulesOf(service, slo);
  const staged = named(all, [...baseRecords, records.totalHourly, records.badHourly]);
  const wanted = new Set([...staged, ...slo.arms.flatMap((arm) => armRules(all, slo, arm))]);
  return { service, slo, rules: all.filter((rule) => wanted.has(rule)) };
}

const firing = (labels: Readonly<Record<string, string>>) => select("ALERTS", { alertstate: "firing", ...labels });

/** Minutes from `from` until an alert with these labels began to fire, if it went on firing until `until`. */
function firstFiring(labels: Readonly<Record<string, string>>, from: number, until: number, stepMinutes = 1): Expr {
  return sub(until - from, mul(max(call("count_over_time", range(firing(labels), (until - from) * 60))), stepMinutes));
}

const replay = ({ slo }: Subject, stretches: readonly Stretch[]) => appSeries(slo, stretches, 60);

/** Minutes of a total outage until the first page, on six hours of good traffic. */
export async function pageMinutes(promtool: string, subject: Subject, perMinute: number): Promise<number | undefined> {
  const [good, bad] = [360, 90];
  const inputs = replay(subject, [
    { minutes: good, perMinute },
    { minutes: bad, perMinute, badShare: 1 },
  ]);
  const question = { minute: good + bad, expr: firstFiring({ severity: "critical" }, good, good + bad) };
  const [minutes] = await measure(promtool, { rules: subject.rules, stepSeconds: 60, inputs, questions: [question] });
  return minutes;
}

/** Base rates as whole events leave them: each event is seen for five minutes. */
function lumpySeries(subject: Subject, stretches: readonly Stretch[]) {
  const { good, bad } = incrementsOf(stretches, 60);
  const smear = (events: readonly number[]) => {
    let inWindow = 0;
    return events.map((count, minute) => {
      inWindow += count - (minute >= 5 ? (events[minute - 5] ?? 0) : 0);
      return inWindow / 300;
    });
  };
  const runs = (values: readonly number[]) => {
    const parts: { value: number; count: number }[] = [];
    for (const value of values) {
      const last = parts.at(-1);
      if (last?.value === value) last.count++;
      else parts.push({ value, count: 1 });
    }
    return parts.map(({ value, count }) => `${printNumber(value)}+0x${count - 1}`).join(" ");
  };
  return [
    {
      series: print(ofSlo(records.total, subject.slo)),
      values: runs(smear(good.map((count, index) => count + (bad[index] ?? 0)))),
    },
    { series: print(ofSlo(records.bad, subject.slo)), values: runs(smear(bad)) },
  ];
}

const base = new Set<string>([records.total, records.bad]);
const beyondBase = ({ rules }: Subject) => rules.filter((rule) => rule.kind === "alert" || !base.has(rule.record));

/** Hours of a burn of 3 until any alert, where 12 hours hold 10 bad events at the budget's own pace. */
export async function warnHours(promtool: string, subject: Subject): Promise<number | undefined> {
  const perMinute = 10 / subject.slo.budget / 720;
  const good = 24 * 60;
  const inputs = lumpySeries(subject, [
    { minutes: good, perMinute },
    { minutes: 840, perMinute, badShare: 3 * subject.slo.budget },
  ]);
  const questions = [{ minute: good + 840, expr: firstFiring({}, good, good + 840, 5) }];
  const [minutes] = await measure(promtool, { rules: beyondBase(subject), stepSeconds: 300, inputs, questions });
  return minutes === undefined ? undefined : minutes / 60;
}

/** Pages of five bad minutes in which clients retry threefold; undefined means none. */
export async function pagesOfFiveBadMinutes(
  promtool: string,
  subject: Subject,
  perMinute: number,
): Promise<number | undefined> {
  const inputs = replay(subject, [
    { minutes: 360, perMinute },
    { minutes: 5, perMinute: 3 * perMinute, badShare: 1 },
    { minutes: 40, perMinute },
  ]);
  const question = {
    minute: 405,
    expr: count(call("count_over_time", range(firing({ severity: "critical" }), 405 * 60))),
  };
  return (await measure(promtool, { rules: subject.rules, stepSeconds: 60, inputs, questions: [question] }))[0];
}

/** Alerts in 30 days of a steady burn of 0.8, with 10 bad events expected in the longest window; undefined means none. */
export async function alertsOfSteadyBurn(promtool: string, subject: Subject): Promise<number | undefined> {
  const longest = Math.max(...subject.slo.arms.map(({ longSeconds }) => longSeconds)) / 60;
  const perMinute = 10 / subject.slo.budget / longest;
  const days = 30;
  const inputs = lumpySeries(subject, [{ minutes: days * 1_440, perMinute, badShare: 0.8 * subject.slo.budget }]);
  const alerts = count(call("count_over_time", subquery(count(firing({}), ["arm"]), days * 86_400, 3_600)));
  const questions = [{ minute: days * 1_440 - 30, expr: alerts }];
  return (await measure(promtool, { rules: beyondBase(subject), stepSeconds: 1_800, inputs, questions }))[0];
}

/** How often an arm began to fire in four hours at 30 requests an hour of which a share fails. */
export async function startsOfPartialFailure(promtool: string, subject: Subject, badShare: number): Promise<number> {
  const inputs = replay(subject, [
    { minutes: 360, perMinute: 0.5 },
    { minutes: 240, perMinute: 0.5, badShare },
  ]);
  const arms = (selector: ReturnType<typeof firing>) => count(selector, ["arm"]);
  const begun = unless(arms(firing({})), arms(offset(firing({}), 60)));
  const expr = max(call("sum_over_time", subquery(begun, 240 * 60, 60)));
  const [starts] = await measure(promtool, {
    rules: subject.rules,
    stepSeconds: 60,
    inputs,
    questions: [{ minute: 600, expr }],
  });
  return starts ?? 0;
}

/** Minutes from recovery until each critical arm has ended, after half an hour of total outage at 5 requests a minute. */
export async function resetMinutes(
  promtool: string,
  subject: Subject,
): Promise<readonly { readonly arm: Arm; readonly minutes: number | undefined }[]> {
  const [good, bad, after] = [360, 30, 60];
  const inputs = replay(subject, [
    { minutes: good, perMinute: 5 },
    { minutes: bad, perMinute: 5, badShare: 1 },
    { minutes: after, perMinute: 5 },
  ]);
  const arms = subject.slo.arms.filter(({ severity }) => severity === "critical");
  const questions = arms.map(({ name }) => ({
    minute: good + bad + after,
    expr: sum(call("count_over_time", range(firing({ arm: name }), after * 60))),
  }));
  const minutes = await measure(promtool, { rules: subject.rules, stepSeconds: 60, inputs, questions });
  return arms.map((arm, index) => ({ arm, minutes: minutes[index] }));
}

/** Minutes of a total outage on busy traffic until an arm fires, on a full long window of good traffic. */
export async function armMinutes(promtool: string, subject: Subject, arm: Arm): Promise<number | undefined> {
  const good = arm.longSeconds / 60 + 5;
  const bad = Math.ceil((arm.threshold * arm.longSeconds) / 60) + 10;
  const inputs = replay(subject, [
    { minutes: good, perMinute: 60_000 },
    { minutes: bad, perMinute: 60_000, badShare: 1 },
  ]);
  const questions = [{ minute: good + bad, expr: firstFiring({ arm: arm.name }, good, good + bad) }];
  return (await measure(promtool, { rules: subject.rules, stepSeconds: 60, inputs, questions }))[0];
}

/** Arms that fire when everything fails, after two hours. */
export async function armsThatFire(promtool: string, subject: Subject): Promise<number | undefined> {
  const inputs = baseSeries(subject.slo, [{ minutes: 130, perMinute: 6_000, badShare: 1 }], 60);
  return (
    await measure(promtool, {
      rules: beyondBase(subject),
      stepSeconds: 300,
      inputs,
      questions: [{ minute: 120, expr: count(firing({})) }],
    })
  )[0];
}
