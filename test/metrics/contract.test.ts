import {
  type BucketsOf,
  type CounterName,
  contract,
  declareMetrics,
  type ErrorType,
  errorTypes,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
  type MetricDefinition,
  type MetricName,
  type Status,
  statuses,
  type TokenType,
  tokenTypes,
} from "@llm-slo/metrics/contract";
import { describe, expect, expectTypeOf, it } from "vitest";

const metrics = Object.entries(contract).map(([name, metric]) => ({ name, ...(metric as MetricDefinition) }));
const histograms = metrics.filter(({ type }) => type === "histogram");
const labelled = metrics.flatMap((metric) => metric.labels.map((label) => ({ name: metric.name, label })));

describe.each(metrics)("$name", ({ name, type, unit, help, labels, values }) => {
  it("is named as Prometheus names metrics of its type", () => {
    expect(name).toMatch(/^llm(_[a-z]+)+$/);
    expect(name).not.toMatch(/_(bucket|count|sum)$/);
    expect(name.endsWith("_total")).toBe(type === "counter");
    if (unit === "seconds") expect(name).toMatch(/_seconds$/);
    if (unit === "USD") expect(name).toMatch(/_usd(_total)?$/);
  });

  it("says what it is in one sentence or two", () => {
    expect(help).toMatch(/^[A-Z].*\.$/);
    expect(help).not.toContain("\n");
  });

  it("has labels of its own and none that Prometheus gives a meaning", () => {
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label).toMatch(/^[a-z]+(_[a-z]+)*$/);
    for (const label of ["le", "quantile", "job", "instance", "type"]) expect(labels).not.toContain(label);
  });

  it("lists values for labels it has, each once", () => {
    for (const [label, listed] of Object.entries(values ?? {})) {
      expect(labels).toContain(label);
      expect(listed.length).toBeGreaterThan(1);
      expect(new Set(listed).size).toBe(listed.length);
    }
  });
});

describe.each(histograms)("the buckets of $name", ({ buckets = [] }) => {
  it("ascend", () => {
    expect(buckets.length).toBeGreaterThan(3);
    expect(buckets).toEqual([...new Set(buckets)].toSorted((a, b) => a - b));
  });

  it("are numbers that every language writes alike, without an exponent", () => {
    for (const bound of buckets) {
      expect(bound).toBeGreaterThanOrEqual(0.0001);
      expect(bound).toBeLessThan(1e6);
      expect(String(bound)).toMatch(/^\d+(\.\d+)?$/);
    }
  });
});

describe("the contract", () => {
  it("gives buckets to histograms alone", () => {
    expect(metrics.filter(({ buckets }) => buckets).map(({ name }) => name)).toEqual(
      histograms.map(({ name }) => name),
    );
  });

  it("says feature and model in the same words everywhere", () => {
    const words = new Set(labelled.map(({ label }) => label));
    for (const other of ["application", "app", "endpoint", "service", "model_name", "vendor"]) {
      expect(words).not.toContain(other);
    }
    const unscoped = metrics.filter(({ labels }) => !labels.includes("feature")).map(({ name }) => name);
    expect(unscoped).toEqual([
      "llm_metrics_capped_total",
      "llm_metrics_dropped_total",
      "llm_metrics_errors_total",
      "llm_contract_info",
    ]);
  });

  it("has the metrics and labels that its types say", () => {
    expectTypeOf<LabelsOf<"llm_cost_usd_total">>().toEqualTypeOf<"feature" | "model" | "provider">();
    expectTypeOf<LabelsOf<"llm_requests_total">>().toEqualTypeOf<"feature" | "model" | "provider" | "status">();
    expectTypeOf<LabelsOf<"llm_queue_depth">>().toEqualTypeOf<"feature">();
    expectTypeOf<LabelsOf<"llm_metrics_errors_total">>().toEqualTypeOf<never>();
    expectTypeOf<CounterName | GaugeName | HistogramName>().toEqualTypeOf<MetricName>();
    expectTypeOf<"llm_requests_total">().toExtend<CounterName>();
    expectTypeOf<GaugeName>().toEqualTypeOf<"llm_inflight_requests" | "llm_queue_depth" | "llm_contract_info">();
    expectTypeOf<"llm_request_duration_seconds">().toExtend<HistogramName>();
    expectTypeOf<"llm_requests_total">().not.toExtend<HistogramName>();
    expectTypeOf<BucketsOf<"llm_time_to_first_token_seconds">>().toEqualTypeOf<
      readonly [0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8]
    >();
    expectTypeOf<"llm_active_requests">().not.toExtend<MetricName>();
    expectTypeOf<Status>().toEqualTypeOf<(typeof contract)["llm_requests_total"]["values"]["status"][number]>();
    expect(contract.llm_requests_total.values.status).toBe(statuses);
    expectTypeOf<ErrorType>().toEqualTypeOf<(typeof contract)["llm_errors_total"]["values"]["error_type"][number]>();
    expect(contract.llm_errors_total.values.error_type).toBe(errorTypes);
    expectTypeOf<TokenType>().toEqualTypeOf<(typeof contract)["llm_tokens_total"]["values"]["token_type"][number]>();
    expect(contract.llm_tokens_total.values.token_type).toBe(tokenTypes);
  });
});

