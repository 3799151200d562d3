// What is compared: all rules of one SLO as compiled, and the same error rate asked of raw series for each window.
import { compile } from "../../src/compile/compile.ts";
import { appSource, declareMetrics, organisation } from "../../src/index.ts";
import { records } from "../../src/plan/conventions.ts";
import type { ServicePlan, SloPlan } from "../../src/plan/plan.ts";
import type { Rule } from "../../src/plan/rules.ts";
import type { Selector } from "../../src/promql/ast.ts";
import { div, rate, sum, walk } from "../../src/promql/build.ts";
import { print, printDuration } from "../../src/promql/print.ts";

export const feature = "rag_pipeline";
/** How failed requests end, in this SLO. */
export const failures = ["error", "timeout", "rate_limited"] as const;

/** A service with one SLO: at most 0.1 % of requests may fail. */
export function compileSubject(): { readonly service: ServicePlan; readonly slo: SloPlan } {
  const language = organisation({
    source: appSource(declareMetrics({ features: [feature], models: { "gpt-5": "openai" } })),
    receivers: ["chat"],
    teams: { search: { critical: "chat", warning: "chat" } },
    defaultReceiver: "chat",
  });
  const { errorRate, service, stack } = language;
  const plan = compile({
    environment: "",
    organisation: language,
    stack: stack({
      receivers: { chat: { kind: "slack", channel: "#llm" } },
      grafanaUrl: "https://grafana.example.com",
      runbooksUrl: "https://git.example.com/runbooks",
      heartbeat: "none: nobody listens to an example",
    }),
    services: [
      service("rag-pipeline", {
        team: "search",
        features: [feature],
        slos: { errors: errorRate({ below: "0.1%", expectedPerHour: 600 }) },
      }),
    ],
  });
  const [only] = plan.services;
  const [slo] = only?.slos ?? [];
  if (!only || !slo) throw new Error("the service of the benchmark has no SLO");
  return { service: only, slo };
}

/** A query and what it is for. */
export interface Query {
  readonly family: string;
  readonly expr: string;
}

export const noDataFamily = "no-data alerts";
const metadata: readonly string[] = [records.objective, records.budget, records.budgetRemaining, records.info];

function familyOf(rule: Rule): string {
  if (rule.kind === "alert") return rule.slo === undefined ? noDataFamily : "burn-rate alerts";
  if (rule.record === records.total || rule.record === records.bad) return "base rates, on raw series";
  if (rule.record === records.totalHourly || rule.record === records.badHourly) return "second stage";
  if (metadata.includes(rule.record)) return "budget and info";
  return rule.record.includes("confidence") ? "confidence of windows" : "bad share of windows";
}

/** Every expression that Prometheus evaluates for the service, in the order of its groups. */
export function stagedQueries({ groups }: ServicePlan): readonly Query[] {
  return groups.flatMap(({ rules }) => rules.map((rule) => ({ family: familyOf(rule), expr: print(rule.expr) })));
}

/** Sloth's windows (https://github.com/slok/sloth), in seconds: 5m, 30m, 1h, 2h, 6h, 1d, 3d. */
export const rawWindows = [5, 30, 60, 120, 360, 1_440, 4_320].map((minutes) => minutes * 60);

/** The raw selector of a base rule. */
function selectorOf({ groups }: ServicePlan, record: string): Selector {
  const rule = groups.flatMap(({ rules }) => rules).find((rule) => rule.kind === "recording" && rule.record === record);
  for (const node of rule ? walk(rule.expr) : []) if (node.kind === "selector" && node.rangeSeconds) return node;
  throw new Error(`${record} reads no raw series`);
}

/** Sloth's shape over the very selectors of the SLO's base rules. */
export function rawQuery(service: ServicePlan, windowSeconds: number): Query {
  const rateOf = (record: string) => sum(rate(selectorOf(service, record), windowSeconds));
  return { family: printDuration(windowSeconds), expr: print(div(rateOf(records.bad), rateOf(records.total))) };
}
