// Where it runs: what each receiver is here, which components there are, how metrics are scraped, where people look.
import { stack } from "./organisation.ts";

export default stack({
  receivers: {
    oncall: { kind: "pagerduty" },
    "ml-team": { kind: "slack", channel: "#llm-quality" },
    "support-tools": { kind: "slack", channel: "#support-tools" },
    default: { kind: "slack", channel: "#llm-alerts" },
  },
  platform: { team: "ml" },
  grafanaUrl: "https://grafana.example.com",
  runbooksUrl: "https://git.example.com/llm/slos/src/branch/main/generated/runbooks",
  ingressNamespace: "ingress-nginx",
  components: {
    dcgm: { kind: "inCluster" },
    langfuse: {
      kind: "inCluster",
      url: "https://langfuse.example.com",
      bucket: { kind: "inCluster", url: "https://media.langfuse.example.com" },
    },
  },
});
