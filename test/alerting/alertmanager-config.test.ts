// The routing tree as an AlertmanagerConfig: read as the Prometheus Operator reads it, it is that of the configuration.
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import { resolveComponents } from "../../src/compile/components.ts";
import { alertmanagerConfigPath, alertNames } from "../../src/plan/conventions.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { AlertRule } from "../../src/plan/rules.ts";
import { gt, select } from "../../src/promql/build.ts";
import { compiledCases } from "../compile/compiled-cases.ts";
import { alertingFolders, type Config, installations, type Labels } from "../support/alertmanager.ts";
import { alertingPlan, newerPlan } from "./alerting-plan.ts";

type Fields = Readonly<Record<string, unknown>>;
interface Matcher {
  readonly name: string;
  readonly matchType: string;
  readonly value: string;
}
interface Route extends Fields {
  readonly matchers?: readonly Matcher[];
  readonly routes?: readonly Route[];
}
interface Spec {
  readonly route: Route;
  readonly inhibitRules: readonly {
    readonly sourceMatch: readonly Matcher[];
    readonly targetMatch: readonly Matcher[];
    readonly equal: readonly string[];
  }[];
  readonly receivers: readonly ({ readonly name: string } & Readonly<Record<string, readonly Fields[] | string>>)[];
  readonly muteTimeIntervals: readonly Fields[];
}

const components = resolveComponents({
  prometheus: { kind: "operator", url: "http://prometheus-operated.monitoring.svc:9090" },
  alertmanager: { kind: "operator", routes: "AlertmanagerConfig" },
});
const businessHours = { timeZone: "UTC", days: ["monday:friday"], from: "09:00", to: "17:30" };
const inResource = (plan: Plan): Plan => ({ ...plan, businessHours, stack: { ...plan.stack, components } });

const contentOf = (plan: Plan, path: string) =>
  alertmanagerFiles(plan).find((file) => file.path === path)?.content ?? "";
const plan = inResource(newerPlan);
const text = contentOf(plan, alertmanagerConfigPath);
const spec = parse(text) as Spec;
const config = parse(contentOf(plan, "alertmanager/alertmanager.yaml"));

const matcherOf = ({ name, matchType, value }: Matcher) => `${name}${matchType}${JSON.stringify(value)}`;
const snake = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function routeOf({ matchers, routes, ...rest }: Route): object {
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [snake(name), value])),
    ...(matchers ? { matchers: matchers.map(matcherOf) } : {}),
    ...(routes ? { routes: routes.map(routeOf) } : {}),
  };
}

/** The configuration of an Alertmanager that others use too, as the operator writes it where it adds no matchers. */
function shared({ receivers, muteTimeIntervals, route }: Spec) {
  return {
    route: { receiver: "somebody-else", routes: [{ ...routeOf(route), continue: true }] },
    receivers: [{ name: "somebody-else" }, ...receivers.map(({ name }) => ({ name }))],
    time_intervals: muteTimeIntervals.map(({ name }) => ({ name, time_intervals: [] })),
  };
}

