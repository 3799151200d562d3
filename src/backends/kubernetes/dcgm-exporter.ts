import type { Dcgm } from "../../plan/components.ts";
import type { Plan, StackPlan } from "../../plan/plan.ts";
import { gpuNamespace } from "./addresses.ts";
import { type Chart, k8s, type types } from "./cdk8s.ts";
import { dcgmCounters } from "./dcgm-counters.ts";
import { imageOf, pullSecrets } from "./images.ts";
import { labels, selectorLabels } from "./metadata.ts";
import { amounts, containerPorts, environment, probe, readAtStart } from "./workload.ts";

const NAME = "dcgm-exporter";
const FOLDER = "/etc/llm-slo";
const FILE = "counters.csv";
const PORT = { name: "metrics", number: 9400 };

/** The GPU exporter, on every node with GPUs. It reads the kubelet's socket, which only a privileged namespace admits. */
export function addDcgmExporter(chart: Chart, { stack }: Plan): void {
  const { dcgm } = stack.components;
  if (dcgm.kind !== "inCluster") return;
  const metadata = { name: NAME, namespace: gpuNamespace(stack), labels: labels(NAME) };
  new k8s.KubeServiceAccount(chart, "service-account", { metadata, automountServiceAccountToken: false });
  new k8s.KubeConfigMap(chart, "counters", { metadata, data: { [FILE]: dcgmCounters } });
  new k8s.KubeDaemonSet(chart, "daemon-set", {
    metadata,
    spec: {
      selector: { matchLabels: selectorLabels(NAME) },
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: k8s.IntOrString.fromString("100%") } },
      template: {
        metadata: { labels: labels(NAME), annotations: readAtStart(dcgmCounters) },
        spec: podSpec(stack, dcgm),
      },
    },
  });
}

function podSpec(stack: StackPlan, { nodes, runtimeClass }: Extract<Dcgm, { kind: "inCluster" }>): types.PodSpec {
  return {
    serviceAccountName: NAME,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    ...pullSecrets(stack),
    nodeSelector: { ...nodes },
    tolerations: [{ key: "nvidia.com/gpu", operator: "Exists", effect: "NoSchedule" }],
    ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }),
    securityContext: { seccompProfile: { type: "RuntimeDefault" } },
    containers: [container(stack)],
    volumes: [
      // The directory: the kubelet makes its socket anew when it restarts.
      { name: "pod-resources", hostPath: { path: "/var/lib/kubelet/pod-resources", type: "Directory" } },
      { name: "counters", configMap: { name: NAME } },
    ],
  };
}

function container(stack: StackPlan): types.Container {
  const health = { get: { path: "/health", port: PORT.name } };
  return {
    name: NAME,
    image: imageOf(stack, "dcgm"),
    env: environment({
      DCGM_EXPORTER_LISTEN: `:${PORT.number}`,
      DCGM_EXPORTER_KUBERNETES: "true",
      DCGM_EXPORTER_COLLECTORS: `${FOLDER}/${FILE}`,
      NODE_NAME: { field: "spec.nodeName" },
    }),
    ports: containerPorts([PORT]),
    // Root and SYS_ADMIN: the socket is root's, and profiling counters ask for the capability.
    securityContext: {
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] },
    },
    resources: {
      requests: amounts({ cpu: "100m", memory: "256Mi" }),
      limits: amounts({ cpu: "500m", memory: "1Gi" }),
    },
    startupProbe: probe({ ...health, everySeconds: 10, failures: 30 }),
    livenessProbe: probe({ ...health, everySeconds: 10, failures: 6 }),
    readinessProbe: probe({ ...health, everySeconds: 10, failures: 3 }),
    volumeMounts: [
      { name: "pod-resources", mountPath: "/var/lib/kubelet/pod-resources", readOnly: true },
      { name: "counters", mountPath: FOLDER, readOnly: true },
    ],
  };
}
