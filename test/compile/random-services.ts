// Random services that synth would accept: objectives, periods, options and label values of every kind.
import fc from "fast-check";
import { appSource, declareMetrics, type Guardrail, type Service, type Slo } from "llm-slo";
import { language, type TestStack } from "../support/model.ts";

/** Label values that printers get wrong. */
export const nastyValues = [
  `it's "quoted"`,
  "back\\slash \\n \\d",
  "two\nlines\r\n",
  "\ttabs, {braces}, [brackets], (parens)",
  "$1 $window $$",
  "# no comment: ' - |",
  "ünïcödé 😀 \u00a0",
  "line separators \u2028 \u2029 \u0085",
  "nobody sees \u0000\u0007\u001b\u007f\ufeff",
  "%s {{",
  " spaces ",
  "true",
  "0x10",
  "~",
  "*.*|+?^",
] as const;

/** Those that an alert may carry: its labels and annotations are templates. */
export const nastyTexts = nastyValues.filter((value) => !value.includes("{{"));

/** The test's language over apps with a label that has these values. */
export const nasty = language.onSource(
  appSource(
    declareMetrics({
      features: ["a.b", 'say "hi"', "c|d"],
      models: { "gpt-5/mini": "openai", "claude\\sonnet": "anthropic" },
      labels: { tenant: nastyValues },
    }),
  ),
);

const objective = fc.integer({ min: 50_000, max: 99_999 }).map((thousandths) => thousandths / 1_000);
const below = objective.map((percent) => `${Number((100 - percent).toFixed(3))}%` as const);
const days = fc.integer({ min: 7, max: 90 }).map((count) => `${count}d` as const);
const severity = fc.constantFrom("critical" as const, "warning" as const);
const arm = fc.constantFrom(false as const, "critical" as const, "warning" as const);
const labelValue = fc.constantFrom(...nastyTexts);

const options = fc.record(
  {
    period: days,
    expectedPerHour: fc.integer({ min: 1, max: 100_000 }),
    severity,
    arms: fc.record({ outage: arm, fast: arm, medium: arm, slow: arm, drift: arm }, { requiredKeys: [] }),
    labels: fc.record({ tier: labelValue, route: fc.constant("{{ $labels.slo }}") }, { requiredKeys: [] }),
    annotations: fc.record({ see: labelValue }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const where = fc.record(
  {
    model: fc.constantFrom("gpt-5/mini", "claude\\sonnet"),
    tenant: fc.constantFrom(...nastyValues),
  },
  { requiredKeys: [] },
);
const scoped = fc
  .tuple(options, fc.option(where, { nil: undefined }))
  .map(([of, at]) => ({ ...of, ...(at && { where: at }) }));
const bad = fc.uniqueArray(fc.constantFrom("error", "timeout", "rate_limited", "content_filtered"), { minLength: 1 });

const slo: fc.Arbitrary<Slo> = fc.oneof(
  fc.tuple(scoped, objective).map(([of, percentile]) => nasty.latency({ percentile, below: "2s", ...of })),
  fc.tuple(scoped, objective).map(([of, percentile]) => nasty.timeToFirstToken({ percentile, below: "0.5s", ...of })),
  fc.tuple(scoped, objective).map(([of, percentile]) => nasty.costPerRequest({ percentile, below: "$0.0005", ...of })),
  fc
    .tuple(scoped, below, bad)
    .map(([of, share, statuses]) => nasty.errorRate({ below: share, bad: statuses as ["error"], ...of })),
  fc.tuple(scoped, objective).map(([of, percent]) => nasty.availability({ atLeast: `${percent}%`, ...of })),
  fc.tuple(scoped, below).map(([of, share]) => nasty.rateLimitRate({ below: share, ...of })),
  fc.tuple(options, objective).map(([of, percent]) =>
    nasty.eventRatio({
      objective: `${percent}%`,
      bad: 'sum(rate(jobs_total{result="failed", note=~"\\\\d+|\\"x\\""}[$window])) # those that failed',
      total: "# all jobs\nsum(rate(jobs_total[$window]))",
      describes: 'jobs that "failed"',
      ...of,
    }),
  ),
);

const floor = fc.integer({ min: 1, max: 1_000_000 });
const factor = fc.double({ min: 1.1, max: 20, noNaN: true });
const level = fc.integer({ min: 1, max: 500 });
const forMinutes = fc.integer({ min: 1, max: 90 }).map((minutes) => `${minutes}m` as const);
const share = fc.integer({ min: 1, max: 999 }).map((permille) => `${permille / 10}%` as const);

const guardrail: fc.Arbitrary<Guardrail> = fc.oneof(
  fc.record({ above: share, atLeast: level, severity }).map(nasty.rateLimitPressure),
  fc.record({ above: fc.constantFrom(0.2, 1, 3.5), atLeast: level }).map(nasty.retryStorm),
  fc.record({ aboveUsd: fc.constantFrom(0.003, 2), atLeast: level }).map(nasty.averageCostPerRequest),
  fc.record({ above: fc.constantFrom(0.5, 0.9), share }).map(nasty.contextNearEnd),
  fc.record({ above: level, for: forMinutes }).map(nasty.queueDepth),
  fc.record({ limit: level, above: share, for: forMinutes }).map(nasty.inflightSaturation),
  fc.record({ factor, floorPerHour: floor }).map(nasty.tokenAnomaly),
  fc.record({ factor, floorUsdPerHour: floor }).map(nasty.spendAnomaly),
);

const dnsLabel = fc.stringMatching(/^[a-z]([a-z0-9-]{0,20}[a-z0-9])?$/);

/** A service with one to four SLOs. */
export const randomService: fc.Arbitrary<Service> = fc
  .record({
    id: dnsLabel,
    features: fc.subarray(["a.b", 'say "hi"', "c|d"] as const, { minLength: 1 }),
    slos: fc.dictionary(dnsLabel, slo, { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
    guardrails: fc.dictionary(
      dnsLabel.map((id) => `${id}0`),
      guardrail,
      { maxKeys: 3, noNullPrototype: true },
    ),
  })
  .map(({ id, features, slos, guardrails }) => {
    const apart = Object.fromEntries(Object.entries(guardrails).filter(([name]) => !Object.hasOwn(slos, name)));
    return nasty.service(id, { team: "assist", features: features as ["a.b"], slos, guardrails: apart });
  });

/** Services of one organisation; no two have the same id. */
export const randomServices = fc.uniqueArray(randomService, { selector: ({ id }) => id, minLength: 1, maxLength: 3 });

/** What an environment may say that changes rules. */
export const randomStack: fc.Arbitrary<TestStack> = fc.record(
  {
    scrape: fc.record({ interval: fc.constantFrom("15s" as const, "30s" as const, "1m" as const) }),
    match: fc.record({ cluster: fc.constantFrom(...nastyValues) }),
    components: fc.constant({ prometheus: { kind: "inCluster" as const, retention: "90d" as const } }),
    platform: fc.record({ team: fc.constant("assist" as const), gpu: fc.boolean(), contract: fc.boolean() }),
  },
  { requiredKeys: ["components"] },
);
