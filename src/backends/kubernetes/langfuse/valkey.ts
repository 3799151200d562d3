import type { Plan } from "../../../plan/plan.ts";
import { addStatefulSet } from "../add-workload.ts";
import type { Chart } from "../cdk8s.ts";
import type { Probe, Workload } from "../workload.ts";
import { secret } from "./environment.ts";

/** Without the password it answers too, and with success. */
const pong: Pick<Probe, "run"> = { run: ["sh", "-c", "valkey-cli ping | grep -q PONG"] };

const workload: Workload = {
  name: "langfuse-valkey",
  image: "valkey",
  user: 999,
  env: { VALKEY_PASSWORD: secret("valkey-password"), REDISCLI_AUTH: secret("valkey-password") },
  args: [
    "valkey-server",
    "--dir",
    "/data",
    "--requirepass",
    "$(VALKEY_PASSWORD)",
    "--appendonly",
    "yes",
    "--maxmemory",
    "1200mb",
    // The queues are in here: nothing may be forgotten.
    "--maxmemory-policy",
    "noeviction",
  ],
  ports: [{ name: "valkey", number: 6379 }],
  startup: { ...pong, everySeconds: 5, failures: 60 },
  liveness: { ...pong, everySeconds: 10, failures: 6 },
  readiness: { ...pong, everySeconds: 10, failures: 3 },
  requests: { cpu: "250m", memory: "512Mi" },
  limits: { cpu: "1", memory: "1536Mi" },
  graceSeconds: 60,
  mounts: [{ name: "tmp", path: "/tmp" }],
};

export function addValkey(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster" || langfuse.valkey.kind !== "inCluster") return;
  addStatefulSet(chart, stack, workload, { replicas: 1, path: "/data", size: langfuse.valkey.storage });
}
