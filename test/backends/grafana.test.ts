import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { litellmSource, type Service } from "llm-slo";
import { describe, expect, test } from "vitest";
import { dashboardFiles } from "../../src/backends/grafana/dashboard-files.ts";
import { finalize } from "../../src/backends/grafana/finalize.ts";
import { compile } from "../../src/compile/compile.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { alertsOf } from "../../src/plan/receivers.ts";
import { language, modelOf, type TestStack } from "../support/model.ts";

const { parser } = createRequire(import.meta.url)("@prometheus-io/lezer-promql");

interface Panel {
  id: number;
  type: string;
  title: string;
  description?: string;
  datasource?: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  collapsed?: boolean;
  panels?: Panel[];
  targets?: { refId: string; expr: string; legendFormat: string; datasource: { uid: string }; exemplar?: boolean }[];
  fieldConfig?: {
    defaults: { noValue?: string; thresholds?: { steps: { value: number | null; color: string }[] } };
    overrides: { matcher: { options: string }; properties: { id: string; value: unknown }[] }[];
  };
  options?: { content?: string };
}

interface Dashboard {
  uid: string;
  title: string;
  tags: string[];
  time: { from: string };
  panels: Panel[];
  links: { tags: string[] }[];
  annotations: { list: { name: string; expr?: string }[] };
  templating: { list: { name: string; label: string; query: string; hide?: number }[] };
}

const { contextNearEnd, dailyBudget, errorRate, hallucinationRate, latency, retrievalRelevance, service } = language;
const proxy = language.onSource(litellmSource({ features: ["chat-key"], models: ["gpt-5-mini"] }));

/** All that a dashboard can show, on two sources. */
const services: readonly Service[] = [
  service("chat", {
    team: "assist",
    features: ["support_chat", "search"],
    description: "Answers questions.",
    alsoShow: ["cache", "feedback", "firstToken", "queueDepth", "tasks", "validations"],
    slos: {
      errors: errorRate({ below: "0.1%" }),
      "slow-chat": latency({ percentile: 95, below: "2s", period: "7d" }),
      grounded: hallucinationRate({ below: "5%", evaluatedEvery: "15m" }),
      retrieval: retrievalRelevance({ above: 0.5, atLeast: "90%" }),
      spend: dailyBudget({ usd: 50 }),
    },
    guardrails: { context: contextNearEnd({ above: 0.9, share: "5%" }) },
  }),
  proxy.service("proxied", {
    team: "assist",
    features: ["chat-key"],
    slos: { latency: proxy.latency({ percentile: 99, below: "5s" }) },
  }),
];
const everything: TestStack = {
  platform: { team: "assist", gpu: true },
  match: { cluster: "eu-1" },
  components: {
    dcgm: { kind: "inCluster" },
    langfuse: {
      kind: "inCluster",
      url: "https://langfuse.example.com",
      bucket: { kind: "inCluster", url: "https://media.langfuse.example.com" },
    },
  },
};

async function dashboardsOf(plan: Plan): Promise<Readonly<Record<string, Dashboard>>> {
  const made = await dashboardFiles(plan);
  return Object.fromEntries(
    made.map(({ path, content }) => [path.replace(/.*\/|\.json$/g, ""), JSON.parse(content) as Dashboard]),
  );
}

const plan = compile(modelOf(services, everything));
const files = await dashboardFiles(plan);
const named = await dashboardsOf(plan);
const dashboards = Object.values(named);
const allPanels = ({ panels }: Dashboard) => panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
const drawn = (dashboard: Dashboard) => allPanels(dashboard).filter(({ type }) => type !== "row" && type !== "text");
const panels = dashboards.flatMap(drawn);
const targets = panels.flatMap((panel) => panel.targets ?? []);

function panelOf(name: string, title: string): Panel {
  const found = named[name] && drawn(named[name]).find((panel) => panel.title === title);
  if (!found) throw new Error(`${name} has no panel "${title}"`);
  return found;
}

const exprs = (panel: Panel) => (panel.targets ?? []).map(({ expr }) => expr);

