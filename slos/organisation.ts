// Who answers for what, and where SLIs are measured.
import { appSource, organisation } from "llm-slo";
import metrics from "./metrics.ts";

const language = organisation({
  source: appSource(metrics),
  receivers: ["oncall", "ml-team", "support-tools", "default"],
  teams: {
    ml: { critical: "oncall", warning: "ml-team" },
    "support-tools": { critical: "oncall", warning: "support-tools" },
  },
  defaultReceiver: "default",
});

export default language;
export const {
  service,
  stack,
  latency,
  timeToFirstToken,
  errorRate,
  availability,
  rateLimitRate,
  costPerRequest,
  eventRatio,
  dailyBudget,
} = language;
