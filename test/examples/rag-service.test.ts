import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { judge, type Sample } from "../../examples/rag-service/evaluation.ts";
import { createFaults, type FaultShares } from "../../examples/rag-service/faults.ts";
import { startProvider } from "../../examples/rag-service/provider.ts";
import { retrieve } from "../../examples/rag-service/retrieval.ts";
import { type Example, startExample } from "../../examples/rag-service/start.ts";

const noUsers = { rag_pipeline: 0, ticket_classifier: 0, document_extractor: 0 };
const invoice = "Vendor: Northwind Paper\nNumber: INV-77\nDue: 2026-03-15\nTotal: 512 EUR";

type Labels = Readonly<Record<string, string>>;
type Scrape = (metric: string, labels?: Labels) => number;

/** Reads a scrape: the sum of a metric's series that have these labels. */
async function scrape({ metricsUrl }: Example): Promise<Scrape> {
  const lines = (await (await fetch(metricsUrl)).text()).split("\n");
  return (metric, labels = {}) =>
    lines
      .filter((line) => line.startsWith(`${metric}{`))
      .filter((line) => Object.entries(labels).every(([name, value]) => line.includes(`${name}="${value}"`)))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}

/** What `act` adds to the series. */
async function added(example: Example, act: () => Promise<unknown>): Promise<Scrape> {
  const before = await scrape(example);
  await act();
  const after = await scrape(example);
  return (metric, labels) => after(metric, labels) - before(metric, labels);
}

async function post({ url }: Example, path: string, body: object) {
  const response = await fetch(url + path, { method: "POST", body: JSON.stringify(body) });
  return { status: response.status, text: await response.text() };
}

let asked = 0;
/** Asks what nobody asked before, so that no answer comes from the cache. */
const ask = (example: Example, question = "When do shared links expire?") =>
  post(example, "/ask", { question: `${question} ${"?".repeat(++asked)}` });
const askMany = (example: Example, times: number) => Promise.all(Array.from({ length: times }, () => ask(example)));

/** Waits for a batch of the evaluation to begin and end after now. */
async function nextBatch(example: Example): Promise<void> {
  const batches = async () => (await scrape(example))("llm_eval_batches_total", { evaluator: "answer_quality" });
  const start = await batches();
  while ((await batches()) < start + 2) await delay(20);
}

