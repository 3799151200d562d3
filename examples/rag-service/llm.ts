import { createLlmMetrics } from "@llm-slo/metrics";
import metrics from "../../slos/metrics.ts";

/** The metrics of this app, from the same declaration that the SLOs are made from. */
export const llm = createLlmMetrics({ metrics });