describe("the golden dashboards", () => {
  test.each(files)("$path", async ({ path, content }) => {
    await expect(content).toMatchFileSnapshot(`../golden/${path}`);
  });

  test("are all still generated", () => {
    const folder = new URL("../golden/grafana/dashboards", import.meta.url);
    expect(readdirSync(folder).sort()).toEqual(files.map(({ path }) => path.replace(/.*\//, "")).sort());
  });

  test("are the same bytes each time, small enough for a ConfigMap, and end in a newline", async () => {
    expect(await dashboardFiles(plan)).toEqual(files);
    for (const { content } of files) {
      expect(content).toMatch(/[^\n]\n$/);
      expect(content.length).toBeLessThan(200_000);
    }
  });
});

describe("an environment's dashboards", () => {
  const titles = (of: Readonly<Record<string, Dashboard>>) =>
    Object.fromEntries(Object.values(of).map(({ uid, title }) => [uid, title]));

  test("are all SLOs, the details of one, GPU nodes, the stack, and each service", () => {
    expect(titles(named)).toEqual({
      "llm-slo__overview": "LLM SLO / All SLOs",
      "llm-slo__slo": "LLM SLO / SLO details",
      "llm-slo__gpu": "LLM SLO / GPU nodes",
      "llm-slo__platform": "LLM SLO / Monitoring stack",
      "llm-slo_chat": "LLM SLO / chat",
      "llm-slo_proxied": "LLM SLO / proxied",
    });
  });

  test("have no GPU nodes where nothing tells of any", async () => {
    expect(Object.keys(await dashboardsOf(compile(modelOf(services))))).toEqual([
      "_overview",
      "_slo",
      "_platform",
      "chat",
      "proxied",
    ]);
  });

  test("have uids, titles and tags that no other environment and no other prefix has", async () => {
    const variants = [
      { environment: "", stack: {} },
      { environment: "staging", stack: {} },
      { environment: "", stack: { dashboards: { prefix: "Payments, LLM" } } },
      { environment: "staging", stack: { dashboards: { prefix: "Payments, LLM" } } },
    ].map(({ environment, stack }) => compile({ ...modelOf(services, { ...everything, ...stack }), environment }));
    const made = (await Promise.all(variants.map(dashboardsOf))).flatMap((of) => Object.values(of));
    for (const unique of [made.map(({ uid }) => uid), made.map(({ title }) => title)]) {
      expect(new Set(unique).size).toBe(made.length);
    }
    expect(made.at(-1)).toMatchObject({
      uid: "payments-llm_staging_proxied",
      title: "Payments, LLM staging / proxied",
      tags: ["payments-llm_staging", "proxied"],
      links: [{ tags: ["payments-llm_staging"] }],
    });
  });

  test("are where alerts link to", () => {
    const uids = dashboards.map(({ uid }) => uid);
    const linked = alertsOf(plan).map(({ annotations }) => {
      const url = new URL(annotations.dashboard_url.replaceAll(/\{\{.*?\}\}/g, "any"));
      return { uid: url.pathname.replace("/d/", ""), variables: [...url.searchParams.keys()] };
    });
    for (const { uid, variables } of linked) {
      expect(uids).toContain(uid);
      expect(variables).toEqual(uid === "llm-slo__slo" ? ["var-service", "var-slo"] : []);
    }
    expect(new Set(linked.map(({ uid }) => uid))).toEqual(
      new Set(["llm-slo__slo", "llm-slo_chat", "llm-slo_proxied", "llm-slo__platform", "llm-slo__gpu"]),
    );
  });

  test("link from a line of a table to its SLO", () => {
    const links = panelOf("_overview", "SLOs").fieldConfig?.overrides.find(({ matcher }) => matcher.options === "SLO");
    expect(JSON.stringify(links)).toContain(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana resolves it.
      "/d/llm-slo__slo?var-service=${__data.fields.Service}&var-slo=${__data.fields.SLO}",
    );
  });
});

test("services with long and similar names have dashboards of their own", async () => {
  const [first] = plan.services;
  if (!first) throw new Error("no service");
  const long = "a-service-with-a-name-of-many-characters";
  const of = await dashboardsOf({ ...plan, services: [`${long}-one`, `${long}-two`].map((id) => ({ ...first, id })) });
  const uids = Object.entries(of).flatMap(([name, { uid }]) => (name.startsWith(long) ? [uid] : []));
  expect(new Set(uids).size).toBe(2);
  for (const uid of uids) expect(uid).toMatch(/^llm-slo_a-service-with-a-name-o[a-z-]*-[0-9a-f]{8}$/);
});

describe("a dashboard", () => {
  test("lets people choose the data source, and reads everything from it", () => {
    for (const { templating } of dashboards) {
      expect(templating.list[0]).toMatchObject({ name: "datasource", label: "Data source", query: "prometheus" });
    }
    const used = panels.flatMap(({ datasource, targets: of = [] }) => [
      datasource?.uid,
      ...of.map((target) => target.datasource.uid),
    ]);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana resolves it.
    expect(new Set(used)).toEqual(new Set(["${datasource}"]));
  });

  test("lets people choose what its series can tell apart", () => {
    const variables = Object.entries(named).map(([name, { templating }]) => [
      name,
      ...templating.list.slice(1).map((one) => one.name),
    ]);
    expect(variables).toEqual([
      ["_overview"],
      ["_slo", "service", "slo", "period"],
      ["_gpu", "node"],
      ["_platform"],
      ["chat", "feature", "model"],
      ["proxied", "model"],
    ]);
  });

  test("numbers its panels and queries", () => {
    for (const dashboard of dashboards) {
      const ids = allPanels(dashboard).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      for (const panel of drawn(dashboard)) {
        expect(panel.targets?.map(({ refId }) => refId)).toEqual(
          panel.targets?.map((_, index) => String.fromCharCode(65 + index)),
        );
      }
    }
  });

  test("keeps links out of the controls menu", () => {
    for (const { content } of files) expect(content).not.toContain("inControlsMenu");
  });

  test("fills lines of 24 columns, and shows at most 25 panels before somebody opens a row", () => {
    for (const dashboard of dashboards) {
      for (const list of [dashboard.panels, ...dashboard.panels.map((row) => row.panels ?? [])]) {
        for (const y of new Set(list.map(({ gridPos }) => gridPos.y))) {
          const line = list.filter(({ gridPos }) => gridPos.y === y);
          expect(
            line.reduce((sum, { gridPos }) => sum + gridPos.w, 0),
            line[0]?.title,
          ).toBe(24);
        }
        expect(list.filter(({ type }) => type !== "row").length).toBeLessThanOrEqual(25);
      }
    }
  });

  test("asks in PromQL that parses once variables are filled in", () => {
    for (const { expr } of targets) {
      const filled = expr.replaceAll(/\$(__\w+|period)/g, "5m");
      expect(parser.parse(filled).toString(), expr).not.toContain("⚠");
    }
  });

  test("says what each panel means, and what a missing value means", () => {
    for (const { title, description } of panels) {
      expect(`${title}: ${description}`).toMatch(/.+: .{40,}/);
      expect(`${title}: ${description}`).toMatch(/a gap|"no data"|missing|empty/i);
    }
  });

  test("marks critical alerts and deploys", () => {
    for (const { annotations } of dashboards) {
      expect(annotations.list.map(({ name }) => name)).toEqual(["Annotations & Alerts", "Critical alerts", "Deploys"]);
    }
  });
});

describe("missing data", () => {
  test("is neither green nor zero", () => {
    for (const { content } of files) expect(content).not.toContain("vector(");
    for (const { type, fieldConfig } of panels) {
      if (type !== "heatmap") expect(fieldConfig?.defaults.noValue).toBe("no data");
      expect(fieldConfig?.defaults.thresholds?.steps[0] ?? { value: null, color: "text" }).toEqual({
        value: null,
        color: "text",
      });
    }
  });

  test("of one SLO shows beside the others", () => {
    expect(exprs(panelOf("proxied", "Error budget left"))).toEqual([
      'slo:period_error_budget_remaining:ratio{service="proxied"}\nor on (service, slo) slo:objective:ratio{service="proxied"} * NaN',
    ]);
  });

  test("is a state of its own, before all others", () => {
    const [state = ""] = exprs(panelOf("_slo", "State"));
    expect(state.indexOf("unless on (service, slo)")).toBeLessThan(state.indexOf("<= 0"));
    expect(state).toContain('category="no-data"');
  });
});

describe("an error budget", () => {
  test("is red below 0, however far below", () => {
    expect(panelOf("chat", "Error budget left").fieldConfig?.defaults.thresholds?.steps.slice(1)).toEqual([
      { value: -1000, color: "red" },
      { value: 0, color: "orange" },
      { value: 0.25, color: "green" },
    ]);
  });

  test("burns down over the period of the chosen SLO, beside one that is spent evenly", () => {
    const panel = panelOf("_slo", "Budget burn-down");
    expect(panel).toMatchObject({
      timeFrom: "$period",
      targets: [{ legendFormat: "left" }, { legendFormat: "spent evenly" }],
    });
    expect(exprs(panel)[0]).toContain("[$period:6h]");
    for (const period of ["7d", "30d"]) expect(exprs(panel)[1]).toContain(`period="${period}"`);
  });
});

describe("burn rates", () => {
  test("stand beside the thresholds of the SLO's own alerts", () => {
    const [rates, thresholds] = exprs(panelOf("_slo", "Burn rates"));
    expect(rates).toContain("slo:sli_error:ratio_rate1h|slo:sli_error:ratio_rate1h24m|");
    expect(thresholds).toContain('slo:burn_rate_threshold:ratio{service="$service", slo="$slo"}');
  });

  test("are those of the recorded window nearest to an hour, of whatever period or cadence", () => {
    expect(panelOf("chat", "Burn rate, last 1h").targets).toHaveLength(1);
  });
});

describe("a service's dashboard", () => {
  const rows = (name: string) =>
    Object.fromEntries(
      (named[name]?.panels ?? []).flatMap(({ title, panels: of }) => (of ? [[title, of.map((one) => one.title)]] : [])),
    );

  test("has the rows that people know, closed", () => {
    expect(rows("chat")).toMatchInlineSnapshot(`
      {
        "Cost": [
          "Budget used",
          "Budget pace and projection",
          "Budget exhausted in",
          "Spend per hour, by model",
          "Spend per hour, by feature",
          "Tokens per minute, by type",
          "Cost per request",
          "Requests without a price, per minute",
        ],
        "Infrastructure": [
          "Serving pods",
          "Autoscalers",
          "GPU utilisation",
          "Queue depth",
          "Cache hit rate",
          "Context window use",
          "Retries per minute",
        ],
        "Latency": [
          "Latency",
          "Latency, distribution",
          "Time to first token",
          "Latency p95, by model",
          "First token p95, by model",
          "Output tokens per second",
        ],
        "Quality": [
          "Evaluation pass rate",
          "Failed evaluations",
          "Coverage of evaluation",
          "Evaluation scores, distribution",
          "Retrieval relevance, distribution",
          "User feedback",
          "Validations",
          "Tasks completed",
        ],
      }
    `);
  });

  test("leaves out what its source doesn't publish, and says so", () => {
    expect(rows("proxied")).toMatchInlineSnapshot(`
      {
        "Cost": [
          "Spend per hour, by model",
        ],
        "Infrastructure": [
          "Serving pods",
          "Autoscalers",
          "GPU utilisation",
        ],
        "Latency": [
          "Latency",
          "Latency, distribution",
          "Latency p95, by model",
        ],
      }
    `);
    const notShown = named.proxied?.panels.find(({ title }) => title === "Not shown");
    expect(notShown?.options?.content).toMatchInlineSnapshot(
      `"The metric source \`litellm\` publishes nothing of: errors by type, requests in flight, retries, output tokens per second, cost per request, requests without a price, tokens, evaluations, evaluation scores, retrieval relevance, validations, tasks, user feedback, queue depth, cache look-ups, context window use."`,
    );
    expect(named.chat?.panels.map(({ title }) => title)).not.toContain("Not shown");
  });

  test("reads the features and models that people chose, of this environment", () => {
    expect(exprs(panelOf("chat", "Requests per minute, by model"))).toEqual([
      `sum by (model) (
  rate(llm_requests_total{feature=~"$feature", cluster="eu-1", model=~"$model"}[$__rate_interval])
)
* 60`,
    ]);
    expect(exprs(panelOf("proxied", "Requests per minute, by model"))[0]).toContain('api_key_alias="chat-key"');
  });

  test("shows traces behind its percentiles where apps may trace", () => {
    const exemplars = (name: string) => panelOf(name, "Latency").targets?.map(({ exemplar }) => exemplar ?? false);
    expect(exemplars("chat")).toEqual([true, true, true]);
    expect(exemplars("proxied")).toEqual([false, false, false]);
  });
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
