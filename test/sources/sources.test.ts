import {
  contract,
  contractHash,
  contractVersion,
  declareMetrics,
  type MetricDefinition,
  statuses,
} from "@llm-slo/metrics/contract";
import { appSource, litellmSource, type Source } from "llm-slo";
import { describe, expect, it } from "vitest";
import { bucket, select } from "../../src/promql/build.ts";
import { print } from "../../src/promql/print.ts";
import { language, metrics } from "../support/model.ts";

const app = appSource(metrics);
const litellm = litellmSource({ features: ["chat-key"], models: ["gpt-5-mini"] });
const sources: readonly { readonly name: string; readonly source: Source }[] = [
  { name: "app", source: app },
  { name: "litellm", source: litellm },
];

function definition(metric: string): MetricDefinition {
  const found = (contract as Readonly<Record<string, MetricDefinition>>)[metric];
  if (!found) throw new Error(`${metric} is not in the contract`);
  return found;
}

describe("the app source", () => {
  const { requests, errors, duration, firstToken, costPerRequest, inflight, cost, unpriced } = app.signals;
  const { retries, contextUtilisation, queueDepth, tokens, contract: built } = app.signals;

  it.each([
    [requests.metric, "counter"],
    [errors.metric, "counter"],
    [duration.metric, "histogram"],
    [firstToken.metric, "histogram"],
    [firstToken.missing, "counter"],
    [costPerRequest.metric, "histogram"],
    [inflight.metric, "gauge"],
    [retries.metric, "counter"],
    [tokens.metric, "counter"],
    [cost.metric, "counter"],
    [unpriced.metric, "counter"],
  ])("reads %s, a %s of the contract that is labelled by feature, model and provider", (metric, type) => {
    expect(definition(metric).type).toBe(type);
    expect(definition(metric).labels).toEqual(expect.arrayContaining(Object.values(app.labelNames)));
  });

  it("reads context windows by feature and model: their series name no provider", () => {
    expect(definition(contextUtilisation.metric)).toMatchObject({ type: "histogram", labels: ["feature", "model"] });
    expect(definition(errors.metric).labels).toContain(errors.label);
  });

  it("reads the queue by feature, and the contract that an app was built with", () => {
    expect(definition(queueDepth.metric)).toMatchObject({ type: "gauge", labels: ["feature"] });
    expect(definition(built.metric)).toMatchObject({ type: "gauge", labels: ["version", "hash"] });
    expect(built).toMatchObject({ version: contractVersion, hash: contractHash(metrics) });
    const own = declareMetrics({ features: ["a"], models: { m: "openai" }, labels: { tenant: ["free"] } });
    expect(appSource(own).signals.contract.hash).toBe(contractHash(own));
    expect(contractHash({ ...own, labels: {} })).not.toBe(contractHash(own));
  });

  it("tells every status of the contract apart, by the label that carries it", () => {
    expect(definition(requests.metric).labels).toContain(requests.label);
    expect(Object.values(requests.statuses).flat()).toEqual(definition(requests.metric).values?.[requests.label]);
    expect(Object.keys(requests.statuses)).toEqual([...statuses]);
  });

  it.each([duration, firstToken, costPerRequest, contextUtilisation])(
    "takes the buckets of $metric from the contract",
    (signal) => {
      expect(signal.buckets).toEqual(definition(signal.metric).buckets);
      expect(signal.declaredIn).toBe("slos/metrics.ts");
    },
  );

  const { evaluations, evaluationScore, retrievalRelevance, validations, tasks, feedback } = app.signals;

  it.each([
    { signal: evaluations, values: [evaluations.good, evaluations.bad], others: ["evaluator"] },
    { signal: validations, values: [validations.good, validations.bad], others: ["check"] },
    { signal: tasks, values: [tasks.good, tasks.bad, tasks.abandoned], others: [] },
    { signal: feedback, values: [feedback.good, feedback.bad], others: [] },
  ])(
    "reads $signal.metric, a counter of outcomes that is labelled by feature and by no model",
    ({ signal, values, others }) => {
      const { type, labels, values: closed } = definition(signal.metric);
      expect(type).toBe("counter");
      expect([...labels].toSorted()).toEqual(["feature", signal.label, ...others].toSorted());
      expect(closed?.[signal.label]).toEqual(expect.arrayContaining(values));
      expect(signal.labels).toEqual([]);
    },
  );

  it("reads the heartbeat of evaluators, by the labels of what they judge", () => {
    const { metric, label, completed, failed } = evaluations.batches;
    expect([...definition(metric).labels].toSorted()).toEqual(["feature", evaluations.nameLabel, label].toSorted());
    expect(definition(metric).values?.[label]).toEqual([completed, failed]);
  });

  it.each([evaluationScore, retrievalRelevance])(
    "reads $metric, a histogram that no model labels",
    ({ metric, buckets, labels }) => {
      expect(definition(metric)).toMatchObject({ type: "histogram", buckets });
      expect(definition(metric).labels).not.toContain("model");
      expect(labels).toEqual([]);
    },
  );

  it("takes evaluators and checks from the declaration", () => {
    const source = appSource(declareMetrics({ features: ["a"], models: { m: "x" }, evaluators: ["e"], checks: ["c"] }));
    expect([source.signals.evaluations.names, source.signals.validations.names]).toEqual([["e"], ["c"]]);
  });

  it("takes the buckets, features, models and labels that the apps declare", () => {
    const declared = declareMetrics({
      features: ["chat"],
      models: { m: "openai" },
      labels: { tenant: ["free"] },
      buckets: { llm_request_duration_seconds: [1, 3], llm_cost_per_request_usd: [0.03] },
    });
    const source = appSource(declared);
    expect(source.signals.duration.buckets).toEqual([1, 3]);
    expect(source.signals.costPerRequest.buckets).toEqual([0.03]);
    expect(source.signals.firstToken.buckets).toEqual(contract.llm_time_to_first_token_seconds.buckets);
    expect(source).toMatchObject({ features: ["chat"], models: ["m"], ownLabels: { tenant: ["free"] } });
  });

  it("lets objectives name the buckets that the apps declare, and no others, as types", () => {
    const own = language.onSource(
      appSource(
        declareMetrics({ features: ["a"], models: { m: "openai" }, buckets: { llm_request_duration_seconds: [1, 3] } }),
      ),
    );
    expect(own.latency({ percentile: 95, below: "3s" }).spec).toEqual({ percentile: 95, below: "3s" });
    // @ts-expect-error: 2s is no bucket of these apps
    own.latency({ percentile: 95, below: "2s" });
    // @ts-expect-error: the contract has no bucket of 3s
    language.latency({ percentile: 95, below: "3s" });
  });
});

