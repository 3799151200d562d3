import { spawnSync } from "node:child_process";
import { createServer, type RequestListener, request as send } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createLlmMetrics, declareMetrics, type Tracing } from "@llm-slo/metrics";
import { fastifyMetrics, lastScrape, metricsHandler, type Scraped, serveMetrics } from "@llm-slo/metrics/http";
import express from "express";
import fastify from "fastify";
import { Counter, Registry } from "prom-client";
import { afterEach, describe, expect, it, vi } from "vitest";
import { promtools } from "../support/model.ts";

const metrics = declareMetrics({ features: ["chat"], models: { "gpt-5": "openai" } });
const request = { feature: "chat", model: "gpt-5" } as const;
const trace = { trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" };

/** What a tracer does that samples everything. */
const tracing: Tracing = {
  exemplars: true,
  content: false,
  start: () => ({ exemplar: trace, run: (fn) => fn(), end() {} }),
};

// As Prometheus 2.42 and 3.5 send them.
const accept242 =
  "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
const accept35 =
  "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
const text = "text/plain; version=0.0.4; charset=utf-8";
const openMetrics = "application/openmetrics-text; version=1.0.0; charset=utf-8";

const newApp = (options: { readonly tracing?: Tracing } = {}) =>
  createLlmMetrics({ metrics, registry: new Registry(), onError() {}, ...options });

/** An app whose metrics can't be rendered, and one that takes its time. */
const broken: Scraped = { registry: new Registry(), expose: () => Promise.reject(new Error("a secret")) };

const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0).reverse()) await close();
});

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

const serveWith: Readonly<Record<string, (llm: Scraped) => Promise<string>>> = {
  "node:http": (llm) => listen(metricsHandler(llm)),
  Express: (llm) => {
    const app = express();
    app.get("/metrics", metricsHandler(llm));
    return listen(app);
  },
  Fastify: async (llm) => {
    const app = fastify();
    app.get("/metrics", fastifyMetrics(llm));
    cleanUp.push(() => app.close());
    return `${await app.listen({ port: 0, host: "127.0.0.1" })}/metrics`;
  },
  "a server of its own": async (llm) => {
    const server = await serveMetrics(llm, { port: 0, host: "127.0.0.1" });
    cleanUp.push(server.close);
    return server.url;
  },
};

const scrape = async (url: string, headers: Record<string, string> = {}, method = "GET") => {
  const response = await fetch(url, { method, headers });
  return { status: response.status, contentType: response.headers.get("content-type"), body: await response.text() };
};

describe.each(Object.entries(serveWith))("metrics through %s", (name, serve) => {
  it("are answered as text, with the content type of it", async () => {
    const llm = newApp();
    await llm.observe(request, async () => "hi");
    const { status, contentType, body } = await scrape(await serve(llm));
    expect([status, contentType]).toEqual([200, text]);
    expect(body).toBe((await llm.expose()).body);
    expect(body).toContain('llm_requests_total{feature="chat",model="gpt-5",provider="openai",status="success"} 1\n');
  });

  it.each([accept242, accept35])("carry exemplars for a scraper that asks: %s", async (accept) => {
    const llm = newApp({ tracing });
    await llm.observe(request, async () => "hi");
    const url = await serve(llm);
    const before = await scrape(url);
    const { contentType, body } = await scrape(url, { accept });
    expect(contentType).toBe(openMetrics);
    expect(body).toMatch(
      /^llm_request_duration_seconds_bucket\{.*\} 1 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} \d/m,
    );
    expect(body.endsWith("\n# EOF\n")).toBe(true);
    expect(await scrape(url)).toEqual(before);
    expect(before.contentType).toBe(text);
  });

  it("answer HEAD without a body", async () => {
    const { status, contentType, body } = await scrape(await serve(newApp()), {}, "HEAD");
    expect({ status, contentType, body }).toEqual({ status: 200, contentType: text, body: "" });
  });

  it("say in short that they could not be rendered", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const url = await serve(broken);
    const answer = {
      status: 500,
      contentType: "text/plain; charset=utf-8",
      body: "The metrics could not be rendered.\n",
    };
    expect(await scrape(url)).toEqual(answer);
    expect(await scrape(url)).toEqual(answer);
    warned.mockRestore();
  });

  it("keep what is sound when a metric of the app's own throws", async () => {
    const registry = new Registry();
    const llm = createLlmMetrics({ metrics, registry, tracing });
    registry.registerMetric(new Counter({ name: "mine_total", help: "h", registers: [] }));
    registry.registerMetric(
      new Counter({
        name: "broken_total",
        help: "h",
        registers: [],
        collect() {
          throw new Error("the database is away");
        },
      }),
    );
    const url = await serve(llm);
    for (const accept of ["", accept35]) {
      const { status, body } = await scrape(url, { accept });
      expect(status).toBe(200);
      expect(body).toContain("\nmine_total 0\n");
      expect(body).toContain("\nllm_metrics_errors_total 0\n");
      expect(body).not.toContain("broken_total");
    }
  });

  it("are refused to POST", async () => {
    const { status } = await scrape(await serve(newApp()), {}, "POST");
    expect(status).toBe(name === "node:http" || name.startsWith("a server") ? 405 : 404);
  });

  it("are rendered once for scrapes at the same time, and anew for the next", async () => {
    const llm = newApp();
    let under = 0;
    let most = 0;
    const expose = vi.fn(async (accept?: string) => {
      under += 1;
      most = Math.max(most, under);
      await sleep(100);
      under -= 1;
      return llm.expose(accept);
    });
    const url = await serve({ registry: llm.registry, expose });
    await Promise.all([scrape(url), scrape(url), scrape(url), scrape(url, { accept: accept35 })]);
    expect(expose).toHaveBeenCalledTimes(2);
    expect(most).toBe(1);
    await scrape(url);
    expect(expose).toHaveBeenCalledTimes(3);
  });

  it("are awaited by a process that ends", async () => {
    const llm = newApp();
    const url = await serve(llm);
    const call = llm.start(request);
    const done = vi.fn();
    const last = lastScrape(llm, { timeoutSeconds: 30 }).then((scraped) => {
      done(scraped);
      return scraped;
    });
    await scrape(url);
    await sleep(120);
    expect(done).not.toHaveBeenCalled();
    call.end();
    await sleep(120);
    expect(done).not.toHaveBeenCalled();
    await scrape(url, {}, "HEAD");
    await sleep(50);
    expect(done).not.toHaveBeenCalled();
    const { body } = await scrape(url);
    expect(await last).toBe(true);
    expect(body).toContain('status="success"} 1\n');
  });
});

