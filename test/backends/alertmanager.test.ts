import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeEach, describe, expect, it, vi } from "vitest";
import { parse } from "yaml";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import { findTools } from "../../src/cli/tools.ts";
import type { AlertRule, Plan } from "../../src/plan/plan.ts";
import { alertingPlan, webhookPlan } from "./alerting-plan.ts";

interface Route {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly routes?: readonly Route[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly repeat_interval?: string;
}
interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}
type Texts = Readonly<Record<string, string>>;
interface Integration {
  readonly send_resolved: boolean;
  readonly headers?: Texts;
  readonly details?: Texts;
}
interface Config {
  readonly global?: Texts;
  readonly route: Route;
  readonly inhibit_rules: readonly Inhibition[];
  readonly receivers: readonly ({ readonly name: string } & Readonly<
    Record<string, readonly Integration[] | string>
  >)[];
}

function contentOf(plan: Plan): string {
  const [file] = alertmanagerFiles(plan);
  return file?.content ?? "";
}
const configOf = (plan: Plan) => parse(contentOf(plan)) as Config;
const config = configOf(alertingPlan);

function integration(of: Config, name: string): Integration {
  const { name: _, ...kinds } = of.receivers.find((receiver) => receiver.name === name) ?? { name };
  return (Object.values(kinds)[0] as readonly [Integration])[0];
}

const alerts = alertingPlan.services
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
  .filter((rule): rule is AlertRule => rule.kind === "alert");

describe("the Alertmanager configuration", () => {
  it("is one file", async () => {
    expect(alertmanagerFiles(webhookPlan).map(({ path }) => path)).toEqual(["alertmanager/alertmanager.yaml"]);
    await expect(contentOf(webhookPlan)).toMatchFileSnapshot("../golden/alertmanager/alertmanager.yaml");
  });

  it("has no anchors and the same bytes twice", () => {
    expect(contentOf(alertingPlan)).toBe(contentOf(structuredClone(alertingPlan)));
    expect(contentOf(alertingPlan)).not.toMatch(/^\s*(- )?(\w+: )?[&*]\w+/m);
  });

  it("has a route per team and a child per severity, below the default receiver", () => {
    expect(config.route).toMatchObject({ receiver: "default", group_by: ["service", "slo"] });
    expect(config.route.routes).toMatchObject([
      {
        matchers: ['team="ml"'],
        routes: [
          { matchers: ['severity="critical"'], receiver: "oncall" },
          { matchers: ['severity="warning"'], receiver: "ml-team" },
        ],
      },
      {
        matchers: ['team="support-tools"'],
        routes: [
          { matchers: ['severity="critical"'], receiver: "oncall" },
          { matchers: ['severity="warning"'], receiver: "support-mail" },
        ],
      },
    ]);
  });

  it("sends pages sooner and repeats them more often", () => {
    const [critical] = config.route.routes?.[0]?.routes ?? [];
    expect([critical?.group_wait, critical?.repeat_interval]).toEqual(["10s", "1h"]);
    expect([config.route.group_wait, config.route.repeat_interval]).toEqual(["1m", "12h"]);
  });

  it("quotes a team whose name would break a matcher", () => {
    const odd = {
      ...alertingPlan,
      teams: [{ team: 'a "b" \\ c', receivers: { critical: "oncall", warning: "default" } }],
    };
    expect(configOf(odd).route.routes?.[0]?.matchers).toEqual(['team="a \\"b\\" \\\\ c"']);
  });

  it("says nothing of mail servers where the stack has none", () => {
    const { smtp: _, ...stack } = alertingPlan.stack;
    expect(configOf({ ...alertingPlan, stack }).global).toBeUndefined();
    expect(config.global).toMatchObject({ smtp_auth_username: "slo" });
  });
});