describe("the example service", () => {
  let example: Example;
  beforeAll(async () => {
    example = await startExample({ seed: 7, speed: 10, evaluateEverySeconds: 0.3, requestsPerMinute: noUsers });
  });
  afterEach(() => example.faults.clear());
  afterAll(() => example.stop());

  it("answers a question from its documents, and from its cache when asked again", async () => {
    const question = { question: "How many requests a minute may I send to the API?" };
    const series = await added(example, async () => {
      const first = await post(example, "/ask", question);
      expect(first.status).toBe(200);
      expect(first.text).toContain("600 requests a minute");
      expect(await post(example, "/ask", question)).toEqual(first);
    });
    expect(series("llm_cache_requests_total", { result: "miss" })).toBe(1);
    expect(series("llm_cache_requests_total", { result: "hit" })).toBe(1);
    expect(series("llm_retrieval_relevance_score_count")).toBe(3);
    expect(series("llm_tasks_total", { feature: "rag_pipeline", outcome: "completed" })).toBe(2);
  });

  it("streams its answers", async () => {
    const response = await fetch(`${example.url}/ask`, {
      method: "POST",
      body: JSON.stringify({ question: "Are audit logs kept?" }),
    });
    let parts = 0;
    for await (const part of response.body ?? []) parts += part.length > 0 ? 1 : 0;
    expect(parts).toBeGreaterThan(2);
  });

  it("sorts tickets and reads invoices, and validates what the model says", async () => {
    const series = await added(example, async () => {
      const ticket = await post(example, "/classify", { text: "My card was charged twice. Urgent!" });
      expect(JSON.parse(ticket.text)).toEqual({ queue: "billing", urgent: true });
      const fields = await post(example, "/extract", { text: invoice });
      expect(JSON.parse(fields.text)).toEqual({
        vendor: "Northwind Paper",
        number: "INV-77",
        due: "2026-03-15",
        total: "512 EUR",
      });
    });
    for (const feature of ["ticket_classifier", "document_extractor"]) {
      expect(series("llm_output_validations_total", { feature, check: "json_schema", result: "pass" })).toBe(1);
      expect(series("llm_tasks_total", { feature, outcome: "completed" })).toBe(1);
    }
  });

  it("counts feedback, and refuses what makes no sense", async () => {
    const series = await added(example, async () => {
      expect((await post(example, "/feedback", { feature: "rag_pipeline", rating: "up" })).status).toBe(204);
      expect((await post(example, "/feedback", { feature: "rag_pipeline", rating: "great" })).status).toBe(400);
      for (const path of ["/ask", "/classify", "/extract"]) expect((await post(example, path, {})).status).toBe(400);
    });
    expect(series("llm_user_feedback_total", { feature: "rag_pipeline", rating: "up" })).toBe(1);
    expect(series("llm_user_feedback_total")).toBe(1);
  });

  it("measures every request: duration, first token, tokens, cost", async () => {
    const series = await added(example, async () => {
      await askMany(example, 10);
      await post(example, "/classify", { text: "The app crashes." });
      await post(example, "/extract", { text: invoice });
    });
    const openai = { model: "gpt-5-mini", provider: "openai", status: "success" };
    const anthropic = { model: "claude-sonnet-5", provider: "anthropic", status: "success" };
    expect(series("llm_requests_total", { feature: "rag_pipeline", ...openai })).toBe(9);
    expect(series("llm_requests_total", { feature: "rag_pipeline", ...anthropic })).toBe(1);
    expect(series("llm_requests_total", { feature: "ticket_classifier", ...openai })).toBe(1);
    expect(series("llm_requests_total", { feature: "document_extractor", model: "gpt-5", status: "success" })).toBe(1);
    expect(series("llm_request_duration_seconds_count")).toBe(12);
    expect(series("llm_time_to_first_token_seconds_count", { feature: "rag_pipeline" })).toBe(10);
    for (const token_type of ["input", "cache_read", "output", "reasoning"]) {
      expect(series("llm_tokens_total", { token_type })).toBeGreaterThan(0);
    }
    expect(series("llm_cost_per_request_usd_count")).toBe(12);
    expect(series("llm_cost_per_request_usd_bucket", { le: "0.05" })).toBe(12);
    expect(series("llm_unpriced_requests_total") + series("llm_usage_missing_total")).toBe(0);
    expect(series("llm_metrics_capped_total") + series("llm_metrics_dropped_total")).toBe(0);
    expect((await scrape(example))("llm_inflight_requests")).toBe(0);
  });

  it("lets faults hit one provider alone, where that is wanted", async () => {
    const openai = { seed: 7, speed: 10, requestsPerMinute: noUsers, faultyProvider: "openai" } as const;
    const halfBroken = await startExample(openai);
    onTestFinished(() => halfBroken.stop());
    halfBroken.faults.set({ errors: 1 });
    const series = await added(halfBroken, () => askMany(halfBroken, 10));
    expect(series("llm_requests_total", { provider: "openai", status: "error" })).toBe(9);
    expect(series("llm_requests_total", { provider: "anthropic", status: "success" })).toBe(1);
  });

  it("counts a user who doesn't wait as cancelled", async () => {
    const abandoned = async () =>
      (await scrape(example))("llm_tasks_total", { feature: "rag_pipeline", outcome: "abandoned" });
    const series = await added(example, async () => {
      const before = await abandoned();
      example.faults.set({ slow: 1 });
      const question = JSON.stringify({ question: "Is anybody in a hurry?" });
      const signal = AbortSignal.timeout(60);
      await expect(fetch(`${example.url}/ask`, { method: "POST", body: question, signal })).rejects.toThrow();
      await expect.poll(abandoned).toBe(before + 1);
    });
    expect(series("llm_requests_total", { feature: "rag_pipeline", status: "cancelled" })).toBe(1);
  });

  describe("under a fault", () => {
    it.each([
      { fault: "errors", answer: 502, status: "error", says: "500 Something broke." },
      { fault: "rate-limited", answer: 429, status: "rate_limited", says: "429 Too many requests." },
      { fault: "stalled", answer: 504, status: "timeout", says: "Request timed out." },
    ] as const)(
      "$fault: answers $answer and counts $status, after a retry",
      async ({ fault, answer, status, says }) => {
        example.faults.set({ [fault]: 1 });
        const series = await added(example, async () => {
          const answers = await Promise.all([ask(example), post(example, "/classify", { text: "Hello?" })]);
          for (const { status, text } of answers) expect([status, JSON.parse(text).error]).toEqual([answer, says]);
        });
        for (const feature of ["rag_pipeline", "ticket_classifier"]) {
          expect(series("llm_tasks_total", { feature, outcome: "failed" })).toBe(1);
          expect(series("llm_requests_total", { feature, status })).toBe(1);
          expect(series("llm_requests_total", { feature })).toBe(1);
          expect(series("llm_retries_total", { feature })).toBe(1);
        }
        expect(series("llm_request_duration_seconds_count")).toBe(0);
        expect(series("llm_first_token_missing_total")).toBe(1);
      },
    );

    it("slow: answers come later", async () => {
      const timed = async (shares: FaultShares) => {
        example.faults.set(shares);
        const series = await added(example, async () => {
          for (const { status } of await askMany(example, 5)) expect(status).toBe(200);
        });
        const mean = (metric: string) => series(`${metric}_sum`) / series(`${metric}_count`);
        return { duration: mean("llm_request_duration_seconds"), firstToken: mean("llm_time_to_first_token_seconds") };
      };
      const usual = await timed({});
      const slow = await timed({ slow: 1 });
      // At a tenth of life's time, six times the shortest answer: 0.65 s, its first token after 0.25 s.
      expect(slow.duration).toBeGreaterThan(Math.max(0.38, usual.duration));
      expect(slow.firstToken).toBeGreaterThan(Math.max(0.14, usual.firstToken));
    });

    it("expensive-prompt: the same answers cost more", async () => {
      const usual = await added(example, () => askMany(example, 4));
      example.faults.set({ "expensive-prompt": 1 });
      const expensive = await added(example, () => askMany(example, 4));
      expect(expensive("llm_tokens_total")).toBeGreaterThan(5 * usual("llm_tokens_total"));
      expect(expensive("llm_cost_usd_total")).toBeGreaterThan(5 * usual("llm_cost_usd_total"));
      expect(expensive("llm_tokens_total", { token_type: "cache_read" })).toBe(0);
      expect(usual("llm_cost_per_request_usd_bucket", { le: "0.05" })).toBe(4);
      expect(expensive("llm_cost_per_request_usd_bucket", { le: "0.05" })).toBe(0);
    });

    it("hallucinate: the judge notices, and tickets don't validate", async () => {
      const batchOf = (act: () => Promise<unknown>) =>
        added(example, async () => {
          await act();
          await nextBatch(example);
        });
      await nextBatch(example);
      const usual = await batchOf(() => askMany(example, 5));
      example.faults.set({ hallucinate: 1 });
      const hallucinated = await batchOf(async () => {
        await askMany(example, 5);
        const ticket = await post(example, "/classify", { text: "My card was charged twice." });
        expect([ticket.status, ticket.text]).toEqual([502, expect.stringContaining("astrology")]);
      });
      for (const evaluator of ["hallucination", "faithfulness", "answer_quality"]) {
        const items = { feature: "rag_pipeline", evaluator };
        expect(usual("llm_eval_runs_total", { ...items, result: "pass" })).toBe(5);
        expect(usual("llm_eval_runs_total", { ...items, result: "fail" })).toBe(0);
        expect(hallucinated("llm_eval_runs_total", { ...items, result: "fail" })).toBe(5);
        expect(hallucinated("llm_eval_score_sum", items)).toBeLessThan(usual("llm_eval_score_sum", items) / 2);
      }
      expect(hallucinated("llm_output_validations_total", { feature: "ticket_classifier", result: "fail" })).toBe(1);
    });

    it("evaluator-down: batches stand still, and go on afterwards", async () => {
      await nextBatch(example);
      example.faults.set({ "evaluator-down": 1 });
      const down = await added(example, () => delay(700));
      expect(down("llm_eval_batches_total")).toBe(0);
      example.faults.clear();
      const up = await added(example, () => nextBatch(example));
      expect(up("llm_eval_batches_total")).toBeGreaterThanOrEqual(6);
    });

    it("a share hits that share of the attempts", async () => {
      const faults = createFaults(3);
      faults.set({ errors: 0.3 });
      const hits = Array.from({ length: 1000 }, () => faults.strikes("errors")).filter(Boolean).length;
      expect(hits).toBeGreaterThan(250);
      expect(hits).toBeLessThan(350);
    });

    it("is set over HTTP, on this machine alone", async () => {
      const send = async (method: string, body?: object) => {
        const response = await fetch(example.faultsUrl, { method, ...(body && { body: JSON.stringify(body) }) });
        return { status: response.status, body: (await response.json()) as object };
      };
      expect(new URL(example.faultsUrl).hostname).toBe("127.0.0.1");
      expect(await send("POST", { slow: 0.5, errors: 1 })).toEqual({ status: 200, body: { slow: 0.5, errors: 1 } });
      expect(await send("POST", { errors: 0 })).toEqual({ status: 200, body: { slow: 0.5 } });
      for (const wrong of [{ slwo: 1 }, { slow: 2 }, { slow: "1" }, [1]]) {
        expect((await send("POST", wrong)).status).toBe(400);
      }
      expect(await send("GET")).toEqual({ status: 200, body: { slow: 0.5 } });
      expect(await send("DELETE")).toEqual({ status: 200, body: {} });
    });
  });
});

