import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { dashboardFiles } from "../../src/backends/grafana/dashboard-files.ts";
import { finalize } from "../../src/backends/grafana/finalize.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { clusterPlan } from "./cluster-plan.ts";

const { parser } = createRequire(import.meta.url)("@prometheus-io/lezer-promql");

interface Panel {
  id: number;
  type: string;
  title: string;
  description: string;
  datasource: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets: { refId: string; expr: string; datasource: { uid: string } }[];
  fieldConfig: {
    defaults: { noValue?: string; thresholds?: { steps: { value: number | null; color: string }[] } };
    overrides: { matcher: { id: string; options: string } }[];
  };
}

interface Dashboard {
  uid: string;
  title: string;
  time: { from: string };
  panels: Panel[];
  templating: { list: { name: string; label: string; query: string }[] };
}

const files = await dashboardFiles(clusterPlan);
const dashboards: Dashboard[] = files.map(({ content }) => JSON.parse(content));
const panels = dashboards.flatMap((dashboard) => dashboard.panels);

describe("the golden dashboards", () => {
  test.each(files)("$path", async ({ path, content }) => {
    await expect(content).toMatchFileSnapshot(`../golden/${path}`);
  });

  test("are all still generated", () => {
    const folder = new URL("../golden/grafana/dashboards", import.meta.url);
    expect(readdirSync(folder).sort()).toEqual(files.map(({ path }) => path.replace(/.*\//, "")).sort());
  });

  test("are the same bytes each time and end in a newline", async () => {
    expect(await dashboardFiles(clusterPlan)).toEqual(files);
    for (const { content } of files) expect(content).toMatch(/[^\n]\n$/);
  });
});

describe("a dashboard", () => {
  test("is found by uid and title of its service", () => {
    expect(dashboards.map(({ uid, title }) => ({ uid, title }))).toEqual([
      { uid: "slo-rag-pipeline", title: "LLM SLO / rag-pipeline" },
      { uid: "slo-ticket-classifier", title: "LLM SLO / ticket-classifier" },
    ]);
  });

  test("lets people choose the data source, and reads everything from it", () => {
    for (const { templating } of dashboards) {
      expect(templating.list).toMatchObject([{ name: "datasource", label: "Data source", query: "prometheus" }]);
    }
    const used = panels.flatMap(({ datasource, targets }) => [
      datasource.uid,
      ...targets.map((target) => target.datasource.uid),
    ]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana resolves it.
    expect(new Set(used)).toEqual(new Set(["${datasource}"]));
  });

  test("numbers its panels and queries", () => {
    for (const dashboard of dashboards) expect(dashboard.panels.map(({ id }) => id)).toEqual([1, 2]);
    expect(panels.map(({ targets }) => targets.map(({ refId }) => refId).join(""))).toEqual(["A", "AB", "A", "ABCD"]);
  });

  test("keeps links out of the controls menu", () => {
    for (const { content } of files) expect(content).not.toContain("inControlsMenu");
  });

  test("fills lines of 24 columns", () => {
    for (const dashboard of dashboards) {
      expect(dashboard.panels.map(({ gridPos }) => [gridPos.x, gridPos.y, gridPos.w])).toEqual([
        [0, 0, 8],
        [8, 0, 16],
      ]);
    }
  });

  test("asks in PromQL that parses, of its own service", () => {
    for (const dashboard of dashboards) {
      for (const { expr } of dashboard.panels.flatMap(({ targets }) => targets)) {
        expect(parser.parse(expr).toString(), expr).not.toContain("⚠");
        expect(expr).toContain(`service="${dashboard.uid.replace("slo-", "")}"`);
      }
    }
  });

  test("says what each panel means", () => {
    for (const { title, description } of panels) expect(`${title}: ${description}`).toMatch(/.+: .{40,}/);
  });
});

describe("missing data", () => {
  test("is neither green nor zero", () => {
    for (const { content } of files) expect(content).not.toContain("vector(");
    for (const { fieldConfig } of panels) {
      expect(fieldConfig.defaults.noValue).toBe("no data");
      expect(fieldConfig.defaults.thresholds?.steps[0] ?? { value: null, color: "text" }).toEqual({
        value: null,
        color: "text",
      });
    }
  });

  test("of one SLO shows beside the others", () => {
    expect(panels[0]?.targets[0]?.expr).toMatchInlineSnapshot(`
      "sum(
        (
          (
            max by (service, slo) (slo:objective:ratio)
            unless on (service, slo) max by (service, slo) (slo:period_error_budget_remaining:ratio)
            or max by (service, slo) (slo:objective:ratio)
            and on (service, slo) ALERTS{alertstate="firing", category="no-data", slo!=""}
            or max by (service, slo) (slo:objective:ratio)
            and on (service) ALERTS{alertstate="firing", category="no-data", slo=""}
          )
          * 0
          or on (service, slo) (max by (service, slo) (slo:period_error_budget_remaining:ratio) <= 0) * 0 + 1
          or on (service, slo) (
            max by (service, slo) (slo:period_error_budget_remaining:ratio)
            and on (service, slo) ALERTS{alertstate="firing", category=~"slo|quality|cost|no-data|platform", arm!=""}
          )
          * 0
          + 2
          or on (service, slo) max by (service, slo) (slo:period_error_budget_remaining:ratio) * 0 + 3
        )
        == bool 3
      )"
    `);
  });
});

describe("an error budget", () => {
  test("is red below 0, however far below", () => {
    const steps = panels[2]?.fieldConfig.defaults.thresholds?.steps;
    expect(steps?.slice(1)).toEqual([
      { value: -1000, color: "red" },
      { value: 0, color: "orange" },
      { value: 0.25, color: "green" },
    ]);
  });
});

describe("the bad share", () => {
  test("is that of the last hour where it is recorded, and says so where it isn't", () => {
    expect(panels.filter(({ type }) => type === "timeseries").map(({ title }) => title)).toEqual([
      "Bad share of events, last hour",
      "Bad share of events, last 45m, 1h or 2h",
    ]);
    expect(panels[3]?.targets.map(({ expr }) => expr)).toEqual([
      'slo:sli_error:ratio_rate45m{service="ticket-classifier", slo="grounded"}',
      'slo:sli_error:ratio_rate1h{service="ticket-classifier", slo="errors"}',
      'slo:sli_error:ratio_rate2h{service="ticket-classifier", slo="slow-judge"}',
      'slo:error_budget:ratio{service="ticket-classifier"}',
    ]);
  });

  test("has what is allowed as a dashed line", () => {
    expect(panels[3]?.fieldConfig.overrides[0]?.matcher).toEqual({ id: "byFrameRefID", options: "D" });
  });
});

test("services with long and similar names have dashboards of their own", async () => {
  const [first] = clusterPlan.services;
  if (!first) throw new Error("no service");
  const long = "a-service-with-a-name-of-many-characters";
  const services = [`${long}-one`, `${long}-two`].map((id) => ({ ...first, id }));
  const plan: Plan = { ...clusterPlan, services };
  const uids = (await dashboardFiles(plan)).map(({ content }) => (JSON.parse(content) as { uid: string }).uid);
  expect(new Set(uids).size).toBe(2);
  for (const uid of uids) expect(uid).toMatch(/^slo-a-service-with-a-name-of-ma[a-z-]*-[0-9a-f]{8}$/);
});

describe("finalize", () => {
  const at = (x: number, y: number, w = 12, h = 8) => ({ gridPos: { x, y, w, h } });
  const dashboard = (...panels: object[]) => ({
    uid: "slo-x",
    title: "X",
    time: { from: "now-1h", to: "now" },
    panels,
  });

  test("gives ids to panels that have none, zero or another's", () => {
    const made = finalize(
      dashboard({ ...at(0, 0), id: 2 }, { ...at(12, 0), id: 0 }, { ...at(0, 8), id: 2 }, at(12, 8)),
    );
    expect(made.panels?.map(({ id }) => id)).toEqual([2, 1, 3, 4]);
  });

  test("removes placement from links of dashboard, panels and values, and from annotations", () => {
    const link = { title: "link", placement: "inControlsMenu" };
    const made = finalize({
      ...dashboard({ ...at(0, 0), links: [link], fieldConfig: { defaults: { links: [link] } } }),
      links: [link],
      annotations: { list: [link] },
    });
    expect(JSON.stringify(made)).not.toContain("placement");
    expect(link.placement).toBe("inControlsMenu");
  });

  test.each([
    ["a uid of 41 characters", { ...dashboard(), uid: "x".repeat(41) }, "is not 1 to 40 characters"],
    ["a uid with a dot", { ...dashboard(), uid: "a.b" }, "is not 1 to 40 characters"],
    ["no title", { ...dashboard(), title: "" }, "has no title"],
    ["no time range", { ...dashboard(), time: undefined }, "has no time range"],
    ["no place", dashboard({ title: "P" }), 'Panel "P" has no place'],
    ["25 columns", dashboard({ title: "P", ...at(16, 0, 9) }), 'Panel "P" leaves the grid of 24 columns'],
    ["overlap", dashboard({ title: "P", ...at(0, 0) }, { title: "Q", ...at(11, 7) }), 'Panels "P" and "Q" overlap'],
    [
      "overlap inside a row",
      dashboard({ ...at(0, 0, 24, 1), collapsed: true, panels: [at(0, 1), { title: "Q", ...at(0, 2) }] }),
      "overlap",
    ],
    [
      "an expanded row with panels inside",
      dashboard({ title: "R", ...at(0, 0, 24, 1), collapsed: false, panels: [at(0, 1)] }),
      'Panel "R" is an expanded row',
    ],
    [
      "a refId twice",
      dashboard({ title: "P", ...at(0, 0), targets: [{ refId: "B" }, {}] }),
      'Panel "P" has two queries with the refId B',
    ],
  ])("refuses %s", (_, built, message) => {
    expect(() => finalize(built)).toThrow(message);
  });
});
