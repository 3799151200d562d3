import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Guardrail } from "llm-slo";
import { afterAll, describe, expect, it } from "vitest";
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import type { Proof } from "../../src/backends/proofs/proof.ts";
import { proofsOf } from "../../src/backends/proofs/proofs.ts";
import { testFile } from "../../src/backends/proofs/test-file.ts";
import { testRules } from "../../src/cli/promtool.ts";
import { compile } from "../../src/compile/compile.ts";
import { language, modelOf, promtools, type TestStack } from "../support/model.ts";

const {
  averageCostPerRequest,
  contextNearEnd,
  errorRate,
  inflightSaturation,
  queueDepth,
  rateLimitPressure,
  retryStorm,
  service,
} = language;
const { spendAnomaly, tokenAnomaly } = language;

/** What people may well write, up to the ends of what they may. */
const guardrails: Readonly<Record<string, readonly Guardrail[]>> = {
  "rate-limit pressure": [
    rateLimitPressure({ above: "0.1%", atLeast: 1 }),
    rateLimitPressure({ above: "1%", atLeast: 3 }),
    rateLimitPressure({ above: "50%", atLeast: 5 }),
    rateLimitPressure({ above: "95%", atLeast: 2_000 }),
  ],
  "retry storms": [
    retryStorm({ above: 0.05, atLeast: 2 }),
    retryStorm({ above: 2.5 }),
    retryStorm({ above: 40, atLeast: 7 }),
  ],
  "average costs": [
    averageCostPerRequest({ aboveUsd: 0.0004, atLeast: 1 }),
    averageCostPerRequest({ aboveUsd: 0.05 }),
    averageCostPerRequest({ aboveUsd: 7.5, atLeast: 2_000 }),
  ],
  "full context windows": [
    contextNearEnd({ above: 0.1, share: "90%", atLeast: 4 }),
    contextNearEnd({ above: 0.99, share: "0.5%" }),
  ],
  levels: [
    queueDepth({ above: 0.5, for: "1m" }),
    queueDepth({ above: 12_345, for: "45m" }),
    inflightSaturation({ limit: 3, above: "33.3%", for: "7m" }),
    inflightSaturation({ limit: 1_000, above: "99.9%", for: "2m" }),
  ],
  anomalies: [
    tokenAnomaly({ factor: 1.1, floorPerHour: 1 }),
    tokenAnomaly({ factor: 10, floorPerHour: 1e9 }),
    spendAnomaly({ factor: 2, floorUsdPerHour: 0.001 }),
  ],
};

const stacks: Readonly<Record<string, TestStack>> = {
  "every minute": { match: { cluster: "eu-1" } },
  "every 15 seconds": { scrape: { interval: "15s" } },
};

function proofs(list: readonly Guardrail[], stack: TestStack): readonly Proof[] {
  const named = Object.fromEntries(list.map((guardrail, index) => [`guardrail-${index}`, guardrail]));
  const search = service("search", {
    team: "assist",
    features: ["search", "support_chat"],
    slos: { errors: errorRate({ below: "1%" }) },
    guardrails: named,
  });
  return proofsOf(compile(modelOf([search], stack))).filter(({ name }) => name.startsWith("guardrail-"));
}

const folder = mkdtempSync(join(tmpdir(), "llm-slo-guardrails-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function failureOf(promtool: string, proof: Proof, stem: string): Promise<string> {
  const { name, rules, stepSeconds } = proof;
  writeFileSync(join(folder, `${stem}.rules.yaml`), ruleFile([{ name: "proof", intervalSeconds: stepSeconds, rules }]));
  writeFileSync(join(folder, `${stem}.test.yaml`), testFile(proof, `${stem}.rules.yaml`));
  const { passed, output } = await testRules(promtool, folder, `${stem}.test.yaml`);
  return passed ? "" : `${name}: ${output}`;
}

describe.each(promtools)("on $name", ({ name, path = "" }) => {
  describe.each(Object.entries(guardrails))("guardrails for %s", (_, list) => {
    it.each(Object.entries(stacks))(
      "hold what their proofs say, scraped %s",
      { timeout: 120_000 },
      async (pace, stack) => {
        if (path === "") return;
        const all = proofs(list, stack);
        const failures = await Promise.all(
          all.map((proof) => failureOf(path, proof, `${name}-${pace}-${proof.name}`.replaceAll(/\W/g, "-"))),
        );
        expect(failures.filter((failure) => failure !== "")).toEqual([]);
        expect(all.length).toBeGreaterThanOrEqual(list.length);
      },
    );
  });
});
