import { stack } from "./organisation.ts";

export default stack({
  receivers: { pager: { kind: "pagerduty" }, chat: { kind: "slack", channel: "#llm-alerts" } },
  grafanaUrl: "https://grafana.example.com",
  runbooksUrl: "https://git.example.com/runbooks",
  heartbeat: "none: nobody listens to an example",
});
