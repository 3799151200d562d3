import type { Plan } from "../../../plan/plan.ts";
import { addStatefulSet } from "../add-workload.ts";
import type { Chart } from "../cdk8s.ts";
import type { Probe, Workload } from "../workload.ts";
import { secret } from "./environment.ts";

const FOLDER = "/var/lib/postgresql/data";
/** At its port: the server that runs while the database is being made has a socket only. */
const answers: Pick<Probe, "run"> = { run: ["pg_isready", "-h", "127.0.0.1", "-U", "langfuse", "-d", "langfuse"] };

const workload: Workload = {
  name: "langfuse-postgres",
  image: "postgres",
  user: 999,
  env: {
    POSTGRES_USER: "langfuse",
    POSTGRES_DB: "langfuse",
    POSTGRES_PASSWORD: secret("postgres-password"),
    // A folder below the volume, whose `lost+found` initdb would refuse.
    PGDATA: `${FOLDER}/pgdata`,
    TZ: "UTC",
  },
  ports: [{ name: "postgres", number: 5432 }],
  startup: { ...answers, everySeconds: 5, failures: 120 },
  liveness: { ...answers, everySeconds: 10, failures: 6 },
  readiness: { ...answers, everySeconds: 10, failures: 3 },
  requests: { cpu: "500m", memory: "1Gi" },
  limits: { cpu: "2", memory: "4Gi" },
  graceSeconds: 120,
  mounts: [
    { name: "run", path: "/var/run/postgresql" },
    { name: "tmp", path: "/tmp" },
    { name: "shm", path: "/dev/shm", inMemory: true },
  ],
};

export function addPostgres(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster" || langfuse.postgres.kind !== "inCluster") return;
  addStatefulSet(chart, stack, workload, { replicas: 1, path: FOLDER, size: langfuse.postgres.storage });
}
