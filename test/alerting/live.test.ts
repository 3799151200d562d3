// What amtool doesn't see, on a real Alertmanager: inhibition, hours, and the pulse of the heartbeat.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, type TestContext, vi } from "vitest";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import type { BusinessHours, Plan } from "../../src/plan/plan.ts";
import {
  Alerting,
  type Config,
  type Installation,
  installations,
  type Labels,
  type RunningAlertmanager,
  withoutIntegrations,
} from "../support/alertmanager.ts";
import { alertingPlan, newerPlan } from "./alerting-plan.ts";

/** Tests run side by side, since they mostly wait: each ends what it began. */
type Ending = Pick<TestContext, "onTestFinished">;

async function start(
  { onTestFinished }: Ending,
  installation: Installation,
  plan: Plan,
  edit: (config: Config) => object,
): Promise<RunningAlertmanager> {
  const alerting = new Alerting(alertmanagerFiles(plan), edit);
  onTestFinished(() => alerting.remove());
  const running = await alerting.start(installation);
  onTestFinished(running.stop);
  return running;
}

const burn = (service: string, slo: string, severity: string, category = "slo") => ({
  alertname: "LlmErrorBudgetBurn",
  ...{ service, slo, severity, category },
});
const noData = (alertname: string, severity: string, labels: Labels) => ({
  ...labels,
  alertname,
  severity,
  category: "no-data",
});
const stopped = (service: string, slo: string) => noData("LlmEvaluatorStopped", "warning", { service, slo });
const missing = (service: string, slo: string) => noData("LlmSliMissing", "warning", { service, slo });
const ceased = (service: string, slo: string) => noData("LlmTrafficCeased", "warning", { service, slo });
const tooFew = (service: string, slo: string) => noData("LlmEvaluationTooFewSamples", "warning", { service, slo });

const outage = (service: string, team: string) => ({
  ...{ alertname: "LlmProviderOutage", provider: "openai", service, team },
  ...{ severity: "critical", category: "slo" },
});

const guardrail = (service: string) => ({
  ...{ alertname: "LlmSpendAnomaly", service, guardrail: "spend" },
  ...{ severity: "warning", category: "cost" },
});

/** Each rule with what mutes, what it mutes, and who must go on being heard. */
const rules = [
  {
    name: "an outage of a provider, what its services' SLOs would say",
    source: outage("a", "ml"),
    muted: [burn("a", "errors", "critical"), burn("a", "latency", "critical"), burn("a", "first-token", "warning")],
    heard: [
      outage("b", "ml"),
      burn("c", "errors", "critical"),
      burn("a", "cost", "critical", "cost"),
      burn("a", "grounded", "critical", "quality"),
      noData("LlmRequestsStalled", "critical", { service: "a" }),
    ],
  },
  {
    name: "a page about an SLO, its warnings",
    source: burn("a", "errors", "critical"),
    muted: [burn("a", "errors", "warning"), burn("a", "errors", "warning", "cost")],
    heard: [burn("a", "latency", "warning"), burn("b", "errors", "warning"), ceased("a", "errors"), guardrail("a")],
  },
  {
    name: "targets that are down, the warnings of their service",
    source: noData("LlmTargetsDown", "critical", { service: "a" }),
    muted: [burn("a", "errors", "warning"), missing("a", "latency"), stopped("a", "grounded")],
    heard: [burn("a", "first-token", "critical"), burn("b", "errors", "warning")],
  },
  {
    name: "stalled requests, traffic that ceased",
    source: noData("LlmRequestsStalled", "critical", { service: "a", feature: "chat" }),
    muted: [ceased("a", "errors"), ceased("a", "latency")],
    heard: [ceased("b", "errors"), burn("a", "errors", "warning")],
  },
  {
    name: "an evaluator that stopped, warnings about what it judged",
    source: stopped("a", "grounded"),
    muted: [burn("a", "grounded", "warning", "quality"), tooFew("a", "grounded"), missing("a", "grounded")],
    heard: [
      burn("a", "grounded", "critical", "no-data"),
      burn("a", "errors", "warning"),
      burn("b", "grounded", "warning", "quality"),
      stopped("c", "grounded"),
    ],
  },
  {
    name: "an SLO that measures nothing, its warnings",
    source: missing("a", "errors"),
    muted: [burn("a", "errors", "warning"), ceased("a", "errors")],
    heard: [burn("a", "errors", "critical", "no-data"), burn("a", "latency", "warning"), missing("a", "first-token")],
  },
] as const;

