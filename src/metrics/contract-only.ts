// `@llm-slo/metrics/contract`: the contract without the runtime, for slos/metrics.ts and the compiler. It loads no runtime.
export {
  type BucketsOf,
  type Contract,
  type CounterName,
  contract,
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
} from "./contract.ts";
export { contractHash, contractVersion } from "./contract-hash.ts";
export { type DeclaredMetrics, declareMetrics, type OwnBuckets, type Provider } from "./declare.ts";
