// Finds the documents a question is about: TF-IDF vectors, compared by cosine.
import { type Document, documents } from "./documents.ts";
import { contentWords } from "./words.ts";

export interface Found {
  readonly document: Document;
  /** 0 to 1. */
  readonly relevance: number;
}

type Vector = ReadonlyMap<string, number>;

const textOf = ({ title, text }: Document): string => `${title}. ${text}`;
const wordSets = documents.map((document) => new Set(contentWords(textOf(document))));
const index = documents.map((document) => ({ document, vector: vectorOf(textOf(document)) }));

function rarity(word: string): number {
  const holders = wordSets.filter((words) => words.has(word)).length;
  return Math.log((1 + documents.length) / (1 + holders)) + 1;
}

/** The weight of each word of a text, scaled to a length of 1. */
function vectorOf(text: string): Vector {
  const weights = new Map<string, number>();
  for (const word of contentWords(text)) weights.set(word, (weights.get(word) ?? 0) + rarity(word));
  const length = Math.hypot(...weights.values()) || 1;
  return new Map([...weights].map(([word, weight]) => [word, weight / length]));
}

function cosine(a: Vector, b: Vector): number {
  let sum = 0;
  for (const [word, weight] of a) sum += weight * (b.get(word) ?? 0);
  return Math.min(1, sum);
}

/** The documents nearest to a question, the best one first; none where nothing fits. */
export function retrieve(question: string, limit = 3): readonly Found[] {
  const asked = vectorOf(question);
  return index
    .map(({ document, vector }) => ({ document, relevance: cosine(asked, vector) }))
    .filter(({ relevance }) => relevance > 0)
    .sort((a, b) => b.relevance - a.relevance)
    .slice(0, limit);
}
