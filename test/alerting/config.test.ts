import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { alertmanagerFiles } from "../../src/backends/alertmanager/alertmanager.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { alertingPlan, newerPlan } from "./alerting-plan.ts";

interface Route {
  readonly receiver?: string;
  readonly matchers?: readonly string[];
  readonly routes?: readonly Route[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly repeat_interval?: string;
  readonly continue?: boolean;
  readonly active_time_intervals?: readonly string[];
}
type Fields = Readonly<Record<string, unknown>>;
interface Config {
  readonly global?: Fields;
  readonly route: Route & { readonly routes: readonly Route[] };
  readonly inhibit_rules: readonly {
    readonly source_matchers: readonly string[];
    readonly target_matchers: readonly string[];
    readonly equal: readonly string[];
  }[];
  readonly receivers: readonly ({ readonly name: string } & Readonly<Record<string, readonly Fields[] | string>>)[];
  readonly time_intervals?: readonly object[];
}

const contentOf = (plan: Plan) =>
  alertmanagerFiles(plan).find(({ path }) => path === "alertmanager/alertmanager.yaml")?.content ?? "";
const configOf = (plan: Plan) => parse(contentOf(plan)) as Config;
const config = configOf(alertingPlan);
const newer = configOf(newerPlan);

function teamRoutes(team: string, of: Config = config): readonly Route[] {
  return of.route.routes.find(({ matchers }) => matchers?.[0] === `team="${team}"`)?.routes ?? [];
}
const matching = (routes: readonly Route[], ...matchers: readonly string[]) =>
  routes.filter((route) => JSON.stringify(route.matchers) === JSON.stringify(matchers));

describe("the Alertmanager files", () => {
  it.each(alertmanagerFiles(newerPlan))("hold $path", async ({ path, content }) => {
    await expect(content).toMatchFileSnapshot(`../golden/alerting/${path.replace(/.*\//, "")}`);
  });

  it("have no anchors and the same bytes twice", () => {
    expect(alertmanagerFiles(structuredClone(alertingPlan))).toEqual(alertmanagerFiles(alertingPlan));
    expect(contentOf(alertingPlan)).not.toMatch(/^\s*(- )?(\w+: )?[&*]\w+/m);
  });

  it("say nothing of mail servers and hours where the stack has none", () => {
    const { businessHours: _, ...rest } = alertingPlan;
    const { smtp: __, ...stack } = alertingPlan.stack;
    const bare = configOf({ ...rest, stack });
    expect([bare.global, bare.time_intervals]).toEqual([undefined, undefined]);
    expect(JSON.stringify(bare)).not.toContain("active_time_intervals");
    expect(config.global).toMatchObject({ smtp_auth_username: "slo" });
  });
});

describe("routes", () => {
  it("begin with the Watchdog and what concerns several teams, and take what has no severity to where warnings are read", () => {
    expect(config.route).toMatchObject({ receiver: "default", group_by: ["service", "slo"] });
    expect(config.route.routes.map(({ matchers, receiver }) => [matchers?.[0], receiver])).toEqual([
      ['alertname="Watchdog"', "heartbeat"],
      ['alertname="LlmProviderOutage"', "oncall"],
      ['team="ml"', "ml-team"],
      ['team="support-tools"', "support-mail"],
    ]);
  });

  it("bring cost to those who pay, at once and at any time, and to the pager where it is critical", () => {
    const ml = teamRoutes("ml");
    expect(matching(ml, 'category="cost"', 'severity="critical"')).toMatchObject([
      { receiver: "finance", continue: true, group_wait: "10s" },
      { receiver: "oncall", group_wait: "10s" },
    ]);
    const [warning, ...others] = matching(ml, 'category="cost"', 'severity="warning"');
    expect(warning).toMatchObject({ receiver: "finance", group_wait: "10s" });
    expect([others, warning?.continue, warning?.active_time_intervals]).toEqual([[], undefined, undefined]);
  });

  it("collect quality alerts of a service for longer", () => {
    for (const team of ["ml", "support-tools"]) {
      for (const severity of ["critical", "warning"]) {
        const rows = matching(teamRoutes(team), 'category="quality"', `severity="${severity}"`);
        expect(rows.length).toBeGreaterThan(0);
        for (const row of rows) expect(row).toMatchObject({ group_wait: "5m", group_by: ["service"] });
      }
    }
  });

  it("go by severity where a team has no receiver for a category", () => {
    const team = teamRoutes("support-tools");
    expect(matching(team, 'category="cost"', 'severity="warning"')).toMatchObject([{ receiver: "support-mail" }]);
    expect(matching(team, 'category="quality"', 'severity="critical"')).toMatchObject([{ receiver: "oncall" }]);
  });

  it("reach each receiver once where a category's is the pager itself", () => {
    const teams = [
      { team: "ml", receivers: { critical: "oncall", warning: "ml-team" }, categories: { cost: "oncall" } },
    ];
    const routes = teamRoutes("ml", configOf({ ...alertingPlan, teams }));
    expect(matching(routes, 'category="cost"', 'severity="critical"')).toMatchObject([{ receiver: "oncall" }]);
  });

  it("hold warnings outside of business hours, but neither pages nor money", () => {
    for (const route of [...teamRoutes("ml"), ...teamRoutes("support-tools")]) {
      const isTicket = route.matchers?.includes('severity="warning"') && !route.matchers.includes('category="cost"');
      expect(route.active_time_intervals).toEqual(isTicket ? ["business-hours"] : undefined);
    }
    expect(config.time_intervals).toEqual([
      {
        name: "business-hours",
        time_intervals: [
          {
            weekdays: ["monday:friday"],
            times: [{ start_time: "09:00", end_time: "17:30" }],
            location: "Europe/Berlin",
          },
        ],
      },
    ]);
    expect(contentOf(alertingPlan)).toContain('start_time: "09:00"');
  });

  it("let pages wait for what explains them, and repeat them more often than warnings", () => {
    const [critical] = matching(teamRoutes("ml"), 'severity="critical"');
    expect([critical?.group_wait, critical?.repeat_interval]).toEqual(["1m", "1h"]);
    expect([config.route.group_wait, config.route.repeat_interval]).toEqual(["1m", "12h"]);
  });

  it("quote a team whose name would break a matcher", () => {
    const teams = [{ team: 'a "b" \\ c', receivers: { critical: "oncall", warning: "default" }, categories: {} }];
    const { routes } = configOf({ ...alertingPlan, teams }).route;
    expect(routes.at(-1)?.matchers).toEqual(['team="a \\"b\\" \\\\ c"']);
    expect(routes[1]?.matchers?.[1]).toBe('team=~"a \\"b\\" \\\\\\\\ c"');
  });

  it("tell each pager of a provider's outage in one message, whichever teams it is of", () => {
    const teams = [
      ...alertingPlan.teams,
      { team: "search", receivers: { critical: "default", warning: "default" }, categories: {} },
    ];
    const { routes } = configOf({ ...alertingPlan, teams }).route;
    expect(routes.slice(1, 3)).toMatchObject([
      { matchers: ['alertname="LlmProviderOutage"', 'team=~"ml|support-tools"'], receiver: "oncall" },
      { matchers: ['alertname="LlmProviderOutage"', 'team=~"search"'], receiver: "default" },
    ]);
    for (const route of routes.slice(1, 3)) expect(route.group_by).toEqual(["alertname", "provider"]);
  });

  it("say nothing of providers where no alert does", () => {
    const { platform: _, ...plan } = alertingPlan;
    expect(contentOf(plan)).not.toMatch(/^\s+- alertname="LlmProviderOutage"\n\s+- team/m);
  });
});

describe("receivers", () => {
  const integrations = newer.receivers.flatMap(({ name: _, ...kinds }) => Object.values(kinds).flat()) as Fields[];

  it("take their secrets from mounted files, since Alertmanager expands no variables", () => {
    const text = contentOf(newerPlan);
    const files = [...text.matchAll(/^\s*(?:- )?(\w+_file): (.*)$/gm)].map(([, field, path]) => [field, path]);
    expect(files).toEqual([
      ["smtp_auth_password_file", "/etc/alertmanager/secrets/smtp-password"],
      ["routing_key_file", "/etc/alertmanager/secrets/oncall-routing-key"],
      ["api_url_file", "/etc/alertmanager/secrets/ml-team-url"],
      ["api_key_file", "/etc/alertmanager/secrets/finance-api-key"],
      ["api_url_file", "/etc/alertmanager/secrets/judges-url"],
      ["api_url_file", "/etc/alertmanager/secrets/default-url"],
      ["url_file", "/etc/alertmanager/secrets/tickets-url"],
      ["webhook_url_file", "/etc/alertmanager/secrets/cards-url"],
      ["url_file", "/etc/alertmanager/secrets/heartbeat-url"],
    ]);
    expect(text).not.toMatch(/\$[{(]/);
  });

  it("hear when it is over, but the heartbeat, which must fall silent", () => {
    expect(integrations.map(({ send_resolved }) => send_resolved)).toEqual([...Array(8).fill(true), false]);
  });

  it("do nothing with a heartbeat that was declined", () => {
    expect(config.receivers.at(-1)).toEqual({ name: "heartbeat" });
  });
});

describe("inhibitions", () => {
  const rules = config.inhibit_rules;

  it("require every label they compare on both sides, since labels absent on both count as equal", () => {
    for (const { source_matchers, target_matchers, equal } of rules) {
      const present = equal.map((label) => `${label}!=""`);
      expect(source_matchers).toEqual(expect.arrayContaining(present));
      expect(target_matchers).toEqual(expect.arrayContaining(present));
    }
  });
});