/** Alerts that lack what the rules compare: Alertmanager takes labels absent on both sides as equal. */
const strangers: readonly Labels[] = [
  { alertname: "GpuXid", severity: "warning" },
  { alertname: "LlmCollectorLosesData", severity: "warning", category: "platform", team: "ml" },
  { alertname: "CostOfNobody", severity: "warning", category: "cost" },
  { alertname: "LlmTrafficCeased", severity: "warning" },
  { alertname: "BurnOfNobody", severity: "critical", category: "slo" },
];
const namelessSources: readonly Labels[] = [
  { alertname: "LlmProviderOutage", severity: "critical", category: "slo", provider: "openai" },
  { alertname: "LlmTargetsDown", severity: "critical" },
  { alertname: "LlmSliMissing", severity: "warning" },
  { alertname: "LlmEvaluatorStopped", severity: "warning" },
  { alertname: "LlmRequestsStalled", severity: "critical" },
  { alertname: "CostOfNobody", severity: "critical", category: "cost" },
];

/** Which of the alerts are muted, once Alertmanager has all of them and mutes as many as it should, or has had the time to mute more. */
async function mutedOf(running: RunningAlertmanager, labels: readonly Labels[], atLeast = 0) {
  await running.post(labels.map((of) => ({ labels: of })));
  const muted = async () => {
    const alerts = await running.alerts();
    expect(alerts).toHaveLength(labels.length);
    expect(alerts.filter(({ status }) => status.state === "unprocessed")).toEqual([]);
    const inhibited = alerts.filter(({ status }) => status.inhibitedBy.length > 0);
    expect(inhibited.length).toBeGreaterThanOrEqual(atLeast);
    return inhibited;
  };
  await vi.waitFor(muted, 5_000);
  await sleep(300);
  return muted();
}
const sorted = (labels: readonly Labels[]) => labels.map((of) => JSON.stringify(Object.entries(of).sort())).sort();

