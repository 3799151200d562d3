import type { LangfuseInCluster } from "../../../plan/components.ts";
import type { Plan, StackPlan } from "../../../plan/plan.ts";
import { addDeployment } from "../add-workload.ts";
import { serviceUrl } from "../addresses.ts";
import type { Chart } from "../cdk8s.ts";
import type { InitContainer, Workload } from "../workload.ts";
import { sharedSettings } from "./environment.ts";

/** Takes what the API queued, and writes it to ClickHouse. */
export function addLangfuseWorker(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster") return;
  addDeployment(chart, stack, workload(stack, langfuse), { replicas: langfuse.replicas });
}

/**
 * Ends when web of the same version answers, which it does once it has migrated both databases. The worker itself is healthy before that,
 * fails to write the prices of models, and tries it once only: costs would be missing until it is restarted.
 */
const wait = `const { version } = require("/app/worker/package.json");
const ask = async () => {
  const answer = await fetch(process.env.WEB_HEALTH, { signal: AbortSignal.timeout(5000) })
    .then((response) => response.json())
    .catch((error) => ({ version: String(error.cause ?? error) }));
  if (answer.version === version) return;
  console.log("waiting for web " + version + ": " + answer.version);
  setTimeout(ask, 5000);
};
ask();
`;

function afterMigrations(stack: StackPlan): InitContainer {
  return {
    name: "wait-for-web",
    command: ["dumb-init", "--", "node", "-e", wait],
    env: { WEB_HEALTH: `${serviceUrl(stack, "langfuse-web", 3000)}/api/public/health` },
    requests: { cpu: "50m", memory: "64Mi" },
    limits: { cpu: "500m", memory: "256Mi" },
  };
}

function workload(stack: StackPlan, langfuse: LangfuseInCluster): Workload {
  return {
    name: "langfuse-worker",
    image: "langfuseWorker",
    user: 1_001,
    env: { PORT: "3030", ...sharedSettings(stack, langfuse, "inside") },
    initContainer: afterMigrations(stack),
    ports: [{ name: "http", number: 3030 }],
    startup: { get: { path: "/api/health", port: "http" }, everySeconds: 5, failures: 60 },
    // Its health is also that of PostgreSQL, whose restart is no reason for another.
    liveness: { get: { path: "/api/health", port: "http" }, everySeconds: 10, failures: 30 },
    readiness: { get: { path: "/api/ready", port: "http" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "500m", memory: "1Gi" },
    limits: { cpu: "2", memory: "4Gi" },
    graceSeconds: 130,
    mounts: [{ name: "tmp", path: "/tmp" }],
  };
}
