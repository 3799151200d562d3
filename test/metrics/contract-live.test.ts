// The two ends of the contract, joined by a real Prometheus: what the example app emits is what the generated rules ask for.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Contract, contract, type MetricDefinition } from "@llm-slo/metrics/contract";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Example, startExample } from "../../examples/rag-service/start.ts";
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import { readPlans } from "../../src/cli/plans.ts";
import { records } from "../../src/plan/conventions.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Matcher, Selector } from "../../src/promql/ast.ts";
import { walk } from "../../src/promql/build.ts";
import { print } from "../../src/promql/print.ts";
import { type PrometheusServer, startPrometheus } from "../support/prometheus-server.ts";

const { plans } = await readPlans(resolve(import.meta.dirname, "../../slos"));
const [plan] = plans as readonly [Plan];
const rules = plan.services.flatMap(({ groups }) => groups.flatMap((group) => group.rules as readonly Rule[]));

/** Every selector of an app's own series in the rules, ranges and offsets left out, each once. */
const selectors = new Map<string, Selector>();
for (const node of rules.flatMap(({ expr }) => [...walk(expr)])) {
  if (node.kind !== "selector" || !/^(llm_|up$)/.test(node.metric)) continue;
  const bare: Selector = { kind: "selector", metric: node.metric, matchers: node.matchers };
  selectors.set(print(bare), bare);
}

/** A selector with one value in place of an alternation, for each of its values; a bound's two spellings are one value. */
function alternatives(selector: Selector): readonly string[] {
  const split = selector.matchers.findIndex(
    ({ label, op, value }) => op === "=~" && label !== "le" && value.includes("|"),
  );
  if (split < 0) return [print(selector)];
  const matcher = selector.matchers[split] as Matcher;
  return matcher.value
    .split("|")
    .flatMap((value) =>
      alternatives({ ...selector, matchers: selector.matchers.with(split, { ...matcher, op: "=", value }) }),
    );
}

const often = { rag_pipeline: 60, ticket_classifier: 60, document_extractor: 60 };

describe.each([2, 3] as const)("Prometheus %s, scraping the example app", (version) => {
  let example: Example;
  let prometheus: PrometheusServer;
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "contract-"));
    example = await startExample({ seed: 1, speed: 20, evaluateEverySeconds: 1, requestsPerMinute: often });
    const { host } = new URL(example.metricsUrl);
    // The generated groups, evaluated each second.
    const groups = plan.services.flatMap((service) =>
      service.groups.map((group) => ({ ...group, intervalSeconds: 1 })),
    );
    await writeFile(join(folder, "rules.yaml"), ruleFile(groups));
    const jobs = plan.services.map(({ job }) => ({ job_name: job, static_configs: [{ targets: [host] }] }));
    prometheus = await startPrometheus({
      version,
      config: JSON.stringify({
        global: { scrape_interval: "1s", evaluation_interval: "1s" },
        rule_files: [join(folder, "rules.yaml")],
        scrape_configs: jobs,
      }),
    });
    await untilRecorded();
  });

  /** Rules need two scrapes, and an evaluation after them. */
  async function untilRecorded(): Promise<void> {
    const slos = plan.services.flatMap((service) => service.slos).length;
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(250)) {
      const [recorded] = await prometheus.query(`count(${records.bad})`);
      if (recorded?.value === slos) return;
    }
  }

  afterAll(async () => {
    await prometheus?.stop();
    await example?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("finds a series for every selector, every label value and every bound that the rules ask for", async () => {
    expect(selectors.size).toBeGreaterThan(20);
    const asked = [...selectors.values()].flatMap(alternatives);
    const missing: string[] = [];
    for (const selector of asked) {
      // A slow machine misses scrapes, which makes series stale at once.
      const rows = await prometheus.query(`count(last_over_time(${selector}[10m]))`);
      if ((rows[0]?.value ?? 0) === 0) missing.push(selector);
    }
    expect(missing).toEqual([]);
  });

  it("evaluates every rule, and each SLO has both of its sides", async () => {
    const answer = (await (await fetch(`${prometheus.url}/api/v1/rules`)).json()) as {
      readonly data: {
        readonly groups: readonly { readonly rules: readonly { name: string; health: string; lastError?: string }[] }[];
      };
    };
    const unhealthy = answer.data.groups.flatMap((group) => group.rules).filter(({ health }) => health !== "ok");
    expect(unhealthy).toEqual([]);
    for (const record of [records.total, records.bad]) {
      const found = (await prometheus.query(record)).map(({ labels }) => `${labels.service}/${labels.slo}`);
      const wanted = plan.services.flatMap(({ id, slos }) => slos.map((slo) => `${id}/${slo.id}`));
      expect(found.toSorted()).toEqual(wanted.toSorted());
    }
    expect(await prometheus.query('ALERTS{alertname="LlmSliMissing", alertstate="firing"}')).toEqual([]);
  });

  it("gets nothing from the app that the contract doesn't have: no metric, no label, no value", async () => {
    const series = await prometheus.query('last_over_time({job=~".+", __name__=~".+"}[10m])');
    const own = series.filter(({ labels }) => !/^(up|scrape_.*|ALERTS.*|slo[:_].*)$/.test(labels.__name__ ?? ""));
    expect(own.length).toBeGreaterThan(500);
    const strangers = own.flatMap(({ labels: { __name__: name = "", job: _, instance: __, le: ___, ...labels } }) => {
      const metric =
        contract[name.replace(/_(bucket|sum|count)$/, "") as keyof Contract] ?? contract[name as keyof Contract];
      if (metric === undefined) return [name];
      const { labels: known, values = {} } = metric as MetricDefinition;
      return Object.entries(labels)
        .filter(([label, value]) => !known.includes(label) || values[label]?.includes(value) === false)
        .map(([label, value]) => `${name}{${label}="${value}"}`);
    });
    expect(strangers).toEqual([]);
  });

  it("sees no label value that was capped, no value dropped and no error of the package", async () => {
    const trouble = await prometheus.query('{__name__=~"llm_metrics_(capped|dropped|errors)_total"} > 0');
    expect(trouble.map(({ labels }) => labels)).toEqual([]);
  });
});