describe("a handler", () => {
  it("is of the types of node:http, Express and Fastify", () => {
    const llm = newApp();
    createServer(metricsHandler(llm));
    express().use("/metrics", metricsHandler(llm));
    fastify().route({ method: "GET", url: "/metrics", handler: fastifyMetrics(llm) });
    fastify({ http2: true }).get("/metrics", fastifyMetrics(llm));
    // @ts-expect-error: it serves what createLlmMetrics returned
    expect(() => metricsHandler({})).not.toThrow();
  });

  it("says which methods it takes", async () => {
    const response = await fetch(await listen(metricsHandler(newApp())), { method: "DELETE" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("leaves an answer alone that the app gave while it rendered", async () => {
    const llm = newApp();
    const slow: Scraped = { registry: llm.registry, expose: () => sleep(50).then(() => llm.expose()) };
    const url = await listen((incoming, response) => {
      metricsHandler(slow)(incoming, response);
      response.statusCode = 503;
      response.end("busy");
    });
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const last = lastScrape(slow, { timeoutSeconds: 0.3 });
    expect(await scrape(url)).toMatchObject({ status: 503, body: "busy" });
    expect(await last).toBe(false);
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it("survives a rendering that fails after the app has answered", async () => {
    const warned = vi.spyOn(console, "warn").mockImplementation(() => {});
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const slow: Scraped = { ...broken, expose: () => sleep(50).then(() => Promise.reject(new Error("late"))) };
    const url = await listen((incoming, response) => {
      metricsHandler(slow)(incoming, response);
      response.end("busy");
    });
    expect((await scrape(url)).body).toBe("busy");
    await sleep(100);
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it("survives scrapers that go away", async () => {
    const llm = newApp();
    const slow: Scraped = { registry: llm.registry, expose: () => sleep(50).then(() => llm.expose()) };
    const url = await listen(metricsHandler(slow));
    await expect(fetch(url, { signal: AbortSignal.timeout(10) })).rejects.toThrow();
    await sleep(80);
    expect((await scrape(url)).status).toBe(200);
  });
});

describe("a server of metrics", () => {
  const start = async (options: Partial<Parameters<typeof serveMetrics>[1]> = {}) => {
    const server = await serveMetrics(newApp(), { port: 0, ...options });
    cleanUp.push(server.close);
    return server;
  };

  it("serves one path and no other", async () => {
    const { url, port } = await start({ path: "/internal/metrics", host: "127.0.0.1" });
    expect(url).toBe(`http://127.0.0.1:${port}/internal/metrics`);
    expect((await scrape(url)).status).toBe(200);
    expect((await scrape(`${url}?name=x`)).status).toBe(200);
    for (const path of ["/", "/metrics", "/internal/metrics/", "//"]) {
      expect((await scrape(`http://127.0.0.1:${port}${path}`)).status, path).toBe(404);
    }
  });

  it("listens on all interfaces unless told otherwise", async () => {
    const { url, port } = await start();
    expect(url).toBe(`http://localhost:${port}/metrics`);
    expect((await scrape(`http://127.0.0.1:${port}/metrics`)).status).toBe(200);
  });

  it("says when the port is taken", async () => {
    const { port } = await start({ host: "127.0.0.1" });
    await expect(start({ port, host: "127.0.0.1" })).rejects.toThrow("EADDRINUSE");
  });

  it("closes at once when scrapers keep their connections open", async () => {
    const server = await serveMetrics(newApp(), { port: 0, host: "127.0.0.1" });
    await new Promise<void>((resolve, reject) => {
      send(server.url, { headers: { connection: "keep-alive" } }, (response) => response.resume().on("end", resolve))
        .on("error", reject)
        .end();
    });
    const silent = connect(server.port, "127.0.0.1");
    await new Promise((resolve) => silent.once("connect", resolve));
    const started = Date.now();
    await server.close();
    expect(Date.now() - started).toBeLessThan(3000);
    silent.destroy();
    await server.close();
  });
});

describe("the last scrape", () => {
  it("is given up after a time", async () => {
    const llm = newApp();
    const started = Date.now();
    expect(await lastScrape(llm, { timeoutSeconds: 0.2 })).toBe(false);
    const call = llm.start(request);
    expect(await lastScrape(llm, { timeoutSeconds: 0.2 })).toBe(false);
    call.end();
    expect(Date.now() - started).toBeGreaterThanOrEqual(380);
    expect(Date.now() - started).toBeLessThan(5000);
  });

  it("is not one whose rendering began before the requests had ended", async () => {
    const llm = newApp();
    const slow: Scraped = {
      registry: llm.registry,
      expose: async (accept) => {
        const exposition = await llm.expose(accept);
        await sleep(300);
        return exposition;
      },
    };
    const url = await listen(metricsHandler(slow));
    const call = llm.start(request);
    const early = scrape(url);
    await sleep(50);
    call.end();
    const last = lastScrape(slow, { timeoutSeconds: 1 });
    expect((await early).body).toContain('status="success"} 0\n');
    expect(await last).toBe(false);
  });

  it("is awaited again when a request starts in the meantime", async () => {
    const llm = newApp();
    const url = await listen(metricsHandler(llm));
    const last = lastScrape(llm, { timeoutSeconds: 10 });
    const done = vi.fn();
    last.then(done);
    await sleep(50);
    const call = llm.start(request);
    await scrape(url);
    await sleep(50);
    call.end();
    await sleep(100);
    expect(done).not.toHaveBeenCalled();
    const { body } = await scrape(url);
    expect(await last).toBe(true);
    expect(body).toContain('status="success"} 1\n');
  });

  it("may be awaited twice, and for ever", async () => {
    const llm = newApp();
    const url = await listen(metricsHandler(llm));
    const both = Promise.all([lastScrape(llm), lastScrape(llm, { timeoutSeconds: Number.POSITIVE_INFINITY })]);
    await sleep(50);
    await scrape(url);
    expect(await both).toEqual([true, true]);
  });

  it("keeps a process alive until it is there, and no longer", () => {
    const code = `
      import { createLlmMetrics, declareMetrics } from "@llm-slo/metrics";
      import { lastScrape, serveMetrics } from "@llm-slo/metrics/http";
      const llm = createLlmMetrics({ metrics: declareMetrics({ features: ["chat"], models: { "gpt-5": "openai" } }) });
      console.log(await lastScrape(llm, { timeoutSeconds: 0.2 }));
      const server = await serveMetrics(llm, { port: 0, host: "127.0.0.1" });
      const last = lastScrape(llm, { timeoutSeconds: 600 });
      console.log(process.listenerCount("SIGTERM"));
      setTimeout(() => fetch(server.url).then((response) => response.text()), 100);
      console.log(await last);
      await server.close();`;
    const node = ["--conditions=llm-slo-source", "--import", "tsx", "--input-type=module", "--eval", code];
    const { status, stdout, stderr } = spawnSync(process.execPath, node, { timeout: 30_000, encoding: "utf8" });
    expect([stdout, stderr, status]).toEqual(["false\n0\ntrue\n", "", 0]);
  });
});

describe.each(promtools)("$name", ({ path }) => {
  it.skipIf(path === undefined)("finds nothing wrong with what is served", async () => {
    const llm = newApp({ tracing });
    await llm.observe(request, async (call) => call.usage({ input: 1, output: 1 }));
    llm.setQueueDepth({ feature: "chat", depth: 1 });
    const { body } = await scrape(await listen(metricsHandler(llm)));
    const { status, stdout, stderr } = spawnSync(path as string, ["check", "metrics"], { input: body });
    expect([status, `${stdout}${stderr}`]).toEqual([0, ""]);
  });
});