describe("the example's users", () => {
  it("keep all features busy, and leave nothing behind when they are stopped", async () => {
    const handles = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCP/.test(kind));
    await delay(0);
    const before = handles();
    const rates = { rag_pipeline: 120, ticket_classifier: 60, document_extractor: 30 };
    const example = await startExample({ seed: 5, speed: 10, evaluateEverySeconds: 0.5, requestsPerMinute: rates });
    const start = await scrape(example);
    const counts = async () => {
      const now = await scrape(example);
      const since: Scrape = (metric, labels) => now(metric, labels) - start(metric, labels);
      return [
        ...Object.keys(rates).flatMap((feature) => [
          since("llm_requests_total", { feature, status: "success" }),
          since("llm_tasks_total", { feature, outcome: "completed" }),
        ]),
        since("llm_cache_requests_total", { result: "hit" }),
        since("llm_user_feedback_total"),
        since("llm_eval_runs_total", { feature: "rag_pipeline", result: "pass" }),
        since("llm_eval_runs_total", { feature: "document_extractor", result: "pass" }),
      ];
    };
    await expect.poll(async () => Math.min(...(await counts())), { timeout: 20_000 }).toBeGreaterThan(2);
    example.faults.set({ stalled: 1 });
    await delay(200);
    await example.stop();
    await expect(fetch(example.metricsUrl)).rejects.toThrow();
    await expect.poll(handles, { timeout: 5000 }).toEqual(before);
  });
});

