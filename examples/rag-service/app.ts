// The service: an endpoint per feature, each with a queue; a cache for answers; feedback; and what Prometheus scrapes.

import Anthropic from "@anthropic-ai/sdk";
import { metricsHandler } from "@llm-slo/metrics/http";
import express, { type RequestHandler, type Response } from "express";
import OpenAI from "openai";
import pLimit from "p-limit";
import type { Sample } from "./evaluation.ts";
import { contextOf, type Features } from "./features.ts";
import { goneSignal, type Listening, listen, readJson } from "./listen.ts";
import { llm } from "./llm.ts";
import { retrieve } from "./retrieval.ts";

const features = ["rag_pipeline", "ticket_classifier", "document_extractor"] as const;
export type Feature = (typeof features)[number];

const atOnce = 16;
const mayWait = 100;
const cachedAnswers = 20;

export interface AppOptions {
  readonly features: Features;
  /** Told of every answer, so that it may be evaluated. */
  readonly onAnswer: (sample: Sample) => void;
  readonly port: number;
  readonly host: string;
}

/** The HTTP status for what an SDK threw. */
function httpStatusOf(error: unknown): number {
  const timeouts = [OpenAI.APIConnectionTimeoutError, Anthropic.APIConnectionTimeoutError];
  if (timeouts.some((timeout) => error instanceof timeout)) return 504;
  return error instanceof OpenAI.RateLimitError || error instanceof Anthropic.RateLimitError ? 429 : 502;
}

/** Runs the tasks of a feature: a few at once, some that wait, each counted by how it ends. */
function taskRunner(feature: Feature) {
  const limit = pLimit(atOnce);
  const showDepth = () => llm.setQueueDepth({ feature, depth: limit.pendingCount });
  return async (response: Response, task: (signal: AbortSignal) => Promise<void>): Promise<void> => {
    if (limit.pendingCount >= mayWait) {
      response.status(503).json({ error: "Too many requests wait already." });
      return;
    }
    const signal = goneSignal(response);
    const ended = limit(async () => {
      showDepth();
      if (!signal.aborted) await task(signal);
    });
    showDepth();
    try {
      await ended;
      llm.recordTask({ feature, outcome: signal.aborted ? "abandoned" : "completed" });
    } catch (error) {
      llm.recordTask({ feature, outcome: signal.aborted ? "abandoned" : "failed" });
      if (response.headersSent) response.destroy();
      else response.status(httpStatusOf(error)).json({ error: error instanceof Error ? error.message : String(error) });
    }
  };
}

const refuse = (response: Response, fields: string) => void response.status(400).json({ error: `Send ${fields}.` });

function ask({ features, onAnswer }: AppOptions): RequestHandler {
  const run = taskRunner("rag_pipeline");
  const cache = new Map<string, string>();
  return async (request, response) => {
    const question: unknown = request.body?.question;
    if (typeof question !== "string") return refuse(response, "a question");
    const known = cache.get(question);
    llm.recordCache({ feature: "rag_pipeline", result: known === undefined ? "miss" : "hit" });
    if (known !== undefined) {
      llm.recordTask({ feature: "rag_pipeline", outcome: "completed" });
      response.type("text/plain").send(known);
      return;
    }
    await run(response, async (signal) => {
      const found = retrieve(question);
      if (found.length > 0) {
        llm.recordRetrieval({ feature: "rag_pipeline", relevance: found.map(({ relevance }) => relevance) });
      }
      const context = contextOf(found);
      let answer = "";
      for await (const text of features.answerQuestion(question, context, signal)) {
        answer += text;
        if (!response.headersSent) response.type("text/plain");
        response.write(text);
      }
      // OpenAI's SDK ends a stream that was aborted without an error.
      if (signal.aborted) return;
      response.end();
      cache.set(question, answer);
      const [oldest] = cache.keys();
      if (cache.size > cachedAnswers && oldest !== undefined) cache.delete(oldest);
      onAnswer({ feature: "rag_pipeline", question, context, answer });
    });
  };
}

function classify({ features }: AppOptions): RequestHandler {
  const run = taskRunner("ticket_classifier");
  return async (request, response) => {
    const text: unknown = request.body?.text;
    if (typeof text !== "string") return refuse(response, "the text of a ticket");
    await run(response, async (signal) => void response.json(await features.classifyTicket(text, signal)));
  };
}

function extract({ features, onAnswer }: AppOptions): RequestHandler {
  const run = taskRunner("document_extractor");
  return async (request, response) => {
    const text: unknown = request.body?.text;
    if (typeof text !== "string") return refuse(response, "the text of an invoice");
    await run(response, async (signal) => {
      const invoice = await features.extractInvoice(text, signal);
      response.json(invoice);
      const question = Object.keys(invoice).join(", ");
      onAnswer({ feature: "document_extractor", question, context: text, answer: JSON.stringify(invoice) });
    });
  };
}

const takeFeedback: RequestHandler = (request, response) => {
  const { feature, rating } = request.body ?? {};
  if (!features.includes(feature) || (rating !== "up" && rating !== "down")) {
    return refuse(response, `a feature (${features.join(", ")}) and a rating (up, down)`);
  }
  llm.recordFeedback({ feature, rating });
  response.status(204).end();
};

export function startApp(options: AppOptions): Promise<Listening> {
  const app = express();
  app.use(readJson("1mb"));
  app.post("/ask", ask(options));
  app.post("/classify", classify(options));
  app.post("/extract", extract(options));
  app.post("/feedback", takeFeedback);
  app.get("/metrics", metricsHandler(llm));
  return listen(app, options.port, options.host);
}
