// Scaled time must change when things happen, and nothing else.
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { alertmanagerConfig } from "../../drill/alertmanager-config.ts";
import { clockAt, lifeAt, scaleExpr, scalePlan } from "../../drill/scale-plan.ts";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import { readPlans } from "../../src/cli/plans.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Expr } from "../../src/promql/ast.ts";
import {
  call,
  gt,
  mul,
  num,
  offset,
  range,
  rate,
  seconds,
  select,
  subquery,
  sum,
  walk,
} from "../../src/promql/build.ts";
import { print } from "../../src/promql/print.ts";

const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));
const [plan] = plans as readonly [Plan];
const clock = { factor: 60, originSeconds: 1_000_000 };
const scaled = (expr: Expr) => print(scaleExpr(expr, clock));
const rulesOf = ({ services, platform }: Plan): readonly Rule[] =>
  [...services, ...(platform ? [platform] : [])].flatMap(({ groups }) => groups.flatMap((group) => group.rules));

describe("an expression in scaled time", () => {
  it("has shorter ranges, offsets, steps and amounts of time, and the same other numbers", () => {
    const count = mul(sum(rate(select("requests"), 300)), seconds(3_600));
    expect(scaled(gt(count, num(3_600)))).toBe("sum(rate(requests[5s])) * 60 > 3600");
    expect(scaled(call("sum_over_time", range(select("rate"), 299)))).toBe("sum_over_time(rate[4s983ms])");
    expect(scaled(offset(subquery(select("rate"), 86_400, 3_600), 604_800))).toBe("rate[24m:1m] offset 2h48m");
  });

  it("reads life's clock, in seconds that are as long as a minute of life", () => {
    expect(scaled(call("time"))).toBe("time() - 1000000");
    expect(scaled(call("day_of_week", call("vector", call("time"))))).toBe(
      "day_of_week(vector(time() - 1000000) * 60)",
    );
  });

  it("is refused where somebody wrote it by hand", () => {
    expect(() => scaled({ kind: "verbatim", text: "sum(rate(jobs_total[5m]))" })).toThrow("sum(rate(jobs_total[5m]))");
  });

  it("leaves no number behind that looks like a length of time", () => {
    const numbers = rulesOf(plan).flatMap(({ expr }) =>
      [...walk(expr)].flatMap((node) => (node.kind === "number" && node.unit === undefined ? [node.value] : [])),
    );
    expect(numbers.length).toBeGreaterThan(100);
    expect(numbers.filter((value) => value !== 0 && value % 60 === 0)).toEqual([]);
  });
});

describe("a clock", () => {
  it("shows the time of life that it was set to, and runs faster", () => {
    const evening = Date.UTC(2026, 10, 27, 20, 45) / 1_000;
    const set = clockAt(evening, 60, 1_800_000_000);
    expect(Math.abs(lifeAt(set, 1_800_000_000) - evening)).toBeLessThan(60);
    expect(lifeAt(set, 1_800_000_010) - lifeAt(set, 1_800_000_000)).toBe(600);
  });
});

describe("a plan in scaled time", () => {
  it("has the same rules, each sixty times as often and as soon", () => {
    const rules = rulesOf(scalePlan(plan, clock));
    expect(rules.map((rule) => rule.labels)).toEqual(rulesOf(plan).map((rule) => rule.labels));
    const lengths = (of: readonly Rule[]) =>
      of.flatMap((rule) => (rule.kind === "alert" ? [rule.forSeconds ?? 0, rule.keepFiringForSeconds ?? 0] : []));
    expect(lengths(rules)).toEqual(lengths(rulesOf(plan)).map((length) => length / 60));
    const intervals = (of: Plan) => of.services.flatMap(({ groups }) => groups.map((group) => group.intervalSeconds));
    expect(intervals(scalePlan(plan, clock))).toEqual(intervals(plan).map((interval) => interval / 60));
  });
});

interface Config {
  readonly route: object;
  readonly inhibit_rules: object;
  readonly receivers: readonly { readonly name: string; readonly webhook_configs?: readonly object[] }[];
}

describe("the Alertmanager configuration of a drill", () => {
  const files = alertmanagerFiles(plan);
  const generated = parse(files.find(({ path }) => path.endsWith("alertmanager.yaml"))?.content ?? "") as Config;
  const url = "http://127.0.0.1:9999";
  const drilled = parse(alertmanagerConfig(plan, { factor: 60, url, templates: "/tmp/*.tmpl" })) as Config;

  it("has the same routes, with shorter waits", () => {
    const withoutTimes = (config: Config) =>
      JSON.stringify(config.route).replaceAll(/"(group_wait|group_interval|repeat_interval)":"\w+"/g, '"$1":""');
    expect(withoutTimes(drilled)).toBe(withoutTimes(generated));
    expect(JSON.stringify(generated.route)).toContain(
      '"group_wait":"10s","group_interval":"1m","repeat_interval":"1h"',
    );
    expect(JSON.stringify(drilled.route)).toContain(
      '"group_wait":"167ms","group_interval":"1s","repeat_interval":"1m"',
    );
  });

  it("has the same inhibitions", () => {
    expect(drilled.inhibit_rules).toEqual(generated.inhibit_rules);
  });

  it("calls a webhook of its own for each receiver, and tells it of what is over where the receiver would be told", () => {
    expect(drilled.receivers.map(({ name }) => name)).toEqual(generated.receivers.map(({ name }) => name));
    for (const { name, webhook_configs } of drilled.receivers) {
      expect(webhook_configs).toEqual([{ url: `${url}/${name}`, send_resolved: name !== "heartbeat" }]);
    }
  });
});