describe("declared metrics", () => {
  const declared = declareMetrics({
    features: ["chat", "search"],
    models: { "gpt-5-mini": "openai", "claude-sonnet-5": ["anthropic", "aws.bedrock"] },
    evaluators: ["faithfulness"],
    labels: { tenant: ["free", "paid"] },
    buckets: { llm_request_duration_seconds: [0.5, 1, 3] },
  });

  it("have the app's own buckets where it chose some, and the contract's elsewhere", () => {
    const { llm_request_duration_seconds: own, ...others } = declared.buckets;
    expect(own).toEqual([0.5, 1, 3]);
    const contracts = histograms.map(({ name, buckets }) => [name, buckets]);
    expect({ ...others, llm_request_duration_seconds: contract.llm_request_duration_seconds.buckets }).toEqual(
      Object.fromEntries(contracts),
    );
  });

  it("keep what was written as types", () => {
    expectTypeOf(declared.features[0]).toEqualTypeOf<"chat" | "search" | undefined>();
    expectTypeOf(declared.models).toEqualTypeOf<readonly ("gpt-5-mini" | "claude-sonnet-5")[]>();
    expectTypeOf(declared.providers["claude-sonnet-5"]).toEqualTypeOf<readonly string[]>();
    expectTypeOf(declared.evaluators).toEqualTypeOf<readonly "faithfulness"[]>();
    expectTypeOf(declared.checks).toEqualTypeOf<readonly never[]>();
    expectTypeOf(declared.labels).toEqualTypeOf<{ readonly tenant: readonly ["free", "paid"] }>();
    expectTypeOf(declared.buckets.llm_request_duration_seconds).toEqualTypeOf<readonly [0.5, 1, 3]>();
    expectTypeOf(declared.buckets.llm_eval_score).toEqualTypeOf<BucketsOf<"llm_eval_score">>();
    expect(declared.labels).toEqual({ tenant: ["free", "paid"] });
  });

  it("list the models, and who serves each", () => {
    expect(declared.models).toEqual(["gpt-5-mini", "claude-sonnet-5"]);
    expect(declared.providers).toEqual({ "gpt-5-mini": ["openai"], "claude-sonnet-5": ["anthropic", "aws.bedrock"] });
  });

  it("are plain data", () => {
    expect(structuredClone(declared)).toEqual(declared);
    expect(declareMetrics({ features: ["chat"], models: { m: "our-own" } })).toMatchObject({
      kind: "metrics",
      evaluators: [],
      checks: [],
      labels: {},
    });
  });

  it("refuse what the contract doesn't know, as types", () => {
    const features = ["chat"] as const;
    const models = { m: "openai" } as const;
    // @ts-expect-error: a counter has no buckets
    declareMetrics({ features, models, buckets: { llm_requests_total: [1] } });
    // @ts-expect-error: features are names
    declareMetrics({ features: [1], models });
    // @ts-expect-error: a list doesn't say who serves each model
    declareMetrics({ features, models: ["m"] });
    // @ts-expect-error: a provider is a name
    declareMetrics({ features, models: { m: 1 } });
    // @ts-expect-error: an evaluator is a name
    declareMetrics({ features, models, evaluators: [1] });
    // @ts-expect-error: a label has a closed set of values
    declareMetrics({ features, models, labels: { tenant: "paid" } });
    expect(Object.hasOwn(contract.llm_requests_total, "buckets")).toBe(false);
  });
});
