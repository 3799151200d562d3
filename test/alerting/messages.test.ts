import { resolve } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import { readPlans } from "../../src/cli/plans.ts";
import { outageAlert } from "../../src/plan/conventions.ts";
import { alertsOf } from "../../src/plan/receivers.ts";
import type { AlertRule } from "../../src/plan/rules.ts";
import { Alerting, type Installation, installations } from "../support/alertmanager.ts";
import { newerPlan } from "./alerting-plan.ts";

const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));
const alerts = plans.flatMap(alertsOf);
const alerting = new Alerting(alertmanagerFiles(newerPlan));
afterAll(() => alerting.remove());

type Fields = Readonly<Record<string, unknown>>;
const [configFile] = alertmanagerFiles(newerPlan);
const { receivers } = parse(configFile?.content ?? "") as { readonly receivers: readonly Fields[] };

/** The templates of a receiver's fields, by field. */
function templatesOf(name: string): Readonly<Record<string, string>> {
  const { name: _, ...kinds } = receivers.find((receiver) => receiver.name === name) ?? {};
  const [{ headers = {}, details = {}, ...fields }] = (Object.values(kinds)[0] ?? [{}]) as readonly [Fields];
  const texts = Object.entries({ ...fields, ...(headers as Fields), ...(details as Fields) });
  return Object.fromEntries(
    texts.flatMap(([field, text]) => (String(text).includes("{{") ? [[field, String(text)]] : [])),
  );
}

/** An alert as Prometheus sends it. */
function sent({ alert, labels, annotations }: AlertRule, status: "firing" | "resolved", value = "36%") {
  const all = { service: "rag-pipeline", slo: "errors", ...labels, alertname: alert };
  const fill = (text: string) =>
    text
      .replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: keyof typeof all) => all[label] ?? "some")
      .replaceAll(/\{\{ \$value[^}]*\}\}/g, value);
  const texts = Object.entries(annotations).map(([name, text]) => [name, fill(text)]);
  const times = { startsAt: "2026-03-01T03:12:00Z", endsAt: "2026-03-01T04:02:30Z" };
  return { status, labels: all, annotations: Object.fromEntries(texts) as Record<string, string>, ...times };
}

type Sent = ReturnType<typeof sent>;
const bare = { status: "firing", labels: { alertname: "GpuXid" }, annotations: {}, startsAt: "2026-03-01T03:12:00Z" };

/** The labels that all of them have, as Alertmanager tells. */
function commonLabels([first, ...others]: readonly { readonly labels: Readonly<Record<string, string>> }[]) {
  const shared = ([name, value]: readonly [string, string]) => others.every(({ labels }) => labels[name] === value);
  return Object.fromEntries(Object.entries(first?.labels ?? {}).filter(shared));
}

function groupOf(group: readonly (Sent | typeof bare)[]) {
  const status = group.some((alert) => alert.status === "firing") ? "firing" : "resolved";
  return {
    status,
    alerts: group,
    commonLabels: commonLabels(group),
    commonAnnotations: {},
    externalURL: "https://alertmanager.example.com",
  };
}

const mark = "\n=====\n";
/** Every field of every receiver in one go: amtool takes longer to start than to fill them. */
const everything = receivers.flatMap(({ name }) => Object.values(templatesOf(String(name)))).join(mark);

describe.each(installations)("messages (amtool $name)", (installation: Installation) => {
  beforeEach(({ skip }) => skip(installation.path === undefined, "no amtool"));

  const render = async (name: string, group: readonly (Sent | typeof bare)[]) => {
    const templates = templatesOf(name);
    const text = await alerting.render(installation, Object.values(templates).join(mark), groupOf(group));
    const parts = text.split(mark);
    return Object.fromEntries(Object.keys(templates).map((field, index) => [field, parts[index]?.trimEnd()]));
  };
  const [errors] = alerts.filter(
    ({ alert, labels }) => alert === "LlmErrorBudgetBurn" && labels.service === "rag-pipeline",
  );
  if (!errors) throw new Error("slos/ has no error budget");
  const odd = { ...errors, annotations: { ...errors.annotations, description: "Requests <2s & cheap: 12%." } };

  it.each(["oncall", "ml-team", "support-mail", "finance", "cards"])(
    "say to %s what a person needs at night",
    async (name) => {
      const text = await render(name, [sent(odd, "firing"), sent(errors, "resolved")]);
      await expect(
        Object.entries(text)
          .map(([field, value]) => `${field}:\n${value}\n`)
          .join("\n"),
      ).toMatchFileSnapshot(`../golden/alerting/message.${name}.txt`);
    },
  );

  it("tell of a provider's outage in one message, whichever services it is about", async () => {
    const outages = alerts.filter(({ alert }) => alert === outageAlert);
    const atOpenAi = outages.map((rule) => ({ ...rule, labels: { ...rule.labels, slo: "", provider: "openai" } }));
    const text = await render(
      "oncall",
      atOpenAi.map((rule) => sent(rule, "firing", "3")),
    );
    const fields = Object.entries(text).map(([field, value]) => `${field}:\n${value}\n`);
    await expect(fields.join("\n")).toMatchFileSnapshot("../golden/alerting/message.provider-outage.txt");
  });

  it("of all alerts, firing and resolved, are complete", async () => {
    const seen = new Set<string>();
    for (const rule of alerts) {
      const alert = sent(rule, "firing");
      const firing = await alerting.render(installation, everything, groupOf([alert]));
      const resolved = await alerting.render(installation, everything, groupOf([sent(rule, "resolved")]));
      const { summary = "", burn = "", dashboard_url = "", runbook_url = "" } = alert.annotations;
      for (const part of [summary, burn, dashboard_url, runbook_url, "2026-03-01 03:12 UTC", "/#/silences/new?filter="])
        expect(firing).toContain(part);
      for (const part of [`Resolved: ${summary}`, "from 2026-03-01 03:12 to 2026-03-01 04:02 UTC", "[RESOLVED]"])
        expect(resolved).toContain(part);
      for (const text of [firing, resolved]) expect(text).not.toMatch(/<no value>|\{\{|\$labels|\$value|: \n\n\n/);
      seen.add(rule.alert);
    }
    expect(seen).toEqual(new Set(alerts.map(({ alert }) => alert)));
  });

  it("of other rules, which lack labels and annotations, still say what fires", async () => {
    const text = await alerting.render(installation, everything, groupOf([bare]));
    expect(text).not.toMatch(/<no value>|\{\{/);
    expect(text).toContain("[ALERT] GpuXid");
  });

  it("aren't taken for YAML by PagerDuty's integration", async () => {
    const { firing = "", resolved = "" } = await render("oncall", [sent(errors, "firing"), sent(errors, "resolved")]);
    for (const text of [firing, resolved]) expect(() => parse(text)).toThrow();
  });
});
