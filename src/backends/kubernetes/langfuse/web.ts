import type { LangfuseInCluster } from "../../../plan/components.ts";
import type { Plan, StackPlan } from "../../../plan/plan.ts";
import { addDeployment } from "../add-workload.ts";
import type { Chart } from "../cdk8s.ts";
import type { Setting, Workload } from "../workload.ts";
import { PROJECT_SECRET, secret, sharedSettings } from "./environment.ts";

/** The user interface, the API, and the migrations of both databases. */
export function addLangfuseWeb(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster") return;
  // Migrations of ClickHouse have no lock: two pods that start together would migrate together.
  addDeployment(chart, stack, workload(stack, langfuse), { replicas: langfuse.replicas, oneByOne: true });
}

/** Made at the first start and never changed after it. */
const firstStart: Readonly<Record<string, Setting>> = {
  LANGFUSE_INIT_ORG_ID: "llm-slo",
  LANGFUSE_INIT_ORG_NAME: "llm-slo",
  LANGFUSE_INIT_PROJECT_ID: "llm-slo",
  LANGFUSE_INIT_PROJECT_NAME: "llm-slo",
  LANGFUSE_INIT_PROJECT_PUBLIC_KEY: { secret: PROJECT_SECRET, key: "public-key" },
  LANGFUSE_INIT_PROJECT_SECRET_KEY: { secret: PROJECT_SECRET, key: "secret-key" },
  LANGFUSE_INIT_USER_NAME: "admin",
  LANGFUSE_INIT_USER_EMAIL: secret("init-user-email"),
  LANGFUSE_INIT_USER_PASSWORD: secret("init-user-password"),
};

function workload(stack: StackPlan, langfuse: LangfuseInCluster): Workload {
  return {
    name: "langfuse-web",
    image: "langfuseWeb",
    user: 1_001,
    env: {
      PORT: "3000",
      // Prisma would ask for a newer version of itself.
      CHECKPOINT_DISABLE: "1",
      NEXTAUTH_SECRET: secret("nextauth-secret"),
      ...(langfuse.signUp ? {} : { AUTH_DISABLE_SIGNUP: "true" }),
      ...sharedSettings(stack, langfuse, "outside"),
      ...firstStart,
    },
    ports: [{ name: "http", number: 3000 }],
    // Half an hour: a migration that is killed midway leaves a database that only hands can mend.
    startup: { get: { path: "/api/public/health", port: "http" }, everySeconds: 10, failures: 180 },
    liveness: { get: { path: "/api/public/health", port: "http" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/api/public/ready", port: "http" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "500m", memory: "1Gi" },
    limits: { cpu: "2", memory: "4Gi" },
    // It waits for 110 seconds before it closes connections.
    graceSeconds: 130,
    mounts: [
      { name: "tmp", path: "/tmp" },
      { name: "next-cache", path: "/app/web/.next/cache" },
    ],
  };
}