describe("the example's command line", () => {
  it("says what to try, and ends on SIGTERM", async () => {
    const cwd = fileURLToPath(new URL("../../examples/rag-service/", import.meta.url));
    const args = ["--conditions=llm-slo-source", "--import", "tsx", "main.ts", "--port", "0", "--faults-port", "0"];
    const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    await expect.poll(() => output, { timeout: 30_000 }).toContain("stalled");
    const [metricsUrl] = /http:\S+\/metrics/.exec(output) ?? [""];
    expect(await (await fetch(metricsUrl)).text()).toContain('llm_requests_total{feature="rag_pipeline"');
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});

describe("retrieval", () => {
  it("finds the document a question is about", () => {
    const [best, ...others] = retrieve("How many requests may I send to the API before the rate limit?");
    expect(best?.document.title).toBe("API rate limits");
    for (const { relevance } of others) expect(relevance).toBeLessThan(best?.relevance ?? 0);
    expect(retrieve("zebra")).toEqual([]);
  });
});

describe("the judge", () => {
  const context = "Shared links expire after 14 days by default.";
  const sample = (answer: string): Sample => ({
    feature: "rag_pipeline",
    question: "When do shared links expire?",
    context,
    answer,
  });
  it.each(["hallucination", "faithfulness", "answer_quality"] as const)("tells by %s what follows", (evaluator) => {
    const grounded = judge(evaluator, sample("Shared links expire after 14 days."));
    const invented = judge(evaluator, sample("Napoleon rides horses on Thursdays."));
    expect(grounded).toEqual({ score: expect.closeTo(1), passed: true });
    expect(invented).toEqual({ score: expect.closeTo(0), passed: false });
  });

  it("fails where there is nothing to judge by", () => {
    expect(() => judge("hallucination", { ...sample("Yes."), context: "" })).toThrow("no context");
  });
});

describe("the stand-in provider", () => {
  const start = () => startProvider({ seed: 1, speed: 100, faults: createFaults(1) });
  const content = "Context:\nFiles are encrypted. Keys rotate.\n\nQuestion: Are files encrypted?";
  const messages = [{ role: "user" as const, content }];
  const text = "Files are encrypted. Keys rotate.";

  it("speaks OpenAI's APIs, streaming and not", async () => {
    const provider = await start();
    const openai = new OpenAI({ apiKey: "x", baseURL: `${provider.url}/v1`, maxRetries: 0 });
    const whole = await openai.chat.completions.create({ model: "gpt-5-mini", messages });
    expect(whole.choices[0]?.message.content).toBe(text);
    expect(whole.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
    const chat = openai.chat.completions.stream({
      model: "gpt-5-mini",
      messages,
      stream_options: { include_usage: true },
    });
    expect((await chat.finalChatCompletion()).choices[0]?.message.content).toBe(text);
    expect((await chat.totalUsage()).prompt_tokens).toBeGreaterThan(0);
    const response = await openai.responses.create({ model: "gpt-5", input: content });
    expect(response.output_text).toBe(text);
    expect(response.usage?.input_tokens).toBeGreaterThan(0);
    const events = [];
    for await (const event of await openai.responses.create({ model: "gpt-5", input: content, stream: true })) {
      events.push(event);
    }
    expect(events.map((event) => (event.type === "response.output_text.delta" ? event.delta : "")).join("")).toBe(text);
    expect(events.at(-1)).toMatchObject({ type: "response.completed", response: { usage: expect.anything() } });
    await provider.close();
  });

  it("speaks Anthropic's API, streaming and not", async () => {
    const provider = await start();
    const anthropic = new Anthropic({ apiKey: "x", baseURL: provider.url, maxRetries: 0 });
    const request = { model: "claude-sonnet-5", max_tokens: 100, messages };
    const whole = await anthropic.messages.create(request);
    const streamed = await anthropic.messages.stream(request).finalMessage();
    for (const { content, usage } of [whole, streamed]) {
      expect(content).toMatchObject([{ type: "text", text }]);
      expect(usage.input_tokens + (usage.cache_read_input_tokens ?? 0)).toBeGreaterThan(4999);
      expect(usage.output_tokens).toBeGreaterThan(100);
    }
    await provider.close();
  });

  it("draws the same tokens from the same seed", async () => {
    const draw = async () => {
      const provider = await start();
      const openai = new OpenAI({ apiKey: "x", baseURL: `${provider.url}/v1` });
      const usages = [];
      for (let n = 0; n < 3; n++) {
        usages.push((await openai.chat.completions.create({ model: "gpt-5-mini", messages })).usage);
      }
      await provider.close();
      return usages;
    };
    expect(await draw()).toEqual(await draw());
  });
});
