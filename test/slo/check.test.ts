import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile/compile.ts";
import { check, type Loaded, type LoadedFile } from "../../src/slo/check.ts";
import { formatDiagnostic, sortDiagnostics } from "../../src/slo/diagnostics.ts";
import metrics from "./base/slos/metrics.ts";
import organisation, {
  availability,
  costPerRequest,
  errorRate,
  eventRatio,
  latency,
  rateLimitPressure,
  service,
  tokenAnomaly,
} from "./base/slos/organisation.ts";
import stack from "./base/slos/stack.ts";

const file = (name: string, value: unknown): LoadedFile => ({ file: `slos/${name}.ts`, value, named: [] });

const whole = service("support-chat", {
  team: "assist",
  features: ["support_chat"],
  description: "Answers.",
  slos: {
    latency: latency({ percentile: 95, below: "2s", where: { model: "gpt-5", tenant: "free" }, labels: { tier: "1" } }),
    errors: errorRate({
      below: "1%",
      bad: ["error"],
      arms: { fast: false },
      annotations: { hint: "{{ $value }}" },
      period: "28d",
    }),
    availability: availability({ atLeast: "99.9%", expectedPerHour: 5, severity: "warning" }),
    cost: costPerRequest({ percentile: 95, below: "$0.05" }),
    jobs: eventRatio({
      objective: "99%",
      bad: 'sum(rate(jobs_total{r="x"}[$window]))',
      total: "sum(rate(jobs_total[$window]))",
    }),
  },
  guardrails: {
    limits: rateLimitPressure({ above: "5%", atLeast: 5, severity: "critical" }),
    tokens: tokenAnomaly({ floorPerHour: 1_000 }),
  },
});

const rich = {
  ...stack,
  smtp: { smarthost: "a:1", from: "a@b" },
  scrape: { interval: "30s", jobs: { "support-chat": "x" } },
  match: { cluster: "a" },
  appNamespaces: ["a"],
  platform: { team: "assist", gpu: true },
  components: { prometheus: { kind: "inCluster", retention: "60d" } },
};
const { kind, source, receivers, teams, defaultReceiver, period } = organisation;
const parts = {
  metrics,
  organisation: { kind, source, receivers, teams, defaultReceiver, period },
  stack: rich,
  service: whole,
};

const loadedFrom = (values: Readonly<Record<keyof typeof parts, unknown>>): Loaded => ({
  metrics: file("metrics", values.metrics),
  organisation: file("organisation", values.organisation),
  stacks: [{ ...file("stack", values.stack), environment: "" }],
  services: [file("support-chat", values.service)],
  complete: true,
});

/** Every path into a value, the value itself first. */
function pathsOf(value: unknown): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, child]) => pathsOf(child).map((path) => [key, ...path]))];
}

function withValueAt(value: unknown, [head, ...rest]: readonly string[], replacement: unknown): unknown {
  if (head === undefined) return replacement;
  const child = withValueAt((value as Record<string, unknown>)[head], rest, replacement);
  return Array.isArray(value)
    ? value.map((old, index) => (String(index) === head ? child : old))
    : { ...(value as object), [head]: child };
}

test("the definition that is about to be broken is sound", () => {
  expect(check(loadedFrom(parts)).diagnostics.map(formatDiagnostic)).toEqual([]);
});

describe("whatever stands anywhere in a definition", () => {
  const junk = fc.oneof(
    fc.anything(),
    fc.constantFrom<unknown>(
      undefined,
      null,
      Number.NaN,
      -1,
      0,
      "",
      " ",
      "\n",
      "0%",
      "1%",
      "{{",
      [],
      {},
      () => 1,
      [null],
      { kind: "slo" },
      1n,
      Symbol("x"),
      "7d",
      "__proto__",
    ),
  );
  const places = (Object.keys(parts) as (keyof typeof parts)[]).flatMap((part) =>
    pathsOf(parts[part]).map((path) => ({ part, path })),
  );

  test("is refused in words, or compiles: nothing is thrown", () => {
    fc.assert(
      fc.property(fc.constantFrom(...places), junk, ({ part, path }, value) => {
        const loaded = loadedFrom({ ...parts, [part]: withValueAt(parts[part], path, value) });
        const { models, diagnostics } = check(loaded);
        expect(diagnostics.map(formatDiagnostic)).toEqual(check(loaded).diagnostics.map(formatDiagnostic));
        expect(models.length).toBe(diagnostics.length > 0 ? 0 : 1);
        for (const model of models) compile(model);
      }),
      { numRuns: 1_000 },
    );
  });
});

test("every environment is a model of its own, of the same services in order of their ids", () => {
  const other = service("assistant", {
    team: "assist",
    features: ["search"],
    slos: { errors: errorRate({ below: "1%" }) },
  });
  const { models } = check({
    organisation: file("organisation", organisation),
    stacks: [
      { ...file("stack", stack), environment: "" },
      { ...file("stack.staging", rich), environment: "staging" },
    ],
    services: [file("support-chat", whole), file("assistant", other)],
    complete: true,
  });
  expect(models.map(({ environment, services }) => [environment, services.map(({ id }) => id)])).toEqual([
    ["", ["assistant", "support-chat"]],
    ["staging", ["assistant", "support-chat"]],
  ]);
});

test("diagnostics are sorted by place and never repeated", () => {
  const at = (name: string, line?: number) =>
    ({ id: "missing-file", file: name, problem: "x", instead: "Y.", ...(line === undefined ? {} : { line }) }) as const;
  const sorted = sortDiagnostics([at("b", 2), at("b", 10), at("a"), at("b", 2), at("b")]);
  expect(sorted.map(formatDiagnostic)).toEqual([
    "a: x. Y. [missing-file]",
    "b: x. Y. [missing-file]",
    "b:2: x. Y. [missing-file]",
    "b:10: x. Y. [missing-file]",
  ]);
});
