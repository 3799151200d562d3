// A stand-in for OpenAI and Anthropic: what the SDKs speak, with latency, tokens and answers drawn from a seeded generator, and with faults.
import { setTimeout as delay } from "node:timers/promises";
import express, { type RequestHandler } from "express";
import type { Fault, Faults } from "./faults.ts";
import { goneSignal, type Listening, listen, readJson } from "./listen.ts";
import { inventedAnswer, writeAnswer } from "./model.ts";
import { between, type Random, type Range, seededRandom } from "./random.ts";
import { anthropicPath, type Prompt, type Tokens, type WireFormat, wireFormats } from "./wire-formats.ts";

interface Profile {
  readonly firstTokenSeconds: Range;
  readonly restSeconds: Range;
  readonly inputTokens: Range;
  readonly outputTokens: Range;
  readonly reasoningTokens: Range;
}

const answers: Profile = {
  firstTokenSeconds: [0.25, 0.5],
  restSeconds: [0.4, 0.9],
  inputTokens: [20_000, 26_000],
  outputTokens: [150, 300],
  reasoningTokens: [50, 200],
};

/** What requests are like, by what they ask for: the name of a JSON schema, or a model. */
const profiles: Readonly<Record<string, Profile>> = {
  ticket: {
    firstTokenSeconds: [0.2, 0.4],
    restSeconds: [0.1, 0.2],
    inputTokens: [400, 900],
    outputTokens: [15, 30],
    reasoningTokens: [0, 60],
  },
  invoice: {
    firstTokenSeconds: [2, 4],
    restSeconds: [3, 5],
    inputTokens: [4000, 9000],
    outputTokens: [200, 500],
    reasoningTokens: [200, 800],
  },
  "claude-sonnet-5": { ...answers, inputTokens: [5000, 8000], reasoningTokens: [0, 0] },
};

function drawTokens(random: Random, profile: Profile, expensive: boolean): Tokens {
  const factor = expensive ? 10 : 1;
  const draw = (range: Range) => Math.round(between(random, range)) * factor;
  const input = draw(profile.inputTokens);
  const reasoning = draw(profile.reasoningTokens);
  const cached = Math.round(input * random() * 0.4);
  return { input, cached: expensive ? 0 : cached, output: draw(profile.outputTokens) + reasoning, reasoning };
}

const toSse = (event: object | string): string => {
  if (typeof event === "string") return `data: ${event}\n\n`;
  return `${"type" in event ? `event: ${event.type}\n` : ""}data: ${JSON.stringify(event)}\n\n`;
};

export interface ProviderOptions {
  readonly seed: number;
  /** How many times faster than life it answers. */
  readonly speed: number;
  readonly faults: Faults;
  /** The provider whose requests faults hit; without it, those of both. */
  readonly faulty?: "openai" | "anthropic";
}

/** Starts the stand-in. OpenAI's SDK takes `<url>/v1` as its base, Anthropic's takes `<url>`. */
export function startProvider({ seed, speed, faults, faulty }: ProviderOptions): Promise<Listening> {
  const random = seededRandom(seed);
  const serve = (path: string, format: WireFormat): RequestHandler => {
    const isFaulty = faulty === undefined || (path === anthropicPath) === (faulty === "anthropic");
    const strikes = (fault: Fault) => isFaulty && faults.strikes(fault);
    const answer: RequestHandler = async (request, response) => {
      if (strikes("stalled")) return;
      if (strikes("rate-limited")) {
        response.status(429).set("retry-after-ms", "100").json(format.error("rate_limit_error", "Too many requests."));
        return;
      }
      if (strikes("errors")) {
        response.status(500).set("retry-after-ms", "100").json(format.error("server_error", "Something broke."));
        return;
      }
      const signal = goneSignal(response);
      const prompt: Prompt = format.read(request.body);
      const profile = profiles[prompt.schema ?? prompt.model] ?? answers;
      const scale = (strikes("slow") ? 6000 : 1000) / speed;
      const firstToken = between(random, profile.firstTokenSeconds) * scale;
      const rest = between(random, profile.restSeconds) * scale;
      const tokens = drawTokens(random, profile, strikes("expensive-prompt"));
      const text = strikes("hallucinate") ? inventedAnswer(prompt, random) : writeAnswer(prompt);
      const reply = { model: prompt.model, text, tokens };

      await delay(firstToken, undefined, { signal });
      if (!prompt.stream) {
        await delay(rest, undefined, { signal });
        response.json(format.whole(reply));
        return;
      }
      const { opening, delta, closing } = format.stream(reply);
      const parts = text.match(/\S+\s*/g) ?? [];
      response.type("text/event-stream");
      for (const event of opening) response.write(toSse(event));
      for (const part of parts) {
        response.write(toSse(delta(part)));
        await delay(rest / parts.length, undefined, { signal });
      }
      for (const event of closing) response.write(toSse(event));
      response.end();
    };
    // A client that goes away is no error.
    return async (request, response, next) => {
      try {
        await answer(request, response, next);
      } catch (error) {
        if (!response.destroyed) throw error;
      }
    };
  };
  const provider = express();
  provider.use(readJson("5mb"));
  for (const [path, format] of Object.entries(wireFormats)) provider.post(path, serve(path, format));
  return listen(provider);
}
