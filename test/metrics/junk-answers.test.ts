// Whatever a provider answers, an app can't tell a recorded client from a bare one, and each request is counted once.
import AnthropicLatest from "@anthropic-ai/sdk";
import Anthropic0 from "anthropic-0";
import fc from "fast-check";
import OpenAI7 from "openai";
import OpenAI6 from "openai-6";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as anthropicAnswers from "./support/anthropic-answers.ts";
import { type FakeProvider, fakeProvider, type Json, type Scripted } from "./support/fake-provider.ts";
import * as openaiAnswers from "./support/openai-answers.ts";
import type { Recorded } from "./support/sdk-clients.ts";
import { compare, readAll } from "./support/sdk-clients.ts";

let provider: FakeProvider;
beforeAll(async () => {
  provider = await fakeProvider();
});
afterAll(() => provider.close());

const junk = fc.constantFrom<Json>(null, "", "text", -1, 1e12, 0.5, true, [], {}, [null], { type: null }, [[]]);

/** All places inside of a value. */
const pathsOf = (value: Json, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === "object" && value !== null
    ? [path, ...Object.keys(value).flatMap((key) => pathsOf(value[key], [...path, key]))]
    : [path];

function replaceAt(value: Json, path: readonly string[], by: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = Array.isArray(value) ? [...value] : { ...value };
  copy[key] = replaceAt(copy[key], rest, by);
  return copy;
}

/** A sound answer in which some places hold junk. */
const spoilt = (sound: Json) =>
  fc.array(fc.tuple(fc.constantFrom(...pathsOf(sound)), junk), { maxLength: 3 }).map((changes) =>
    changes.reduce((value, [path, by]) => {
      try {
        return replaceAt(value, path, by);
      } catch {
        return value;
      }
    }, sound),
  );

/** A sound stream in which some events are spoilt, lost or doubled, and whose connection may break. */
const spoiltStream = (sound: readonly Json[]): fc.Arbitrary<Scripted> =>
  fc.record({
    events: fc
      .tuple(...sound.map((event) => fc.tuple(spoilt(event), fc.constantFrom(1, 1, 1, 0, 2))))
      .map((events) => events.flatMap(([event, times]) => Array<Json>(times).fill(event))),
    finish: fc.constantFrom("end" as const, "end" as const, "cut" as const),
  });

const soundStream = (scripted: Scripted, body: Json): readonly Json[] =>
  typeof scripted.events === "function" ? scripted.events(body) : (scripted.events ?? []);

type Use = (client: Json) => Promise<unknown>;

/** Ways to read a stream: whole, a part of it, both halves of a tee, as a web stream, through the SDK's own helper. */
const readers = (create: (client: Json) => Promise<Json>): readonly Use[] => [
  async (client) => readAll(await create(client)),
  async (client) => {
    for await (const chunk of await create(client)) return chunk;
  },
  async (client) => {
    const [left, right] = (await create(client)).tee();
    return [await readAll(left), await readAll(right)];
  },
  async (client) => new Response((await create(client)).toReadableStream()).text(),
];

const wholes = (create: (client: Json) => Json): readonly Use[] => [
  async (client) => await create(client),
  async (client) => (await create(client).withResponse()).data,
  async (client) => (await create(client).asResponse()).text(),
];

const openaiBody = { model: "gpt-5-mini", messages: [{ role: "user", content: "6 times 7?" }] };
const responseBody = { model: "gpt-5-mini", input: "6 times 7?" };
const anthropicBody = { model: "claude-sonnet-5", max_tokens: 10, messages: openaiBody.messages };
const usage = { stream: true, stream_options: { include_usage: true } };

interface Case {
  readonly name: string;
  readonly answers: fc.Arbitrary<Scripted>;
  readonly uses: readonly Use[];
}

const asJson = (json: Json): Scripted => ({ json });

const openaiCases: readonly Case[] = [
  {
    name: "a chat completion",
    answers: spoilt(openaiAnswers.completion().json).map(asJson),
    uses: wholes((client) => client.chat.completions.create(openaiBody)),
  },
  {
    name: "a streamed chat completion",
    answers: spoiltStream(soundStream(openaiAnswers.streamed(), usage)),
    uses: [
      ...readers((client) => client.chat.completions.create({ ...openaiBody, ...usage })),
      (client) => client.chat.completions.stream({ ...openaiBody, ...usage }).finalChatCompletion(),
    ],
  },
  {
    name: "a response",
    answers: spoilt(openaiAnswers.response()).map(asJson),
    uses: wholes((client) => client.responses.create(responseBody)),
  },
  {
    name: "a streamed response",
    answers: spoiltStream(soundStream(openaiAnswers.responseStream(), {})),
    uses: [
      ...readers((client) => client.responses.create({ ...responseBody, stream: true })),
      (client) => client.responses.stream(responseBody).finalResponse(),
    ],
  },
];
const anthropicCases: readonly Case[] = [
  {
    name: "a message",
    answers: spoilt(anthropicAnswers.message().json).map(asJson),
    uses: wholes((client) => client.messages.create(anthropicBody)),
  },
  {
    name: "a streamed message",
    answers: spoiltStream(soundStream(anthropicAnswers.streamed(), {})),
    uses: [
      ...readers((client) => client.messages.create({ ...anthropicBody, stream: true })),
      (client) => client.messages.stream(anthropicBody).finalMessage(),
    ],
  },
];

const options = () => ({ apiKey: "key", maxRetries: 0 });
const openai = (OpenAI: typeof OpenAI7) => ({
  client: () => new OpenAI({ ...options(), baseURL: `${provider.url}/v1` }) as object,
  wrap: ({ llm }: Recorded, client: object) => llm.openai(client, { feature: "chat" }),
  cases: openaiCases,
});
const anthropic = (Anthropic: typeof AnthropicLatest) => ({
  client: () => new Anthropic({ ...options(), baseURL: provider.url }) as object,
  wrap: ({ llm }: Recorded, client: object) => llm.anthropic(client, { feature: "chat" }),
  cases: anthropicCases,
});

describe.each([
  ["openai 7", openai(OpenAI7)],
  ["openai 6", openai(OpenAI6 as unknown as typeof OpenAI7)],
  ["anthropic 1", anthropic(AnthropicLatest)],
  ["anthropic 0", anthropic(Anthropic0 as unknown as typeof AnthropicLatest)],
])("%s", (_, { client, wrap, cases }) => {
  it.each(cases)("$name, spoilt in any way", { timeout: 120_000 }, async ({ answers, uses }) => {
    await fc.assert(
      fc.asyncProperty(answers, fc.constantFrom(...uses), async (answer, use) => {
        const { nonZero } = await compare({ provider, client, wrap, mayComplain: true }, [answer], use);
        const lines = await nonZero();
        expect(lines.filter((line) => line.startsWith("llm_requests_total")).map((line) => line.slice(-2))).toEqual([
          " 1",
        ]);
        expect(lines.filter((line) => /Nan|inflight/.test(line))).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

it("tokens are counted of an answer whose text makes no sense", async () => {
  const { client, wrap } = anthropic(AnthropicLatest);
  const answer = anthropicAnswers.message({ content: [null] });
  const create: Use = (each) => each.messages.create(anthropicBody);
  const { value } = await compare({ provider, client, wrap, mayComplain: true }, [answer], create);
  const claude = { feature: "chat", model: "claude-sonnet-5", provider: "anthropic" };
  expect(await value("llm_tokens_total", { ...claude, token_type: "input" })).toBe(800);
  expect(await value("llm_metrics_errors_total", {})).toBe(1);
});
