// Proofs of budgets where periods begin between full hours. Those of slos/ and of the golden service are in zones where they don't.
import { beforeEach, describe, expect, it } from "vitest";
import { ruleFile } from "../../src/backends/prometheus/rules.ts";
import { proofsOf } from "../../src/backends/proofs/proofs.ts";
import { testFile } from "../../src/backends/proofs/test-file.ts";
import { compile } from "../../src/compile/compile.ts";
import { language, modelOf, promtool, promtools } from "../support/model.ts";

const { dailyBudget, service, weeklyBudget } = language;
const chat = service("chat", {
  team: "assist",
  features: ["support_chat"],
  slos: { daily: dailyBudget({ usd: 10, weekend: 4 }), weekly: weeklyBudget({ usd: 50, where: { tenant: "paid" } }) },
});
const proofs = proofsOf(compile(modelOf([chat], { timeZone: "Asia/Kathmandu" })));

describe.each(promtools)("budgets a quarter of an hour off, on $name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  it.each(["daily.weekend", "daily.course", "weekly.period", "weekly.course", "weekly.seen"])(
    "hold what their proof %s says",
    { timeout: 120_000 },
    async (wanted) => {
      const proof = proofs.find((one) => one.name === wanted);
      if (!proof) throw new Error(`no proof ${wanted}`);
      const files = {
        "proof.rules.yaml": ruleFile([{ name: "proof", intervalSeconds: proof.stepSeconds, rules: proof.rules }]),
        "proof.test.yaml": testFile(proof, "proof.rules.yaml"),
      };
      const said = await promtool(path, ["test", "rules", "proof.test.yaml"], files);
      expect(said).not.toContain("FAILED");
      expect(said).toContain("SUCCESS");
    },
  );
});
