// Runs mutants against the proofs that load their rule, the likeliest story first; the first failing story kills.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import pLimit from "p-limit";
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import type { Proof, Scenario } from "../../src/backends/proofs/proof.ts";
import { proofsOf } from "../../src/backends/proofs/proofs.ts";
import { testFile } from "../../src/backends/proofs/test-file.ts";
import { testRules } from "../../src/cli/promtool.ts";
import type { Plan, ServicePlan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import { print } from "../../src/promql/print.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";

export interface Verdict {
  readonly mutant: Mutant;
  /** The story that noticed; absent where the mutant survived all of them. */
  readonly killedBy?: string;
}

const nameOf = (rule: Rule) => (rule.kind === "alert" ? rule.alert : rule.record);

interface Story {
  readonly proof: Proof;
  readonly scenario: Scenario;
  /** Rule evaluations until its last expectation. */
  readonly cost: number;
}

function storiesOf(proofs: readonly Proof[]): readonly Story[] {
  return proofs
    .flatMap((proof) =>
      proof.scenarios.map((scenario): Story => {
        const minutes = Math.max(
          ...scenario.expects.map(({ minute }) => minute),
          ...(scenario.alerts ?? []).map(({ minute }) => minute),
        );
        return { proof, scenario, cost: ((minutes * 60) / proof.stepSeconds) * proof.rules.length };
      }),
    )
    .sort((a, b) => a.cost - b.cost);
}

/** The rules of every guardrail; of those for anomalies, which are all made alike, the last one's. */
function guardrailRules({ guardrails, groups }: ServicePlan): readonly Rule[] {
  const anomalies = guardrails.filter(({ facts }) => facts.kind === "anomaly").slice(0, -1);
  const alike = new Set(anomalies.map(({ id }) => id));
  const rules = groups.flatMap((group) => group.rules);
  return rules.filter(({ guardrail }) => guardrail !== undefined && !alike.has(guardrail));
}

/** One rule of the platform of each name: what it records of providers is about the other service, whose part the stories vary. */
function platformRules({ platform }: Plan): readonly Rule[] {
  const rules = (platform?.groups ?? []).flatMap((group) => group.rules);
  return [...new Map(rules.map((rule) => [nameOf(rule), rule])).values()];
}

/** Mutants of the first service's rules and of the platform's: shared rules once, base rules of every indicator, arms once for each set of arms, alerts of budgets once, guardrails. */
export function goldenMutants(plan: Plan): readonly Mutant[] {
  const golden = plan.services.slice(0, 1);
  return [...serviceMutants(golden), ...[...golden.flatMap(guardrailRules), ...platformRules(plan)].flatMap(mutantsOf)];
}

function serviceMutants(services: readonly ServicePlan[]): readonly Mutant[] {
  const sets = new Set<string>();
  const texts = new Set<string>();
  return services.flatMap(({ groups, slos, budgets }) => {
    const first = slos.filter(({ arms }) => {
      const set = arms.map(({ name, keepFiringForSeconds }) => `${name} ${keepFiringForSeconds}`).join();
      return !sets.has(set) && sets.add(set);
    });
    const ids = budgets.map(({ id }) => id);
    /** Alerts of budgets that differ in more than the budget. */
    const isNew = ({ slo, expr }: Rule) => {
      const text = print(expr).replaceAll(slo ?? "", "");
      return slo !== undefined && ids.includes(slo) && !texts.has(text) && texts.add(text);
    };
    return (groups[0]?.rules ?? [])
      .filter(
        (rule) =>
          rule.kind === "recording" || rule.slo === undefined || first.some(({ id }) => id === rule.slo) || isNew(rule),
      )
      .flatMap(mutantsOf);
  });
}

async function survives(promtool: string, folder: string, story: Story, mutant: Mutant): Promise<boolean> {
  const rules = story.proof.rules.map((rule): Rule => (rule === mutant.original ? mutant.mutated : rule));
  await writeFile(
    join(folder, "mutant.rules.yaml"),
    ruleFile([{ name: "mutant", intervalSeconds: story.proof.stepSeconds, rules }]),
  );
  await writeFile(
    join(folder, "mutant.test.yaml"),
    testFile({ ...story.proof, scenarios: [story.scenario] }, "mutant.rules.yaml"),
  );
  return (await testRules(promtool, folder, "mutant.test.yaml")).passed;
}

/** How many mutants of a rule each story has killed: what noticed one mistake in a rule often notices the next. */
type Kills = Map<Rule, Map<Story, number>>;

/** The stories that load a mutant's rule: those that killed others of the same rule, then the cheapest. */
function storiesFor({ original }: Mutant, stories: readonly Story[], kills: Kills): readonly Story[] {
  const before = kills.get(original);
  return stories
    .filter(({ proof }) => proof.rules.includes(original))
    .toSorted((a, b) => (before?.get(b) ?? 0) - (before?.get(a) ?? 0) || a.cost - b.cost);
}

async function judge(promtool: string, stories: readonly Story[], mutant: Mutant, kills: Kills): Promise<Verdict> {
  const folder = await mkdtemp(join(tmpdir(), "mutant-"));
  try {
    for (const story of storiesFor(mutant, stories, kills)) {
      if (await survives(promtool, folder, story, mutant)) continue;
      const ofRule = kills.get(mutant.original) ?? new Map<Story, number>();
      kills.set(mutant.original, ofRule.set(story, (ofRule.get(story) ?? 0) + 1));
      return { mutant, killedBy: `${story.proof.name}: ${story.scenario.name}` };
    }
    return { mutant };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Judges mutants in parallel; `onVerdict` hears of each as it comes. */
export async function judgeAll(
  promtool: string,
  plan: Plan,
  mutants: readonly Mutant[],
  onVerdict: (verdict: Verdict) => void = () => {},
): Promise<readonly Verdict[]> {
  const stories = storiesOf(proofsOf(plan));
  const limit = pLimit(availableParallelism());
  const kills: Kills = new Map();
  return Promise.all(
    mutants.map((mutant) =>
      limit(async () => {
        const verdict = await judge(promtool, stories, mutant, kills);
        onVerdict(verdict);
        return verdict;
      }),
    ),
  );
}