describe("receivers", () => {
  it("take their secrets from mounted files, since Alertmanager expands no variables", () => {
    const files = [...contentOf(webhookPlan).matchAll(/^\s*(?:- )?(\w+_file): (.*)$/gm)].map(([, field, path]) => [
      field,
      path,
    ]);
    expect(files).toEqual([
      ["smtp_auth_password_file", "/etc/alertmanager/secrets/smtp-password"],
      ["routing_key_file", "/etc/alertmanager/secrets/oncall-routing-key"],
      ["api_url_file", "/etc/alertmanager/secrets/ml-team-url"],
      ["api_url_file", "/etc/alertmanager/secrets/default-url"],
      ["url_file", "/etc/alertmanager/secrets/heartbeat-url"],
    ]);
    expect(contentOf(webhookPlan)).not.toMatch(/\$[{(]/);
  });

  it("hear when it is over", () => {
    const all = configOf(webhookPlan);
    expect(all.receivers.map(({ name }) => integration(all, name).send_resolved)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });
});

describe("inhibitions", () => {
  const slo = ['service!=""', 'slo!=""'];

  it("require every label they compare on both sides, since labels absent on both count as equal", () => {
    for (const { source_matchers, target_matchers, equal } of config.inhibit_rules) {
      const present = equal.map((label) => `${label}!=""`);
      expect(source_matchers).toEqual(expect.arrayContaining(present));
      expect(target_matchers).toEqual(expect.arrayContaining(present));
    }
  });

  it("never take their own source for a target", () => {
    const excludes = (source: string, target: string) => {
      const [, label, value] = /^(\w+)="(.+)"$/.exec(source) ?? [];
      return target === `${label}!="${value}"` || (target.startsWith(`${label}="`) && target !== source);
    };
    for (const { source_matchers, target_matchers } of config.inhibit_rules) {
      expect(source_matchers.some((source) => target_matchers.some((target) => excludes(source, target)))).toBe(true);
    }
  });

  it("mute a slower arm of an SLO that pages, and warnings of a service that can't be scraped", () => {
    expect(config.inhibit_rules).toMatchObject([
      { source_matchers: ['severity="critical"', ...slo], target_matchers: ['severity="warning"', 'arm!=""', ...slo] },
      { source_matchers: ['alertname="LlmTargetsDown"', 'service!=""'], equal: ["service"] },
    ]);
  });
});

/** The folders that hold amtool and alertmanager, with a reason where there is none. */
async function toolFolders(): Promise<readonly { readonly name: string; readonly path?: string }[]> {
  const found = (await findTools("amtool")).filter(({ path }) => existsSync(join(dirname(path), "alertmanager")));
  if (found.length === 0) return [{ name: "skipped: no amtool and alertmanager in .tools or PATH" }];
  return found.map(({ path, version }) => ({ name: version, path: dirname(path) }));
}

const folders = await toolFolders();
const scratch = mkdtempSync(join(tmpdir(), "llm-slo-alertmanager-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const save = (name: string, content: string) => {
  writeFileSync(join(scratch, name), content);
  return join(scratch, name);
};

describe.each(folders)("amtool ($name)", ({ path }) => {
  beforeEach(({ skip }) => skip(path === undefined, "no amtool"));
  const run = (...args: readonly string[]) =>
    execFileSync(join(path ?? "", "amtool"), args, { encoding: "utf8", stdio: "pipe" });
  const file = save("alertmanager.yaml", contentOf(alertingPlan));

  it("accepts the configuration", () => {
    expect(run("check-config", file)).toContain("SUCCESS");
  });

  it("accepts webhooks from 0.26 on", ({ skip }) => {
    skip(/version 0\.(\d|1\d|2[0-5])\./.test(run("--version")), "url_file is newer");
    expect(run("check-config", save("webhook.yaml", contentOf(webhookPlan)))).toContain("SUCCESS");
  });

  const receiverFor = (labels: Readonly<Record<string, string>>) =>
    run(
      "config",
      "routes",
      "test",
      `--config.file=${file}`,
      ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
    ).trim();

  it("takes every alert to the receiver its team chose for its severity", () => {
    for (const { labels, alert } of alerts) {
      const team = alertingPlan.teams.find((route) => route.team === labels.team);
      expect(receiverFor({ alertname: alert, ...labels })).toBe(team?.receivers[labels.severity]);
    }
  });

  it("takes what no team answers for to the default receiver", () => {
    expect(receiverFor({ alertname: "GpuXid", severity: "critical" })).toBe("default");
    expect(receiverFor({ team: "nobody", severity: "critical" })).toBe("default");
  });

  const annotated = (summary: string) => ({
    labels: { alertname: "LlmErrorBudgetBurn", service: "rag-pipeline", slo: "errors", severity: "critical" },
    annotations: {
      summary,
      description: "Requests <2s & cheap: 12%.",
      dashboard_url: "https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors",
      runbook_url: "https://runbooks.example.com/LlmErrorBudgetBurn.md",
    },
  });
  const firing = { status: "firing", ...annotated("rag-pipeline: errors, fast") };
  const slower = { status: "firing", ...annotated("rag-pipeline: errors, medium") };
  const resolved = { status: "resolved", ...annotated("rag-pipeline: errors, outage") };
  const bare = { status: "firing", labels: { alertname: "GpuXid" }, annotations: {} };

  /** The message fields of a receiver as people get them. */
  function render(receiver: string, status: string, group: readonly (typeof firing | typeof bare)[]) {
    const [first = bare] = group;
    const data = { receiver, status, alerts: group, commonLabels: first.labels, commonAnnotations: {} };
    const saved = save("data.json", JSON.stringify(data));
    const text = (template: string) =>
      run("template", "render", "--template.glob=/dev/null", `--template.data=${saved}`, `--template.text=${template}`);
    const { headers, details, ...fields } = integration(config, receiver);
    const templates = Object.entries({ ...fields, ...headers, ...details }).filter(([, value]) =>
      String(value).includes("{{"),
    );
    return Object.fromEntries(templates.map(([field, value]) => [field, text(String(value))]));
  }

  it("renders a Slack message with links, alerts apart and markup escaped", () => {
    expect(render("ml-team", "firing", [firing, slower, resolved])).toMatchInlineSnapshot(`
      {
        "color": "danger",
        "fallback": "[CRITICAL] rag-pipeline: errors, fast",
        "text": "*rag-pipeline: errors, fast*
      Requests &lt;2s &amp; cheap: 12%.
      <https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors|Dashboard> · <https://runbooks.example.com/LlmErrorBudgetBurn.md|Runbook>

      *rag-pipeline: errors, medium*
      Requests &lt;2s &amp; cheap: 12%.
      <https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors|Dashboard> · <https://runbooks.example.com/LlmErrorBudgetBurn.md|Runbook>

      Resolved: rag-pipeline: errors, outage

      ",
        "title": "[CRITICAL] rag-pipeline / errors",
        "title_link": "https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors",
      }
    `);
  });

  it("renders a page as text that isn't read as YAML", () => {
    const page = render("oncall", "firing", [firing, resolved]);
    expect(page).toMatchInlineSnapshot(`
      {
        "client_url": "https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors",
        "description": "rag-pipeline: errors, fast",
        "firing": "* rag-pipeline: errors, fast
      Requests <2s & cheap: 12%.
      Dashboard: https://grafana.example.com/d/slo-rag-pipeline?var-slo=errors
      Runbook: https://runbooks.example.com/LlmErrorBudgetBurn.md

      ",
        "resolved": "* Resolved: rag-pipeline: errors, outage

      ",
        "severity": "critical",
      }
    `);
    expect(() => parse(page.firing ?? "")).toThrow();
    expect(() => parse(page.resolved ?? "")).toThrow();
  });

  it("renders mail, where a resolved alert no longer says what it measured", () => {
    expect(render("support-mail", "resolved", [resolved])).toMatchInlineSnapshot(`
      {
        "Subject": "[RESOLVED] rag-pipeline: errors, outage",
        "text": "* Resolved: rag-pipeline: errors, outage

      ",
      }
    `);
  });

  it("renders alerts of other rules, which lack labels and annotations", () => {
    for (const { name } of config.receivers) {
      for (const text of Object.values(render(name, "firing", [bare]))) expect(text).not.toContain("<no value>");
    }
    expect(render("default", "firing", [bare])).toMatchObject({ title: "[ALERT] GpuXid", text: "*GpuXid*\n\n\n" });
  });
});

describe.each(folders)("alertmanager ($name)", ({ path }) => {
  const burn = (service: string, slo: string, arm: string, severity: string) => ({
    alertname: "LlmErrorBudgetBurn",
    ...{ service, slo, arm, severity },
  });
  const missing = (service: string, slo: string) => ({ alertname: "LlmSliMissing", severity: "warning", service, slo });
  const muted = [
    burn("burning", "errors", "slow", "warning"),
    missing("gone", "errors"),
    burn("gone", "errors", "drift", "warning"),
  ];
  const heard = [
    burn("burning", "errors", "fast", "critical"),
    burn("burning", "latency", "slow", "warning"),
    missing("burning", "errors"),
    { alertname: "LlmTrafficCeased", severity: "warning", service: "burning", slo: "errors" },
    { alertname: "LlmTargetsDown", severity: "critical", service: "gone" },
    burn("gone", "errors", "fast", "critical"),
    { alertname: "GpuXid", severity: "critical" },
    { alertname: "LlmTargetsDown", severity: "critical", job: "without a service" },
    { alertname: "CollectorDropsSpans", severity: "warning", arm: "slow" },
  ];

  it.skipIf(path === undefined)(
    "mutes what another alert says already and nothing else",
    async ({ onTestFinished }) => {
      const flags = [
        "--web.listen-address=127.0.0.1:0",
        "--cluster.listen-address=",
        `--storage.path=${mkdtempSync(join(scratch, "am-"))}`,
      ];
      const server = spawn(join(path ?? "", "alertmanager"), [
        `--config.file=${save("live.yaml", contentOf(alertingPlan))}`,
        ...flags,
      ]);
      onTestFinished(async () => {
        if (server.kill()) await once(server, "exit");
      });
      let address: string | undefined;
      for await (const line of createInterface(server.stderr)) {
        address = /Listening on.*address=(\S+)/.exec(line)?.[1];
        if (address !== undefined) break;
      }
      const url = `http://${address}/api/v2/alerts`;
      const body = JSON.stringify([...muted, ...heard].map((labels) => ({ labels })));
      await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
      await vi.waitFor(async () => {
        const alerts = (await (await fetch(url)).json()) as readonly {
          readonly labels: object;
          readonly status: { readonly state: string };
        }[];
        const inState = (state: string) =>
          alerts.filter(({ status }) => status.state === state).map(({ labels }) => labels);
        expect(new Set(inState("suppressed"))).toEqual(new Set(muted));
        expect(new Set(inState("active"))).toEqual(new Set(heard));
      }, 5_000);
    },
  );
});
