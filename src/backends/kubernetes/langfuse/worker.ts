import type { LangfuseInCluster } from "../../../plan/components.ts";
import type { Plan, StackPlan } from "../../../plan/plan.ts";
import { addDeployment } from "../add-workload.ts";
import type { Chart } from "../cdk8s.ts";
import type { Workload } from "../workload.ts";
import { sharedSettings } from "./environment.ts";

/** Takes what the API queued, and writes it to ClickHouse. */
export function addLangfuseWorker(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster") return;
  addDeployment(chart, stack, workload(stack, langfuse), { replicas: langfuse.replicas });
}

function workload(stack: StackPlan, langfuse: LangfuseInCluster): Workload {
  return {
    name: "langfuse-worker",
    image: "langfuseWorker",
    user: 1_001,
    env: { PORT: "3030", ...sharedSettings(stack, langfuse) },
    ports: [{ name: "http", number: 3030 }],
    // Up once web has migrated the databases.
    startup: { get: { path: "/api/health", port: "http" }, everySeconds: 10, failures: 180 },
    // Its health is also that of PostgreSQL, whose restart is no reason for another.
    liveness: { get: { path: "/api/health", port: "http" }, everySeconds: 10, failures: 30 },
    readiness: { get: { path: "/api/ready", port: "http" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "500m", memory: "1Gi" },
    limits: { cpu: "2", memory: "4Gi" },
    graceSeconds: 130,
    mounts: [{ name: "tmp", path: "/tmp" }],
  };
}
