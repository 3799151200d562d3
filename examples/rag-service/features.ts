// The three LLM features. Wrapping the clients is all it takes to have their requests measured.
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { z } from "zod";
import { llm } from "./llm.ts";
import type { Found } from "./retrieval.ts";

const ticket = z.object({ queue: z.enum(["billing", "access", "bug", "other"]), urgent: z.boolean() });
const invoice = z.object({ vendor: z.string(), number: z.string(), due: z.string(), total: z.string() });
export type Ticket = z.infer<typeof ticket>;
export type Invoice = z.infer<typeof invoice>;

export interface Features {
  /** Streams an answer from what retrieval found, as OpenAI or now and then Anthropic writes it. */
  answerQuestion(question: string, context: string, signal: AbortSignal): AsyncIterable<string>;
  classifyTicket(text: string, signal: AbortSignal): Promise<Ticket>;
  extractInvoice(text: string, signal: AbortSignal): Promise<Invoice>;
}

/** The context that an answer has to follow from. */
export const contextOf = (found: readonly Found[]): string => found.map(({ document }) => document.text).join("\n");

/** Reads a model's JSON, and counts whether it is what was asked for. */
function readJson<T>(feature: "ticket_classifier" | "document_extractor", schema: z.ZodType<T>, json: string): T {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Text that is no JSON is no answer either.
  }
  const { data } = schema.safeParse(value);
  llm.recordValidation({ feature, check: "json_schema", result: data === undefined ? "fail" : "pass" });
  if (data === undefined) throw new InvalidAnswer(`The model's answer does not fit: ${json}`);
  return data;
}

/** The model answered, but not what it was asked for. */
class InvalidAnswer extends Error {}

/** @param speed how many times faster than life the provider is; timeouts follow. */
export function createFeatures(providerUrl: string, speed: number): Features {
  const options = (timeoutSeconds: number) => ({
    apiKey: "not-needed-here",
    maxRetries: 1,
    timeout: Math.ceil((timeoutSeconds * 1000) / speed),
  });
  const baseURL = `${providerUrl}/v1`;
  const rag = llm.openai(new OpenAI({ ...options(5), baseURL }), { feature: "rag_pipeline" });
  const classifier = llm.openai(new OpenAI({ ...options(4), baseURL }), { feature: "ticket_classifier" });
  const extractor = llm.openai(new OpenAI({ ...options(45), baseURL }), { feature: "document_extractor" });
  const claude = llm.anthropic(new Anthropic({ ...options(5), baseURL: providerUrl }), { feature: "rag_pipeline" });

  const system = "Answer from the context alone, in at most two sentences.";
  async function* askGpt(prompt: string, signal: AbortSignal): AsyncIterable<string> {
    const stream = await rag.chat.completions.create(
      {
        model: "gpt-5-mini",
        messages: [
          { role: "system", content: system },
          { role: "user", content: prompt },
        ],
        stream: true,
        stream_options: { include_usage: true },
      },
      { signal },
    );
    for await (const { choices } of stream) {
      const text = choices[0]?.delta.content;
      if (text) yield text;
    }
  }
  async function* askClaude(prompt: string, signal: AbortSignal): AsyncIterable<string> {
    const stream = await claude.messages.create(
      {
        model: "claude-sonnet-5",
        max_tokens: 500,
        system,
        messages: [{ role: "user", content: prompt }],
        stream: true,
      },
      { signal },
    );
    for await (const event of stream) {
      if (event.type === "content_block_delta" && event.delta.type === "text_delta") yield event.delta.text;
    }
  }

  let asked = 0;
  return {
    answerQuestion(question, context, signal) {
      asked += 1;
      const ask = asked % 10 === 0 ? askClaude : askGpt;
      return ask(`Context:\n${context}\n\nQuestion: ${question}`, signal);
    },
    async classifyTicket(text, signal) {
      const completion = await classifier.chat.completions.create(
        {
          model: "gpt-5-mini",
          messages: [{ role: "user", content: `Sort this ticket into a queue:\n\n${text}` }],
          response_format: { type: "json_schema", json_schema: { name: "ticket", schema: z.toJSONSchema(ticket) } },
        },
        { signal },
      );
      return readJson("ticket_classifier", ticket, completion.choices[0]?.message.content ?? "");
    },
    async extractInvoice(text, signal) {
      const response = await extractor.responses.create(
        {
          model: "gpt-5",
          input: `Read the invoice's fields:\n\n${text}`,
          text: { format: { type: "json_schema", name: "invoice", schema: z.toJSONSchema(invoice) } },
        },
        { signal },
      );
      return readJson("document_extractor", invoice, response.output_text);
    },
  };
}
