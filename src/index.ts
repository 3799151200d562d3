// What `import ... from "llm-slo"` gives: everything an slos/ folder needs.
export { declareMetrics } from "@llm-slo/metrics/contract";
export type { Budget } from "./slo/budget.ts";
export type { Guardrail, GuardrailOptions } from "./slo/guardrails/guardrail.ts";
export { type Language, type Organisation, organisation, type Team } from "./slo/organisation.ts";
export type { Service } from "./slo/service.ts";
export type { Severity, Slo, SloOptions } from "./slo/slo.ts";
export type { PlatformSpec, Receiver, Stack, StackSpec } from "./slo/stack.ts";
export { appSource } from "./sources/app.ts";
export { litellmSource } from "./sources/litellm.ts";
export type { Source } from "./sources/source.ts";
