export type { AiSdkMiddleware } from "./ai-sdk.ts";
export type { DailyBudget, LocalBudget } from "./budgets.ts";
export type { Call } from "./call.ts";
export * from "./contract-only.ts";
export {
  createLlmMetrics,
  type DefaultsOrSource,
  type LlmMetrics,
  type LlmMetricsOptions,
  type ObservedRequest,
  type RequestDefaults,
} from "./create-llm-metrics.ts";
export type { OpenaiOptions } from "./openai.ts";
export type { Price } from "./prices.ts";
export type { Evaluation, QualityRecorder } from "./quality.ts";
export type { Exposition } from "./store.ts";
export type { Operation, Tracing } from "./tracing.ts";
export { aiSdkUsage, anthropicUsage, geminiUsage, openaiUsage, type TokenUsage } from "./usage.ts";
