// Run as a process of its own: counts the rejections that nobody handles, of a client as its SDK makes it and of a recorded one.
import { setTimeout as sleep } from "node:timers/promises";
import Anthropic1 from "@anthropic-ai/sdk";
import { createLlmMetrics } from "@llm-slo/metrics";
import Anthropic0 from "anthropic-0";
import OpenAI7 from "openai";
import OpenAI6 from "openai-6";
import { Registry } from "prom-client";
import { declared } from "./app.ts";

// biome-ignore lint/suspicious/noExplicitAny: four SDKs are used as one.
type Client = any;

const options = {
  apiKey: "key",
  maxRetries: 0,
  fetch: async () =>
    new Response('{"error":{"message":"no"}}', { status: 400, headers: { "content-type": "application/json" } }),
};
const llm = createLlmMetrics({ metrics: declared, registry: new Registry() });
const sdks: Readonly<Record<string, readonly [() => Client, (client: Client) => Client]>> = {
  "openai 7": [() => new OpenAI7(options), (client) => llm.openai(client, { feature: "chat" })],
  "openai 6": [() => new OpenAI6(options), (client) => llm.openai(client, { feature: "chat" })],
  "anthropic 1": [() => new Anthropic1(options), (client) => llm.anthropic(client, { feature: "chat" })],
  "anthropic 0": [() => new Anthropic0(options), (client) => llm.anthropic(client, { feature: "chat" })],
};

const body = { model: "gpt-5-mini", max_tokens: 10, messages: [{ role: "user", content: "Hi" }] };
const resource = (client: Client) => client.messages ?? client.chat.completions;
const uses: Readonly<Record<string, (client: Client) => unknown>> = {
  ignored: (client) => void resource(client).create(body),
  ignoredStream: (client) => void resource(client).create({ ...body, stream: true }),
  ignoredHelper: (client) => void resource(client).parse(body),
  ignoredEmbedding: (client) => void client.embeddings?.create({ model: "gpt-5-mini", input: "x" }),
  handled: (client) =>
    resource(client)
      .create(body)
      .catch(() => {}),
  handledLate: async (client) => {
    const promise = resource(client).create(body);
    await promise.then(
      () => {},
      () => {},
    );
    await promise.catch(() => {});
  },
  handledResponse: (client) =>
    resource(client)
      .create(body)
      .withResponse()
      .catch(() => {}),
  handledRaw: (client) =>
    resource(client)
      .create(body)
      .asResponse()
      .catch(() => {}),
  handledHelper: (client) =>
    resource(client)
      .parse(body)
      .catch(() => {}),
  handledHelperResponse: (client) =>
    client.messages === undefined &&
    resource(client)
      .parse(body)
      .withResponse()
      .catch(() => {}),
  handledStream: (client) =>
    resource(client)
      .stream(body)
      .done()
      .catch(() => {}),
};

let unhandled = 0;
process.on("unhandledRejection", () => {
  unhandled += 1;
});

async function count(use: (client: Client) => unknown, client: Client): Promise<number> {
  unhandled = 0;
  await use(client);
  await sleep(30);
  return unhandled;
}

const counts: Record<string, Record<string, readonly [number, number]>> = {};
for (const [sdk, [make, wrap]] of Object.entries(sdks)) {
  counts[sdk] = {};
  for (const [name, use] of Object.entries(uses)) {
    counts[sdk][name] = [await count(use, make()), await count(use, wrap(make()))];
  }
}
console.log(JSON.stringify(counts));
