// An organisation of any size: services of six SLOs that take turns at all indicators and objectives.
import { appSource, declareMetrics, organisation, type Service, type Slo } from "../../src/index.ts";
import type { Loaded, LoadedFile } from "../../src/slo/check.ts";

const slosPerService = 6;
const seconds = ["1s", "2s", "4s", "8s", "30s"] as const;
const firstToken = ["0.5s", "1s", "2s"] as const;
const dollars = ["$0.01", "$0.05", "$0.25"] as const;
const percentiles = [80, 90, 95, 99, 99.5] as const;
const budgets = ["0.01%", "0.1%", "0.5%", "1%", "5%", "20%"] as const;
const periods = ["30d", "30d", "30d", "28d", "7d", "90d"] as const;

const metrics = declareMetrics({
  features: ["rag_pipeline"],
  models: { "gpt-5": "openai", "gpt-5-mini": "openai", "claude-sonnet-5": "anthropic" },
});
const language = organisation({
  source: appSource(metrics),
  receivers: ["pager", "chat"],
  teams: { search: { critical: "pager", warning: "chat" }, support: { critical: "pager", warning: "chat" } },
  defaultReceiver: "chat",
});
const {
  availability,
  costPerRequest,
  errorRate,
  eventRatio,
  latency,
  rateLimitRate,
  service,
  stack,
  timeToFirstToken,
} = language;

const pick = <T>(from: readonly [T, ...(readonly T[])], index: number): T => from[index % from.length] ?? from[0];

type MakeSlo = (index: number) => readonly [id: string, slo: Slo];

/** The kinds of SLO there are, each with a number that chooses its objective and threshold. */
const kinds: readonly [MakeSlo, ...MakeSlo[]] = [
  (index) => ["latency", latency({ percentile: pick(percentiles, index), below: pick(seconds, index) })],
  (index) => [
    "first-token",
    timeToFirstToken({ percentile: pick(percentiles, index), below: pick(firstToken, index) }),
  ],
  (index) => ["errors", errorRate({ below: pick(budgets, index), expectedPerHour: 600 })],
  (index) => ["availability", availability({ atLeast: pick(["99%", "99.9%", "99.99%"], index), bad: ["error"] })],
  (index) => ["rate-limits", rateLimitRate({ below: pick(budgets, index), period: pick(periods, index) })],
  (index) => ["cost", costPerRequest({ percentile: pick(percentiles, index), below: pick(dollars, index) })],
  (index) => [
    "jobs",
    eventRatio({
      objective: pick(["99%", "99.5%", "99.95%"], index),
      bad: `sum(rate(ingest_jobs_total{queue="${index}", result="failed"}[$window]))`,
      total: `sum(rate(ingest_jobs_total{queue="${index}"}[$window]))`,
    }),
  ],
];

function serviceAt(index: number, size: number): Service {
  const slos = Array.from({ length: size }, (_, turn) => pick(kinds, index + turn)(index + turn));
  return service(`service-${String(index).padStart(4, "0")}`, {
    team: index % 2 === 0 ? "search" : "support",
    features: ["rag_pipeline"],
    description: "One of many.",
    slos: Object.fromEntries(slos),
  });
}

const loadedAs = (file: string, value: unknown): LoadedFile => ({ file, value, named: [] });

/** What `slos/` would export if it defined this many SLOs. */
export function loadedOrganisation(slos: number): Loaded {
  const services = Array.from({ length: Math.ceil(slos / slosPerService) }, (_, index) =>
    serviceAt(index, Math.min(slosPerService, slos - index * slosPerService)),
  );
  const environment = stack({
    receivers: { pager: { kind: "pagerduty" }, chat: { kind: "slack", channel: "#llm" } },
    grafanaUrl: "https://grafana.example.com",
    runbooksUrl: "https://git.example.com/llm/slos/src/branch/main/generated/runbooks",
    heartbeat: "none: nobody listens to an example",
  });
  return {
    organisation: loadedAs("slos/organisation.ts", language),
    metrics: loadedAs("slos/metrics.ts", metrics),
    stacks: [{ ...loadedAs("slos/stack.ts", environment), environment: "" }],
    services: services.map((value) => loadedAs(`slos/${value.id}.ts`, value)),
    complete: true,
  };
}