/** Receives what is sent to webhooks. */
async function mailbox({ onTestFinished }: Ending) {
  const got: { readonly receiver: string; readonly status: string; readonly alerts: readonly { labels: Labels }[] }[] =
    [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const edit = (config: Config) => {
    const hurried = JSON.stringify(config)
      .replaceAll(/"group_wait":"\w+"/g, '"group_wait":"100ms"')
      .replaceAll(/"group_interval":"\w+"/g, '"group_interval":"300ms"')
      .replaceAll('"repeat_interval":"1m"', '"repeat_interval":"600ms"');
    const receivers = config.receivers.map((receiver) => ({
      name: receiver.name,
      webhook_configs: [{ url: `http://127.0.0.1:${port}/`, send_resolved: receiver.name !== "heartbeat" }],
    }));
    return { ...(JSON.parse(hurried) as Config), receivers };
  };
  return { got, edit };
}

const everyDay = ["monday:friday", "saturday", "sunday"];
const timeZone = "Pacific/Auckland";

/** Hours of an afternoon or a morning there: the half of the day that it isn't now. Here it mostly is. */
function closedHours(): BusinessHours {
  const hour = Number(new Intl.DateTimeFormat("en", { timeZone, hour: "2-digit", hourCycle: "h23" }).format());
  return hour < 12
    ? { timeZone, days: everyDay, from: "13:00", to: "24:00" }
    : { timeZone, days: everyDay, from: "00:00", to: "11:00" };
}
const openHours: BusinessHours = { timeZone, days: everyDay, from: "00:00", to: "24:00" };

describe.concurrent.each(installations)("alertmanager ($name)", (installation) => {
  const sentence = it.skipIf(installation.path === undefined);

  sentence.for(rules)("mutes by $name, and nobody else", async ({ source, muted, heard }, test) => {
    const running = await start(test, installation, alertingPlan, withoutIntegrations);
    const found = await mutedOf(running, [source, ...muted, ...heard, ...strangers], muted.length);
    const sourceOf = (await running.alerts()).find(({ labels }) => sorted([labels])[0] === sorted([source])[0]);
    expect(sorted(found.map(({ labels }) => labels))).toEqual(sorted(muted));
    for (const { status } of found) expect(status.inhibitedBy).toContain(sourceOf?.fingerprint);
  });

  sentence("mutes nobody by an alert without service or SLO, though strangers lack the same labels", async (test) => {
    const running = await start(test, installation, alertingPlan, withoutIntegrations);
    expect(await mutedOf(running, [...namelessSources, ...strangers])).toEqual([]);
  });

  sentence("mutes nothing without something that is heard, whatever fires together", async (test) => {
    const running = await start(test, installation, alertingPlan, withoutIntegrations);
    const all = rules.flatMap(({ source, muted, heard }) => [source, ...muted, ...heard]);
    const unique = [...new Map(all.map((labels) => [sorted([labels])[0], labels])).values()];
    const found = await mutedOf(running, unique, 1);
    const mutedBy = new Map(found.map(({ fingerprint, status }) => [fingerprint, status.inhibitedBy[0]]));
    for (const { labels, fingerprint } of found) {
      let by: string | undefined = fingerprint;
      for (let steps = 0; by !== undefined && mutedBy.has(by) && steps < unique.length; steps++) by = mutedBy.get(by);
      expect([labels, by !== undefined && !mutedBy.has(by)]).toEqual([labels, true]);
    }
  });

  const team = { team: "ml" };
  const atNight: readonly Labels[] = [
    { ...burn("a", "errors", "critical"), ...team },
    { ...burn("b", "cost", "warning", "cost"), ...team },
  ];
  const byDay: readonly Labels[] = [
    { ...burn("c", "errors", "warning"), ...team },
    { ...burn("d", "grounded", "warning", "quality"), ...team },
  ];

  sentence("holds tickets outside of business hours there, and sends pages and money", async (test) => {
    const { got, edit } = await mailbox(test);
    const running = await start(test, installation, { ...alertingPlan, businessHours: closedHours() }, edit);
    await running.post([...atNight, ...byDay].map((labels) => ({ labels })));
    await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(2), 10_000);
    await sleep(1_000);
    const services = got.flatMap(({ alerts }) => alerts.map(({ labels }) => labels.service));
    expect([...new Set(services)].sort()).toEqual(["a", "b"]);
    expect([...new Set(got.map(({ receiver }) => receiver))].sort()).toEqual(["finance", "oncall"]);
  });

  sentence("sends everything within business hours", async (test) => {
    const { got, edit } = await mailbox(test);
    const running = await start(test, installation, { ...alertingPlan, businessHours: openHours }, edit);
    await running.post([...atNight, ...byDay].map((labels) => ({ labels })));
    await vi.waitFor(() => {
      const receivers = [...new Set(got.map(({ receiver }) => receiver))].sort();
      expect(receivers).toEqual(["finance", "judges", "ml-team", "oncall"]);
    }, 10_000);
  });

  sentence("tells a pager once of a provider's outage, whatever it makes fail", async (test) => {
    const { got, edit } = await mailbox(test);
    const running = await start(test, installation, alertingPlan, edit);
    const outages = [outage("a", "ml"), outage("b", "support-tools")];
    const pages = [burn("a", "errors", "critical"), burn("a", "latency", "critical"), burn("b", "errors", "critical")];
    await running.post([...outages, ...pages.map((labels) => ({ ...labels, ...team }))].map((labels) => ({ labels })));
    await vi.waitFor(() => expect(got.length).toBeGreaterThan(0), 10_000);
    await sleep(1_000);
    const messages = got.map(({ receiver, alerts }) => [receiver, sorted(alerts.map(({ labels }) => labels))]);
    expect(messages).toEqual([["oncall", sorted(outages)]]);
  });

  sentence("reports a page as resolved that was sent before an outage muted it", async (test) => {
    const { got, edit } = await mailbox(test);
    const running = await start(test, installation, alertingPlan, edit);
    const page = { ...burn("a", "errors", "critical"), ...team };
    const heard = () => got.map(({ status, alerts }) => `${alerts[0]?.labels.alertname} ${status}`);
    await running.post([{ labels: page }]);
    await vi.waitFor(() => expect(heard()).toEqual(["LlmErrorBudgetBurn firing"]), 10_000);
    await running.post([{ labels: outage("a", "ml") }]);
    await vi.waitFor(() => expect(heard()).toContain("LlmProviderOutage firing"), 10_000);
    const over = () => ({ endsAt: new Date(Date.now() - 1).toISOString() });
    await running.post([{ labels: page, ...over() }]);
    await sleep(1_000);
    expect(heard()).not.toContain("LlmErrorBudgetBurn resolved");
    // Prometheus goes on telling for a quarter of an hour that an alert is over, every minute.
    await running.post([
      { labels: page, ...over() },
      { labels: outage("a", "ml"), ...over() },
    ]);
    await vi.waitFor(() => {
      expect(heard()).toEqual(expect.arrayContaining(["LlmProviderOutage resolved", "LlmErrorBudgetBurn resolved"]));
    }, 10_000);
  });

  sentence("sends the Watchdog to the heartbeat again and again, and nothing when it ends", async (test) => {
    const { got, edit } = await mailbox(test);
    const running = await start(test, installation, newerPlan, edit);
    const labels = { alertname: "Watchdog", severity: "warning", ...team };
    await running.post([{ labels }]);
    await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(3), 10_000);
    await running.post([{ labels, endsAt: new Date(Date.now() - 1).toISOString() }]);
    await sleep(1_000);
    const until = got.length;
    await sleep(1_500);
    expect(got).toHaveLength(until);
    expect(new Set(got.map(({ receiver, status }) => `${receiver} ${status}`))).toEqual(new Set(["heartbeat firing"]));
  });
});
