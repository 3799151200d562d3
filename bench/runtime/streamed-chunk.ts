// What the package adds to each chunk of a streamed answer, in the real OpenAI SDK over a stand-in for the network.
import { createLlmMetrics, declareMetrics } from "@llm-slo/metrics";
import OpenAI from "openai";
import { Registry } from "prom-client";
import { type Comparison, compare, cpuMicroseconds } from "./turns.ts";

const chunks = 2000;
const answer = Array.from({ length: chunks }, (_, index) => {
  const choice = { index: 0, delta: { content: `word ${index} ` }, finish_reason: null };
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", model: "gpt-5-mini", choices: [choice] })}\n\n`;
});
const body = new TextEncoder().encode(`${answer.join("")}data: [DONE]\n\n`);

function client(): OpenAI {
  const fetch = async () => new Response(body, { headers: { "content-type": "text/event-stream" } });
  return new OpenAI({ apiKey: "none", fetch });
}

/** Microseconds for each chunk of one streamed answer. */
async function readAll(openai: OpenAI): Promise<number> {
  const began = cpuMicroseconds();
  const stream = await openai.chat.completions.create({ model: "gpt-5-mini", messages: [], stream: true });
  let read = 0;
  for await (const _ of stream) read++;
  if (read !== chunks) throw new Error(`${read} chunks of ${chunks}`);
  return (cpuMicroseconds() - began) / chunks;
}

/** Microseconds of a chunk, in a wrapped and in a bare client. */
export function measureStreamedChunk(): Promise<Comparison> {
  const metrics = declareMetrics({ features: ["chat"], models: { "gpt-5-mini": "openai" } });
  const llm = createLlmMetrics({ metrics, registry: new Registry() });
  const wrapped = llm.openai(client(), { feature: "chat" });
  const [bare, again] = [client(), client()];
  return compare(
    () => readAll(wrapped),
    () => readAll(bare),
    () => readAll(again),
    60,
  );
}
