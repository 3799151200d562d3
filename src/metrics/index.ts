export {
  type BucketsOf,
  type Contract,
  contract,
  type HistogramName,
  type LabelsOf,
  type MetricDefinition,
  type MetricName,
  type Status,
  statuses,
} from "./contract.ts";
export { type DeclaredMetrics, declareMetrics, type OwnBuckets } from "./declare.ts";
