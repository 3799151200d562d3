// What one evaluation of one SLO costs a real Prometheus: our staged rules beside the same windows asked of raw series.
import { rmSync } from "node:fs";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Tool } from "../../src/cli/tools.ts";
import { ratioRecord } from "../../src/plan/conventions.ts";
import type { ServicePlan } from "../../src/plan/plan.ts";
import { print } from "../../src/promql/print.ts";
import { sendSamples } from "../../test/support/remote-write.ts";
import { makeBlocks, writeOpenMetrics } from "./blocks.ts";
import { lastScrape, makeSeries, minutes, minutesInMemory, samplesBetween } from "./data.ts";
import { type Evaluation, evaluate, withPrometheus } from "./server.ts";
import { compileSubject, noDataFamily, type Query, rawQuery, rawWindows, stagedQueries } from "./subject.ts";

const rounds = 10;
/** The server takes no sample that is an hour older than its newest. */
const minutesPerRequest = 30;
/** Between two scrapes, as rules are evaluated: Prometheus 2 and 3 then agree on how many samples a range holds. */
const evaluatedAt = lastScrape + 10;

/** Queries of one kind, together. */
export interface FamilyCost {
  readonly family: string;
  readonly queries: number;
  readonly samples: number;
  readonly milliseconds: number;
}

export interface Strategy extends FamilyCost {
  readonly families: readonly FamilyCost[];
}

/** How many times fewer samples, and how many times less time. */
export interface Gain {
  readonly samples: number;
  readonly time: number;
}

const target: Gain = { samples: 300, time: 40 };

export interface EvaluationCost {
  readonly prometheus: string;
  readonly raw: Strategy;
  readonly staged: Strategy;
  readonly gain: Gain;
  /** The same where the no-data alerts are left out: the raw shape has none. */
  readonly gainWithoutNoData: Gain;
  readonly target: Gain;
  readonly met: { readonly samples: boolean; readonly time: boolean };
  /** By how much the bad share from staged rates differs from that of raw series, relative to it, by window in seconds. */
  readonly differences: readonly { readonly window: number; readonly relative: number }[];
}

function gainOver(raw: Strategy, families: readonly FamilyCost[]): Gain {
  const sum = (of: "samples" | "milliseconds") => families.reduce((all, cost) => all + cost[of], 0);
  return { samples: raw.samples / sum("samples"), time: raw.milliseconds / sum("milliseconds") };
}

type Ask = (query: string) => Promise<Evaluation>;

/** Each query's fastest evaluation: whatever else the machine does only ever adds time. */
async function fastest(ask: Ask, queries: readonly Query[]): Promise<readonly Evaluation[]> {
  const best: Evaluation[] = [];
  for (let round = 0; round < rounds; round++) {
    for (const [index, { expr }] of queries.entries()) {
      const found = await ask(expr);
      if (found.milliseconds < (best[index]?.milliseconds ?? Number.POSITIVE_INFINITY)) best[index] = found;
    }
  }
  return best;
}

function sumOf(family: string, evaluations: readonly Evaluation[]): FamilyCost {
  const sum = (of: "samples" | "milliseconds") => evaluations.reduce((all, evaluation) => all + evaluation[of], 0);
  return { family, queries: evaluations.length, samples: sum("samples"), milliseconds: sum("milliseconds") };
}

async function evaluateAll(ask: Ask, queries: readonly Query[]): Promise<Strategy> {
  const best = await fastest(ask, queries);
  const families = [...new Set(queries.map(({ family }) => family))];
  return {
    ...sumOf("all", best),
    families: families.map((family) =>
      sumOf(
        family,
        best.filter((_, index) => queries[index]?.family === family),
      ),
    ),
  };
}

/** Windows that both strategies have. */
async function compareValues(ask: Ask, service: ServicePlan): Promise<EvaluationCost["differences"]> {
  const found: { window: number; relative: number }[] = [];
  for (const rule of service.groups.flatMap(({ rules }) => rules)) {
    const window =
      rule.kind === "recording" ? rawWindows.find((seconds) => ratioRecord(seconds) === rule.record) : undefined;
    if (window === undefined) continue;
    const staged = await ask(print(rule.expr));
    const raw = await ask(rawQuery(service, window).expr);
    found.push({ window, relative: Math.abs((staged.value ?? Number.NaN) / (raw.value ?? Number.NaN) - 1) });
  }
  return found;
}

async function measureOn(ask: Ask, service: ServicePlan, version: string): Promise<EvaluationCost> {
  const raw = await evaluateAll(
    ask,
    rawWindows.map((window) => rawQuery(service, window)),
  );
  const staged = await evaluateAll(ask, stagedQueries(service));
  const gain = gainOver(raw, staged.families);
  return {
    prometheus: version,
    raw,
    staged,
    gain,
    gainWithoutNoData: gainOver(
      raw,
      staged.families.filter(({ family }) => family !== noDataFamily),
    ),
    target,
    met: { samples: gain.samples >= target.samples, time: gain.time >= target.time },
    differences: await compareValues(ask, service),
  };
}

/**
 * Measures each version on the same data. The blocks are written once, by the oldest promtool: newer versions read what older ones wrote.
 */
export async function measureEvaluation(
  versions: readonly Tool[],
  promtool: Tool,
  progress: (text: string) => void,
): Promise<readonly EvaluationCost[]> {
  const { service, slo } = compileSubject();
  const folder = await mkdtemp(join(tmpdir(), "llm-slo-bench-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once("exit", remove);
  try {
    const series = makeSeries(service, slo);
    const old = minutes - minutesInMemory;
    const [text, blocks] = [join(folder, "data.om"), join(folder, "blocks")];
    progress(`writing three days of ${series.length.toLocaleString("en-US")} series`);
    await writeOpenMetrics(text, series, old);
    progress(`making blocks with promtool ${promtool.version}`);
    await makeBlocks(promtool.path, text, blocks);
    const costs: EvaluationCost[] = [];
    for (const { path, version } of versions) {
      progress(`evaluating on Prometheus ${version}`);
      const data = join(folder, version);
      await cp(blocks, data, { recursive: true });
      const work = async (url: string) => {
        for (let from = old; from < minutes; from += minutesPerRequest) {
          await sendSamples(url, samplesBetween(series, from, Math.min(minutes, from + minutesPerRequest)));
        }
        return measureOn((query) => evaluate(url, query, evaluatedAt), service, version);
      };
      costs.push(await withPrometheus(path, data, work));
    }
    return costs;
  } finally {
    process.off("exit", remove);
    remove();
  }
}