describe("the LiteLLM source", () => {
  it("leaves out what LiteLLM doesn't publish, and says so where an SLO asks for it", () => {
    expect(Object.keys(litellm.signals)).toEqual(["requests", "duration", "firstToken", "cost"]);
    // @ts-expect-error: the litellm source publishes no cost per request histogram
    language.onSource(litellm).costPerRequest({ percentile: 95, below: "$0.05" });
  });

  it("tells features apart by the API key's alias, or by the label the organisation uses", () => {
    expect(litellm.labelNames.feature).toBe("api_key_alias");
    const byTeam = litellmSource({ features: ["assist"], models: ["m"], featureLabel: "team_alias" });
    expect(byTeam.labelNames.feature).toBe("team_alias");
    expect(byTeam).not.toHaveProperty("featureLabel");
  });

  it("leaves the caller's own mistakes out of every status", () => {
    const codes = Object.values(litellm.signals.requests.statuses).flat();
    for (const code of ["400", "401", "403", "404", "422"]) expect(codes).not.toContain(code);
  });
});

describe.each(sources)("the $name source", ({ source }) => {
  const { requests, duration, firstToken, costPerRequest } = source.signals;
  const histograms = [duration, firstToken, costPerRequest].filter((signal) => signal !== undefined);

  it("counts each request as one status only", () => {
    const values = Object.values(requests?.statuses ?? {}).flat();
    expect(new Set(values).size).toBe(values.length);
    expect(values.every((value) => value !== "")).toBe(true);
    expect(statuses).toEqual(expect.arrayContaining(Object.keys(requests?.statuses ?? {})));
    for (const needed of ["success", "error"] as const) expect(requests?.statuses[needed]).toBeDefined();
  });

  it("has ascending buckets whose le every exporter writes alike", () => {
    for (const { buckets } of histograms) {
      expect(buckets).toEqual([...new Set(buckets)].toSorted((a, b) => a - b));
      for (const bound of buckets) {
        expect(print(select("x", { le: bucket(bound) }))).toMatch(/^x\{le=("\d+\.\d+"|~"(\d+)\|\2\\\\\.0")\}$/);
      }
    }
  });

  it("names histograms without the endings of their series", () => {
    for (const { metric } of histograms) expect(metric).not.toMatch(/_(bucket|count|sum|total)$/);
    expect(requests?.metric).toMatch(/_total$/);
  });

  it("is plain data", () => {
    expect(structuredClone(source)).toEqual(source);
  });
});