describe("an AlertmanagerConfig", () => {
  it("is written where the operator's Alertmanager is to have one", async () => {
    expect(contentOf(newerPlan, alertmanagerConfigPath)).toBe("");
    await expect(text).toMatchFileSnapshot("../golden/alerting/alertmanager-config.yaml");
  });

  it("has the routes of the configuration, for alerts of ours alone", () => {
    const { matchers, ...route } = routeOf(spec.route) as { readonly matchers: readonly string[] };
    expect(route).toEqual(config.route);
    expect(matchers).toEqual(['alertname=~"Llm.+|Watchdog"']);
  });

  it("lets nobody else's Watchdog keep the heartbeat beating, where there is one of ours", () => {
    const watchdog: AlertRule = {
      kind: "alert",
      alert: "Watchdog",
      expr: gt(select("up"), 0),
      labels: { category: "platform", severity: "warning", team: "ml" },
      annotations: { summary: "", description: "", dashboard_url: "", runbook_url: "" },
    };
    const platform = { team: "ml", alerts: [], groups: [{ name: "watchdog", intervalSeconds: 60, rules: [watchdog] }] };
    const { route } = parse(contentOf({ ...plan, platform }, alertmanagerConfigPath)) as Spec;
    expect(route.matchers?.map(matcherOf)).toEqual(['alertname=~"Llm.+|Watchdog"', 'category!=""']);
  });

  it("has its inhibitions, between alerts of ours alone", () => {
    const ours = 'alertname=~"Llm.+"';
    const rules = spec.inhibitRules.map(({ sourceMatch, targetMatch, equal }) => ({
      source_matchers: sourceMatch.map(matcherOf),
      target_matchers: targetMatch.map(matcherOf),
      equal,
    }));
    const expected = (config.inhibit_rules as readonly Readonly<Record<string, readonly string[]>>[]).map((rule) => ({
      ...rule,
      source_matchers: [ours, ...(rule.source_matchers ?? [])],
      target_matchers: [ours, ...(rule.target_matchers ?? [])],
    }));
    expect(rules).toEqual(expected);
  });

  it("knows every alert by its name", () => {
    const names = new RegExp(`^(?:${alertNames})$`);
    for (const { alerts } of compiledCases) for (const { alert } of alerts) expect(alert).toMatch(names);
  });

  it("has its hours", () => {
    expect(spec.muteTimeIntervals).toEqual([
      {
        name: "business-hours",
        timeIntervals: [{ weekdays: ["monday:friday"], times: [{ startTime: "09:00", endTime: "17:30" }] }],
      },
    ]);
    const { businessHours: _, ...always } = plan;
    expect(parse(contentOf(always, alertmanagerConfigPath))).not.toHaveProperty("muteTimeIntervals");
  });

  it("reads from Secrets what the configuration reads from files, and knows the mail server", () => {
    const named = (name: string) => spec.receivers.find((receiver) => receiver.name === name);
    const key = (key: string) => ({ name: "alertmanager-receivers", key });
    expect(named("oncall")).toMatchObject({ pagerdutyConfigs: [{ routingKey: key("oncall-routing-key") }] });
    expect(named("ml-team")).toMatchObject({ slackConfigs: [{ apiURL: key("ml-team-url"), channel: "#llm-quality" }] });
    expect(named("finance")).toMatchObject({
      opsgenieConfigs: [{ apiKey: key("finance-api-key"), apiURL: "https://api.eu.opsgenie.com/" }],
    });
    expect(named("cards")).toMatchObject({ msteamsv2Configs: [{ webhookURL: key("cards-url") }] });
    expect(named("heartbeat")).toEqual({
      name: "heartbeat",
      webhookConfigs: [{ urlSecret: key("heartbeat-url"), sendResolved: false }],
    });
    expect(named("support-mail")).toMatchObject({
      emailConfigs: [
        {
          smarthost: "smtp.example.com:587",
          from: "slo@example.com",
          authUsername: "slo",
          authPassword: key("smtp-password"),
          html: "",
        },
      ],
    });
    expect(text).not.toContain("{{ template");
  });
});

const install = alertingFolders();

describe.each(installations)("amtool ($name)", (installation) => {
  beforeEach(({ skip }) => skip(installation.path === undefined, "no amtool"));

  it("takes every alert of ours to the receivers that its test names, and those of others to nobody of ours", async () => {
    const old = inResource(alertingPlan);
    const files = alertmanagerFiles(old);
    const own = parse(contentOf(old, alertmanagerConfigPath)) as Spec;
    const alerting = install(files, () => shared(own));
    expect(await alerting.run(installation, "check-config")).toContain("SUCCESS");
    const tests = parse(contentOf(old, "alertmanager/routes.test.yaml")) as readonly {
      readonly labels: Labels;
      readonly receivers: readonly string[];
    }[];
    // What comes after ours goes on to the others' root only where no route took it.
    for (const { labels, receivers } of tests)
      expect([labels, await alerting.receiversOf(installation, labels)]).toEqual([labels, receivers]);
    const others = { alertname: "KubePodCrashLooping", team: "ml", severity: "critical", category: "cost" };
    expect(await alerting.receiversOf(installation, others)).toEqual(["somebody-else"]);
  });

  it("fills its messages as those of the template file", async () => {
    const alerting = install(alertmanagerFiles(plan));
    const texts = (receivers: readonly Fields[]) =>
      receivers.map((receiver) => JSON.stringify(receiver).match(/"(?:[^"\\]|\\.)*\{\{(?:[^"\\]|\\.)*"/g) ?? []);
    const mark = "\n=====\n";
    const fill = async (found: readonly (readonly string[])[]) => {
      const all = found.flatMap((one) => one.map((quoted) => JSON.parse(quoted) as string)).join(mark);
      return (await alerting.render(installation, all, group)).split(mark);
    };
    const named = texts((config as Config).receivers as never);
    const inlined = texts(spec.receivers);
    expect(named.flat().length).toBeGreaterThan(20);
    expect(inlined.map((one) => one.length)).toEqual(named.map((one) => one.length));
    expect(await fill(inlined)).toEqual(await fill(named));
  });
});

const labels = { alertname: "LlmErrorBudgetBurn", service: "rag-pipeline", slo: "errors", severity: "critical" };
const annotations = {
  summary: "rag-pipeline: errors <b>",
  burn: "fast",
  dashboard_url: "https://g/d",
  runbook_url: "https://r",
};
const times = { startsAt: "2026-03-01T03:12:00Z", endsAt: "2026-03-01T04:02:30Z" };
const group = {
  status: "firing",
  alerts: ["firing", "resolved"].map((status) => ({ status, labels, annotations, ...times })),
  commonLabels: labels,
  commonAnnotations: {},
  externalURL: "https://alertmanager.example.com",
};
