import { errorRate, service } from "./organisation.ts";

export default service("support-chat", {
  team: "assist",
  features: ["support_chat"],
  slos: { errors: errorRate({ below: "1%" }) },
});
