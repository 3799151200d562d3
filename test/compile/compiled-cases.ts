// Every golden case, and a service with all that people typically want, compiled.
import type { Service } from "llm-slo";
import { compile } from "../../src/compile/compile.ts";
import type { ServicePlan } from "../../src/plan/plan.ts";
import type { AlertRule, Rule } from "../../src/plan/rules.ts";
import { goldenCases } from "../golden-cases/cases.ts";
import { language, modelOf } from "../support/model.ts";

const { availability, costPerRequest, errorRate, latency, rateLimitRate, service, timeToFirstToken } = language;

/** Six SLOs with the objectives that services usually have. */
export const typicalService = service("typical", {
  team: "assist",
  features: ["support_chat"],
  slos: {
    "answer-latency": latency({ percentile: 95, below: "2s" }),
    "first-token": timeToFirstToken({ percentile: 95, below: "1s" }),
    errors: errorRate({ below: "1%" }),
    availability: availability({ atLeast: "99.9%" }),
    "rate-limits": rateLimitRate({ below: "0.1%" }),
    cost: costPerRequest({ percentile: 95, below: "$0.05" }),
  },
});

/** A service with the rules it became. */
export interface CompiledCase {
  readonly name: string;
  readonly source: Service["source"];
  readonly plan: ServicePlan;
  readonly rules: readonly Rule[];
  readonly alerts: readonly AlertRule[];
}

/** Compiles one service by itself. */
export function compileOne(name: string, service: Service, stack?: Parameters<typeof modelOf>[1]): CompiledCase {
  const [plan] = compile(modelOf([service], stack)).services;
  if (!plan) throw new Error(`no plan for ${name}`);
  const rules = plan.groups.flatMap((group) => group.rules);
  return { name, source: service.source, plan, rules, alerts: rules.filter((rule) => rule.kind === "alert") };
}

/** SLOs that have all in common but what they look at. */
const twins = service("twins", {
  team: "assist",
  features: ["support_chat"],
  slos: {
    all: errorRate({ below: "1%" }),
    paid: errorRate({ below: "1%", where: { tenant: "paid" } }),
    median: latency({ percentile: 50, below: "2s" }),
  },
});

export const compiledCases: readonly CompiledCase[] = [
  ...goldenCases.map(({ name, service, stack }) => compileOne(name, service, stack)),
  compileOne("typical", typicalService),
  compileOne("twins", twins),
];
