// Where it runs: what each receiver is here, which components there are, how metrics are scraped, where people look.
import { stack } from "./organisation.ts";

export default stack({
  receivers: {
    oncall: { kind: "pagerduty" },
    "ml-team": { kind: "slack", channel: "#ml-team" },
    "llm-quality": { kind: "slack", channel: "#llm-quality" },
    "llm-costs": { kind: "msteams" },
    "support-tools": { kind: "email", to: "support-tools@example.com" },
    default: { kind: "slack", channel: "#llm-alerts" },
  },
  smtp: { smarthost: "smtp.example.com:587", from: "llm-slo@example.com", username: "llm-slo" },
  heartbeat: { kind: "webhook" },
  businessHours: { from: "09:00", to: "17:30" },
  timeZone: "Europe/Berlin",
  platform: { team: "ml" },
  grafanaUrl: "https://grafana.example.com",
  runbooksUrl: "https://git.example.com/llm/slos/src/branch/main/generated/runbooks",
  ingressNamespace: "ingress-nginx",
  components: {
    alertmanager: { kind: "inCluster", url: "https://alertmanager.example.com" },
    dcgm: { kind: "inCluster" },
    langfuse: {
      kind: "inCluster",
      url: "https://langfuse.example.com",
      bucket: { kind: "inCluster", url: "https://media.langfuse.example.com" },
    },
  },
});
