// From a request to its trace: a real Prometheus asks for OpenMetrics, and keeps the exemplars.
import { setTimeout as sleep } from "node:timers/promises";
import { createLlmMetrics, declareMetrics, type Tracing } from "@llm-slo/metrics";
import { type MetricsServer, serveMetrics } from "@llm-slo/metrics/http";
import { Counter, collectDefaultMetrics, Registry } from "prom-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PrometheusServer, startPrometheus } from "../support/prometheus-server.ts";

const trace = { trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" };
const tracing: Tracing = {
  exemplars: true,
  content: false,
  start: () => ({ exemplar: trace, run: (fn) => fn(), end() {} }),
};

/** An app that has metrics of its own beside ours. */
function usedApp() {
  const registry = new Registry();
  registry.setDefaultLabels({ app: "shop" });
  collectDefaultMetrics({ register: registry });
  new Counter({ name: "orders", help: "Orders.", registers: [registry] }).inc(3);
  const metrics = declareMetrics({ features: ["chat"], models: { "gpt-5-mini": "openai" } });
  const llm = createLlmMetrics({ metrics, registry, tracing });
  const call = llm.start({ feature: "chat", model: "gpt-5-mini", stream: true });
  call.firstToken();
  call.usage({ input: 1000, output: 100 });
  call.end();
  return llm;
}

describe.each([2, 3] as const)("Prometheus %s, scraping an app with exemplars", (version) => {
  let prometheus: PrometheusServer;
  let server: MetricsServer;

  beforeAll(async () => {
    server = await serveMetrics(usedApp(), { port: 0, host: "127.0.0.1" });
    prometheus = await startPrometheus({
      version,
      flags: ["--enable-feature=exemplar-storage"],
      config: JSON.stringify({
        global: { scrape_interval: "1s" },
        scrape_configs: [{ job_name: "app", static_configs: [{ targets: [new URL(server.url).host] }] }],
      }),
    });
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(200)) {
      if ((await prometheus.query("up == 1")).length > 0) return;
    }
  });

  afterAll(async () => {
    await prometheus?.stop();
    await server?.close();
  });

  it("stores the same series as without", async () => {
    expect((await prometheus.query("up")).map(({ value }) => value)).toEqual([1]);
    const own = 'app="shop", feature="chat", model="gpt-5-mini", provider="openai"';
    for (const selector of [
      `llm_requests_total{${own}, status="success"} == 1`,
      `llm_requests_total{${own}, status="error"} == 0`,
      `llm_tokens_total{${own}, token_type="input"} == 1000`,
      `llm_inflight_requests{${own}} == 0`,
      `llm_request_duration_seconds_bucket{${own}, le=~"1(\\\\.0)?"} == 1`,
      `llm_time_to_first_token_seconds_count{${own}} == 1`,
      "process_cpu_seconds_total",
      "nodejs_gc_duration_seconds_bucket",
      "orders_total == 3",
    ]) {
      expect(await prometheus.query(selector), selector).not.toEqual([]);
    }
  });

  it("leads from a bucket to the trace", async () => {
    const query = "llm_request_duration_seconds_bucket";
    const now = Date.now() / 1000;
    const parameters = new URLSearchParams({ query, start: `${now - 600}`, end: `${now + 600}` });
    const answer = (await (await fetch(`${prometheus.url}/api/v1/query_exemplars?${parameters}`)).json()) as {
      readonly data: readonly { readonly exemplars: readonly { readonly labels: unknown }[] }[];
    };
    expect(answer.data.flatMap(({ exemplars }) => exemplars.map(({ labels }) => labels))).toEqual([trace]);
  });
});
