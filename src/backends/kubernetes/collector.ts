import type { Plan, StackPlan } from "../../plan/plan.ts";
import { addDeployment } from "./add-workload.ts";
import type { Chart } from "./cdk8s.ts";
import { type Configuration, gatewayConfig, samplerConfig } from "./collector-config.ts";
import { addConfigMap } from "./config-map.ts";
import type { Workload } from "./workload.ts";

const FOLDER = "/etc/otel-collector";
const FILE = "collector.yaml";

/** The gateway that apps send to, and a second tier where traces are sampled. */
export function addCollector(chart: Chart, { stack }: Plan): void {
  const { collector } = stack.components;
  if (collector.kind !== "inCluster") return;
  const { sampling, replicas } = collector;
  addTier(chart, stack, "otel-collector", replicas, gatewayConfig(stack, collector));
  if (sampling) addTier(chart, stack, "otel-sampler", sampling.replicas, samplerConfig(stack, collector, sampling));
}

function addTier(chart: Chart, stack: StackPlan, name: string, replicas: number, configuration: Configuration): void {
  addConfigMap(chart, stack, name, name, { [FILE]: configuration.text });
  addDeployment(chart, stack, workload(name, configuration), { replicas, headless: true });
}

function workload(name: string, { text, env }: Configuration): Workload {
  return {
    name,
    image: "collector",
    user: 10_001,
    args: [`--config=${FOLDER}/${FILE}`],
    // Four fifths of the memory limit.
    env: { GOMEMLIMIT: "1638MiB", ...env },
    ports: [
      { name: "otlp-grpc", number: 4317 },
      { name: "otlp-http", number: 4318 },
      { name: "metrics", number: 8888 },
      { name: "health", number: 13133 },
    ],
    startup: { get: { path: "/", port: "health" }, everySeconds: 5, failures: 60 },
    liveness: { get: { path: "/", port: "health" }, everySeconds: 10, failures: 6 },
    readiness: { get: { path: "/", port: "health" }, everySeconds: 10, failures: 3 },
    requests: { cpu: "200m", memory: "400Mi" },
    limits: { cpu: "1", memory: "2Gi" },
    // Time to send what is queued.
    graceSeconds: 60,
    mounts: [{ name: "config", path: FOLDER, configMaps: [name] }],
    configuration: text,
  };
}
