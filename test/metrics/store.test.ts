import { type Contract, contract, createLlmMetrics, declareMetrics, type MetricDefinition } from "@llm-slo/metrics";
import { Counter, type OpenMetricsContentType, Registry } from "prom-client";
import { describe, expect, it, vi } from "vitest";
import { contractHash } from "../../src/metrics/contract-hash.ts";
import { app, chat, declared } from "./support/app.ts";

interface Sample {
  readonly labels: Readonly<Record<string, unknown>>;
}

describe("what an app emits", () => {
  it("is the contract: every metric, with its type, help and labels, and nothing else", async () => {
    const { llm } = app();
    llm.setQueueDepth({ feature: "chat", depth: 1 });
    const emitted = await llm.registry.getMetricsAsJSON();
    expect(emitted.map(({ name }) => name).toSorted()).toEqual(Object.keys(contract).toSorted());
    for (const metric of emitted) {
      const { type, help, labels } = contract[metric.name as keyof Contract] as MetricDefinition;
      expect(metric).toMatchObject({ type, help });
      for (const { labels: found } of metric.values as Sample[]) {
        expect(
          Object.keys(found)
            .filter((label) => label !== "le")
            .toSorted(),
        ).toEqual([...labels].toSorted());
      }
    }
  });

  it("has the declaration's own buckets", async () => {
    const registry = new Registry();
    createLlmMetrics({
      metrics: declareMetrics({
        features: ["a"],
        models: { m: "p" },
        buckets: { llm_request_duration_seconds: [1, 3] },
      }),
      registry,
    });
    const text = await registry.getSingleMetricAsString("llm_request_duration_seconds");
    expect([...text.matchAll(/le="([^"]+)"/g)].map(([, le]) => le)).toEqual(["1", "3", "+Inf"]);
  });

  it("names the contract by a hash that follows labels and buckets, not features and models", async () => {
    const base = { features: ["a"], models: { m: "p" } } as const;
    const hash = (more: object) => contractHash(declareMetrics({ ...base, ...more }));
    expect(hash({})).toMatch(/^[0-9a-f]{12}$/);
    expect(hash({ features: ["b"], models: { n: "q" } })).toBe(hash({}));
    expect(hash({ labels: { tenant: ["a"] } })).not.toBe(hash({}));
    expect(hash({ buckets: { llm_eval_score: [0.5, 1] } })).not.toBe(hash({}));
    const { value } = app();
    expect(await value("llm_contract_info", { version: "1", hash: contractHash(declared) })).toBe(1);
  });
});

describe("the registry", () => {
  it("may be the app's own, beside its own metrics", async () => {
    const registry = new Registry();
    new Counter({ name: "orders_total", help: "Orders.", registers: [registry] }).inc(3);
    const { llm } = app({ registry });
    expect(llm.registry).toBe(registry);
    expect((await llm.expose()).body).toContain("orders_total 3");
  });

  it("may be one of OpenMetrics, which carries exemplars to every scraper", async () => {
    const registry = new Registry<OpenMetricsContentType>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const exemplar = { trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" };
    const tracing = {
      exemplars: true,
      content: false,
      start: () => ({ exemplar, run: <T>(fn: () => T) => fn(), end() {} }),
    };
    const { llm, errors } = app({ registry, tracing });
    for (const accept of ["", "application/openmetrics-text", "text/plain"]) {
      llm.start({ feature: "chat", model: "gpt-5-mini" }).end();
      const { contentType, body } = await llm.expose(accept);
      expect(contentType).toMatch(/^application\/openmetrics-text/);
      expect(body).toContain(`# {trace_id="${exemplar.trace_id}",span_id="${exemplar.span_id}"}`);
      expect(body).toMatch(/\n# EOF\n$/);
    }
    const { body } = await app({ registry, tracing }).llm.expose();
    expect(body).toMatch(/^llm_requests_total\{.*model="gpt-5-mini".*status="success"\} 3$/m);
    expect(errors).toEqual([]);
  });

  it("is one for all calls without one, also from another copy of this module", async () => {
    vi.resetModules();
    const copy = await import("@llm-slo/metrics");
    expect(copy.createLlmMetrics).not.toBe(createLlmMetrics);
    const [one, two] = [createLlmMetrics({ metrics: declared }), copy.createLlmMetrics({ metrics: declared })];
    expect(two.registry).toBe(one.registry);
    one.start({ feature: "chat", model: "gpt-5-mini" }).end();
    two.start({ feature: "chat", model: "gpt-5-mini" }).end();
    const text = (await one.expose()).body;
    expect(text).toContain(
      'llm_requests_total{feature="chat",model="gpt-5-mini",provider="openai",status="success"} 2',
    );
  });

  it("keeps its counts when the app's code is loaded again, as hot reloads and test runners do", async () => {
    const registry = new Registry();
    app({ registry }).llm.start({ feature: "chat", model: "gpt-5-mini" }).end();
    const again = app({ registry });
    again.llm.start({ feature: "chat", model: "gpt-5-mini" }).end();
    expect(await again.value("llm_requests_total", { ...chat, status: "success" })).toBe(2);
    expect(await again.value("llm_request_duration_seconds_count", chat)).toBe(2);
    expect(again.errors).toEqual([]);
  });

  it("has the new buckets after a reload that changed them", async () => {
    const registry = new Registry();
    app({ registry });
    createLlmMetrics({
      metrics: declareMetrics({ features: ["chat"], models: { m: "p" }, buckets: { llm_eval_score: [0.5, 1] } }),
      registry,
    });
    createLlmMetrics({
      metrics: declareMetrics({
        features: ["chat"],
        models: { m: "p" },
        evaluators: ["e"],
        buckets: { llm_eval_score: [0.5, 1] },
      }),
      registry,
    });
    const text = await registry.getSingleMetricAsString("llm_eval_score");
    expect([...text.matchAll(/le="([^"]+)"/g)].map(([, le]) => le)).toEqual(["0.5", "1", "+Inf"]);
  });

  it("with somebody else's metric of the same name keeps that one, and says so", async () => {
    const registry = new Registry();
    new Counter({ name: "llm_requests_total", help: "Another's.", registers: [registry] }).inc(9);
    const { llm, errors, value } = app({ registry });
    llm.start({ feature: "chat", model: "gpt-5-mini" }).end();
    expect(errors.map(String)).toEqual([expect.stringContaining("llm_requests_total")]);
    expect(await value("llm_metrics_errors_total", {})).toBe(1);
    expect((await llm.expose()).body).toContain("llm_requests_total 9");
  });

  it("sweeps the requests of every app that writes to it", async () => {
    const registry = new Registry();
    const first = app({ registry, maxRequestSeconds: 0 });
    app({ registry });
    first.llm.start({ feature: "chat", model: "gpt-5-mini" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await first.value("llm_inflight_requests", chat)).toBe(0);
  });
});

describe("one scrape", () => {
  it("survives a metric of the app's own that throws", async () => {
    const registry = new Registry();
    new Counter({
      name: "broken_total",
      help: "Broken.",
      registers: [registry],
      collect() {
        throw new Error("no");
      },
    });
    new Counter({ name: "sound_total", help: "Sound.", registers: [registry] }).inc();
    const { llm } = app({ registry });
    const { body } = await llm.expose();
    expect(body).toContain("sound_total 1");
    expect(body).toContain("llm_requests_total{");
    expect(body).not.toContain("broken_total 0");
  });

  it("says its content type, without which Prometheus 3 refuses it", async () => {
    const { llm } = app();
    expect((await llm.expose()).contentType).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect((await llm.expose("application/openmetrics-text")).contentType).toMatch(/^text\/plain/);
  });

  it("writes le without a fraction where the bound has none: queries match both spellings", async () => {
    const { llm } = app();
    expect((await llm.expose()).body).toMatch(/llm_request_duration_seconds_bucket\{le="1",/);
  });
});

it("labels of series are the package's own: what the app changes later changes nothing", async () => {
  const { llm, value } = app();
  const request = { feature: "chat", model: "gpt-5-mini" } as { feature: "chat" | "search"; model: string };
  const evaluation = { feature: "chat", evaluator: "hallucination", result: "pass" } as { feature: string };
  const call = llm.start(request);
  llm.recordEvaluation(evaluation as never);
  request.feature = "search";
  evaluation.feature = "search";
  call.end();
  expect(await value("llm_requests_total", { ...chat, status: "success" })).toBe(1);
  expect(await value("llm_eval_runs_total", { feature: "chat", evaluator: "hallucination", result: "pass" })).toBe(1);
});
