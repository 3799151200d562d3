import fc from "fast-check";
import type { Service } from "llm-slo";
import { beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ruleFile, ruleFiles } from "../../src/backends/prometheus/rules.ts";
import { compile } from "../../src/compile/compile.ts";
import { inspect } from "../../src/promql/inspect.ts";
import { print } from "../../src/promql/print.ts";
import { language, modelOf, promtools, ruleProblems, type TestStack } from "../support/model.ts";
import { compileOne, typicalService } from "./compiled-cases.ts";
import { nasty, nastyTexts, nastyValues, randomServices, randomStack } from "./random-services.ts";

type Files = Readonly<Record<string, string>>;

function filesOf(services: readonly Service[], stack: TestStack = {}): Files {
  const files = ruleFiles(compile(modelOf(services, stack)));
  return Object.fromEntries(files.map(({ path, content }) => [path.replace(/.*\//, ""), content]));
}

describe("rule files of any services", () => {
  it("are the same bytes each time", () => {
    fc.assert(
      fc.property(randomServices, randomStack, (services, stack) => {
        expect(filesOf(services, stack)).toEqual(filesOf(structuredClone(services), structuredClone(stack)));
      }),
      { numRuns: 15 },
    );
  });

  it("don't depend on the order in which services, their SLOs and their fields are written", () => {
    const backwards = <T extends object>(of: T): T => Object.fromEntries(Object.entries(of).toReversed()) as T;
    fc.assert(
      fc.property(randomServices, (services) => {
        const reordered = services.toReversed().map((service) => {
          const slos = Object.entries(service.slos).map(([id, slo]) => [id, { ...slo, spec: backwards(slo.spec) }]);
          return backwards({ ...service, slos: backwards(Object.fromEntries(slos)) });
        });
        expect(filesOf(reordered)).toEqual(filesOf(services));
      }),
      { numRuns: 15 },
    );
  });

  it("of one service don't change when another is added", () => {
    fc.assert(
      fc.property(randomServices, (services) => {
        const [first] = services;
        if (first) expect(filesOf(services)).toMatchObject(filesOf([first]));
      }),
      { numRuns: 15 },
    );
  });

  it("hold expressions that parse and type-check, on YAML that says what was printed", () => {
    fc.assert(
      fc.property(randomServices, randomStack, (services, stack) => {
        for (const { groups } of compile(modelOf(services, stack)).services) {
          const rules = groups.flatMap((group) => group.rules);
          for (const { expr } of rules) expect(inspect(print(expr)), print(expr)).toMatchObject({ problems: [] });
          const read = parse(ruleFile(groups)) as { groups: { rules: { expr: string; labels?: object }[] }[] };
          expect(read.groups.flatMap((group) => group.rules.map(({ expr }) => expr))).toEqual(
            rules.map(({ expr }) => print(expr)),
          );
        }
      }),
      { numRuns: 12 },
    );
  });
});

describe.each(promtools)("$name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  it("accepts the rules of any services", async () => {
    await fc.assert(
      fc.asyncProperty(randomServices, randomStack, async (services, stack) => {
        expect(await ruleProblems(path, filesOf(services, stack))).toBe("");
      }),
      { numRuns: 10 },
    );
  });

  it.each(nastyValues)("accepts queries with a label value of %j", async (value) => {
    expect(await ruleProblems(path, filesOf([serviceWith({ value })], { match: { cluster: value } }))).toBe("");
  });

  it.each(nastyTexts)("accepts alerts with a label and an annotation of %j", async (text) => {
    expect(await ruleProblems(path, filesOf([serviceWith({ text })]))).toBe("");
  });
});

/** A service that selects on a label value, and puts a text on its alerts. */
function serviceWith({ value = "true", text = "" }): Service {
  const errors = nasty.errorRate({
    below: "1%",
    where: { tenant: value as "true" },
    labels: { note: text },
    annotations: { note: text },
  });
  return nasty.service("nasty", { team: "assist", features: ["a.b", 'say "hi"'], slos: { errors } });
}

/** The rules of that service, read from their file. */
function rulesOf(service: Service, stack: TestStack) {
  type Texts = { readonly note?: string };
  type File = { groups: { rules: { expr: string; alert?: string; labels?: Texts; annotations?: Texts }[] }[] };
  const { groups } = parse(filesOf([service], stack)["nasty.yaml"] ?? "") as File;
  return groups.flatMap(({ rules }) => rules);
}

describe("what a user wrote", () => {
  it.each(nastyValues)("arrives in queries as a label value of %j", (value) => {
    const rules = rulesOf(serviceWith({ value }), { match: { cluster: value } });
    const matchers = rules.flatMap(({ expr }) => inspect(expr).selectors.flatMap((selector) => selector.matchers));
    const values = matchers
      .filter(({ label }) => label === "tenant" || label === "cluster")
      .map((matcher) => matcher.value);
    expect(values.length).toBeGreaterThan(4);
    expect([...new Set(values)]).toEqual([value]);
  });

  it.each(nastyTexts)("arrives on alerts as a label and an annotation of %j", (text) => {
    const alerts = rulesOf(serviceWith({ text }), {}).filter(({ alert }) => alert === "LlmErrorBudgetBurn");
    const notes = alerts.flatMap(({ labels, annotations }) => [labels?.note, annotations?.note]);
    expect([...new Set(notes)]).toEqual([text]);
  });
});

describe("what rules cost", () => {
  it("is at most 11 rules an SLO where a service has six, without those for dashboards", () => {
    const { plan } = compileOne("typical", typicalService);
    const [group, dashboards] = plan.groups;
    expect(plan.slos).toHaveLength(6);
    expect((group?.rules.length ?? 0) / plan.slos.length).toBeLessThanOrEqual(11);
    expect(dashboards?.rules.every((rule) => rule.kind === "recording")).toBe(true);
    expect(dashboards?.rules.length).toBeLessThanOrEqual(14);
    expect(dashboards?.intervalSeconds).toBe(300);
  });

  it("grows by three base rules and its arms with each SLO of an objective and a period that are there already", () => {
    const six = compileOne("six", typicalService);
    const again = language.errorRate({ below: "1%", where: { tenant: "paid" } });
    const seven = compileOne("seven", { ...typicalService, slos: { ...typicalService.slos, again } });
    const arms = seven.plan.slos.find(({ id }) => id === "again")?.arms.length ?? 0;
    expect(seven.rules.length - six.rules.length).toBe(3 + arms);
  });
});
