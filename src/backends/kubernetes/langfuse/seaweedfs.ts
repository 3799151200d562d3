import type { Plan } from "../../../plan/plan.ts";
import { addStatefulSet } from "../add-workload.ts";
import type { Chart } from "../cdk8s.ts";
import type { Workload } from "../workload.ts";
import { OWN_BUCKET, secret } from "./environment.ts";

const healthy = { get: { path: "/healthz", port: "s3" } };

/**
 * All of SeaweedFS in one process, which makes the bucket when it starts. Its filer, master and volume ask nobody who they are: the network
 * policy lets people reach S3 alone.
 */
const workload: Workload = {
  name: "langfuse-seaweedfs",
  image: "seaweedfs",
  user: 1_000,
  env: {
    AWS_ACCESS_KEY_ID: secret("s3-access-key-id"),
    AWS_SECRET_ACCESS_KEY: secret("s3-secret-access-key"),
    S3_BUCKET: OWN_BUCKET,
    HOME: "/tmp",
  },
  args: [
    "mini",
    "-dir=/data",
    // Said, since it takes another one where it thinks that this is taken.
    "-s3.port=8333",
    // By name, since the address of a pod changes and the volumes would be looked for at the old one.
    "-ip=localhost",
    "-ip.bind=0.0.0.0",
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
  ],
  ports: [{ name: "s3", number: 8333 }],
  startup: { ...healthy, everySeconds: 5, failures: 120 },
  liveness: { ...healthy, everySeconds: 10, failures: 6 },
  readiness: { ...healthy, everySeconds: 10, failures: 3 },
  requests: { cpu: "250m", memory: "512Mi" },
  limits: { cpu: "2", memory: "4Gi" },
  graceSeconds: 60,
  mounts: [{ name: "tmp", path: "/tmp" }],
};

export function addSeaweedfs(chart: Chart, { stack }: Plan): void {
  const { langfuse } = stack.components;
  if (langfuse.kind !== "inCluster" || langfuse.bucket.kind !== "inCluster") return;
  addStatefulSet(chart, stack, workload, { replicas: 1, path: "/data", size: langfuse.bucket.storage });
}
