// Users: they ask, file tickets and upload invoices at random moments, say now and then what they think, and sometimes don't wait.
import { setTimeout as delay } from "node:timers/promises";
import type { Feature } from "./app.ts";
import { documents } from "./documents.ts";
import { between, pick, type Random, seededRandom } from "./random.ts";

const questions = ["How do TITLE work?", "What is the rule for TITLE?", "Please explain TITLE.", "And TITLE?"];
const tickets = [
  "I was charged twice for my plan, please refund one payment.",
  "My password does not work and my account is locked. Urgent!",
  "The desktop client crashes when I open a large folder.",
  "Do you have an office in Lisbon?",
];

function writeInvoice(random: Random): string {
  const number = Math.floor(between(random, [1000, 9999]));
  const vendor = pick(random, ["Northwind Paper", "Contoso Freight", "Fabrikam Tools"]);
  return [
    `Vendor: ${vendor}`,
    `Number: INV-${number}`,
    `Due: 2026-0${1 + (number % 9)}-15`,
    `Total: ${number % 800} EUR`,
  ].join("\n");
}

const requests: Readonly<Record<Feature, { readonly path: string; readonly body: (random: Random) => object }>> = {
  rag_pipeline: {
    path: "/ask",
    body: (random) => ({ question: pick(random, questions).replace("TITLE", pick(random, documents).title) }),
  },
  ticket_classifier: { path: "/classify", body: (random) => ({ text: pick(random, tickets) }) },
  document_extractor: { path: "/extract", body: (random) => ({ text: writeInvoice(random) }) },
};

/** Requests a minute of life, by feature. */
export type Rates = Readonly<Record<Feature, number>>;

export interface TrafficOptions {
  readonly url: string;
  readonly seed: number;
  /** How many times faster than life it runs. */
  readonly speed: number;
  readonly requestsPerMinute: Rates;
}

export interface Traffic {
  stop(): Promise<void>;
}

export function startTraffic({ url, seed, speed, requestsPerMinute }: TrafficOptions): Traffic {
  const ending = new AbortController();
  const post = (path: string, body: object, signal: AbortSignal) =>
    fetch(url + path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });

  async function sendOne(feature: Feature, random: Random): Promise<void> {
    const { path, body } = requests[feature];
    const impatient = random() < 0.01;
    const opinion = random();
    const signal = impatient
      ? AbortSignal.any([ending.signal, AbortSignal.timeout(Math.ceil(300 / speed))])
      : ending.signal;
    const response = await post(path, body(random), signal);
    await response.text();
    if (opinion < 0.1) {
      const rating = response.ok && opinion < 0.09 ? "up" : "down";
      await (await post("/feedback", { feature, rating }, ending.signal)).text();
    }
  }

  /** Requests come at random, so many a minute on average. */
  async function keepSending(feature: Feature, random: Random): Promise<void> {
    const perMinute = requestsPerMinute[feature] * speed;
    const open = new Set<Promise<void>>();
    while (perMinute > 0 && !ending.signal.aborted) {
      const pause = (-Math.log(1 - random()) * 60_000) / perMinute;
      await delay(pause, undefined, { signal: ending.signal }).catch(() => {});
      if (ending.signal.aborted) break;
      // A failed request is the service's to count.
      const sent: Promise<void> = sendOne(feature, random)
        .catch(() => {})
        .finally(() => open.delete(sent));
      open.add(sent);
    }
    await Promise.all(open);
  }

  const users = (Object.keys(requests) as Feature[]).map((feature, n) => keepSending(feature, seededRandom(seed + n)));
  return {
    async stop() {
      ending.abort();
      await Promise.all(users);
    },
  };
}
