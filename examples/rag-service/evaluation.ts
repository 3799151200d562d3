// The evaluation pipeline: keeps a sample of the answers, and judges it on a schedule.
import type { Faults } from "./faults.ts";
import { llm } from "./llm.ts";
import { seededRandom } from "./random.ts";
import { contentWords, shareFoundIn } from "./words.ts";

/** An answer, with what it should follow from. */
export interface Sample {
  readonly feature: (typeof evaluated)[number];
  readonly question: string;
  readonly context: string;
  readonly answer: string;
}

const evaluated = ["rag_pipeline", "document_extractor"] as const;
const evaluators = ["hallucination", "faithfulness", "answer_quality"] as const;
export type Evaluator = (typeof evaluators)[number];

const sampleSize = 50;

export interface Verdict {
  /** From 0, the worst, to 1. */
  readonly score: number;
  readonly passed: boolean;
}

const grounded = ({ answer, context }: Sample): number => shareFoundIn(answer, context);

/** The share of an answer's sentences that the context bears out. */
function faithful(sample: Sample): number {
  const sentences = sample.answer.split(/(?<=[.!?])\s+/);
  return sentences.filter((sentence) => shareFoundIn(sentence, sample.context) >= 0.6).length / sentences.length;
}

/** Grounded, and about what was asked. */
const good = (sample: Sample): number => (grounded(sample) + shareFoundIn(sample.question, sample.answer)) / 2;

const judges: Readonly<
  Record<Evaluator, { readonly scoreOf: (sample: Sample) => number; readonly passesFrom: number }>
> = {
  hallucination: { scoreOf: grounded, passesFrom: 0.7 },
  faithfulness: { scoreOf: faithful, passesFrom: 0.7 },
  answer_quality: { scoreOf: good, passesFrom: 0.6 },
};

/**
 * Judges an answer by its words: real judges are models, this one is the same every time.
 * @throws Error where there is nothing to judge an answer by.
 */
export function judge(evaluator: Evaluator, sample: Sample): Verdict {
  if (contentWords(sample.context).length === 0) throw new Error("There is no context to judge the answer by.");
  const { scoreOf, passesFrom } = judges[evaluator];
  const score = scoreOf(sample);
  return { score, passed: score >= passesFrom };
}

/** Judges one item. A judge that fails says nothing about the answer. */
function evaluate(evaluator: Evaluator, sample: Sample): void {
  const { feature } = sample;
  try {
    const { score, passed } = judge(evaluator, sample);
    llm.recordEvaluation({ feature, evaluator, result: passed ? "pass" : "fail", score });
  } catch {
    llm.recordEvaluation({ feature, evaluator, result: "error" });
  }
}

/** Runs every evaluator over a batch, also over an empty one: that it ran is worth knowing. */
async function evaluateBatch(samples: readonly Sample[]): Promise<void> {
  for (const feature of evaluated) {
    for (const evaluator of evaluators) {
      await llm.evaluationBatch({ feature, evaluator }, () => {
        for (const sample of samples) if (sample.feature === feature) evaluate(evaluator, sample);
      });
    }
  }
}

export interface Evaluation {
  /** Offers an answer for the next batch. */
  add(sample: Sample): void;
  stop(): void;
}

export interface EvaluationOptions {
  readonly seed: number;
  readonly everySeconds: number;
  readonly faults: Faults;
}

export function startEvaluation({ seed, everySeconds, faults }: EvaluationOptions): Evaluation {
  const random = seededRandom(seed);
  let samples: Sample[] = [];
  let seen = 0;
  const timer = setInterval(() => {
    if (faults.strikes("evaluator-down")) return;
    const batch = samples;
    samples = [];
    seen = 0;
    void evaluateBatch(batch);
  }, everySeconds * 1000);
  return {
    add(sample) {
      // Reservoir sampling: each answer since the last batch is as likely to be in the next one.
      seen += 1;
      const place = samples.length < sampleSize ? samples.length : Math.floor(random() * seen);
      if (place < sampleSize) samples[place] = sample;
    },
    stop: () => clearInterval(timer),
  };
}
