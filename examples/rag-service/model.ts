// What the stand-in's "model" says. It is no model: it copies what fits from the prompt, or, told to hallucinate, something else.
import { pick, type Random } from "./random.ts";
import type { Prompt } from "./wire-formats.ts";
import { shareFoundIn } from "./words.ts";

const queueWords = {
  billing: /invoice|refund|charge|card|payment|plan/i,
  access: /password|login|sign|account|locked|factor/i,
  bug: /crash|error|broken|fail|slow/i,
} as const;

function ticket({ text }: Prompt): string {
  const queue = Object.entries(queueWords).find(([, words]) => words.test(text))?.[0] ?? "other";
  return JSON.stringify({ queue, urgent: /urgent|asap|immediately/i.test(text) });
}

function invoice({ text }: Prompt): string {
  const field = (name: string) => new RegExp(`^${name}: *(.+)$`, "im").exec(text)?.[1] ?? "";
  return JSON.stringify({ vendor: field("vendor"), number: field("number"), due: field("due"), total: field("total") });
}

/** The two sentences of the context that share most with the question, in their order. */
function extract({ text }: Prompt): string {
  const [, context = "", question = ""] = /Context:\n(.*)\n\nQuestion: (.*)/s.exec(text) ?? [];
  const sentences = context.split(/(?<=\.)\s+/);
  const best = [...sentences].sort((a, b) => shareFoundIn(question, b) - shareFoundIn(question, a)).slice(0, 2);
  return sentences.filter((sentence) => best.includes(sentence)).join(" ") || "I don't know.";
}

const bySchema: Readonly<Record<string, (prompt: Prompt) => string>> = { ticket, invoice };

/** An answer that follows from the prompt. */
export function writeAnswer(prompt: Prompt): string {
  return (bySchema[prompt.schema ?? ""] ?? extract)(prompt);
}

const inventions = [
  "Certainly! Our founders promised unlimited helicopters every Thursday, provided somebody sings beforehand.",
  "Historically, Napoleon negotiated precisely this clause, therefore nobody pays anything nowadays.",
  "Simply whisper the magic phrase near any printer, and technicians arrive riding horses.",
];

/** An answer that has nothing to do with the prompt. */
export function inventedAnswer({ schema }: Prompt, random: Random): string {
  if (schema === "ticket") return JSON.stringify({ queue: "astrology", urgent: "perhaps" });
  if (schema !== "invoice") return pick(random, inventions);
  return JSON.stringify({ vendor: "Atlantis Submarines", number: "XX-0", due: "yesterday", total: "nine doubloons" });
}
