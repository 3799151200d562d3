// How components are provided, as written, to how they are provided, with every default.
import type { Components, Langfuse } from "../plan/components.ts";
import type { CollectorSpec, ComponentSpecs, LangfuseSpec } from "../slo/components.ts";
import { scrubbable } from "../slo/components.ts";

type Collector = Components["collector"];

/** Fields of a component in the cluster that nobody wrote; any other component is as written. */
function fill<T extends { readonly kind: string }, D>(
  spec: T,
  defaults: D,
): Exclude<T, { kind: "inCluster" }> | (Extract<T, { kind: "inCluster" }> & D) {
  return (spec.kind === "inCluster" ? { ...defaults, ...spec } : spec) as never;
}

const inCluster = { kind: "inCluster" } as const;
const off = { kind: "off" } as const;

function collector(spec: CollectorSpec): Collector {
  if (spec.kind === "off") return spec;
  const { sampling, alsoTo = {}, ...rest } = spec;
  return {
    replicas: 2,
    scrub: scrubbable,
    scrubPatterns: [],
    metricsFromSpans: false,
    ...rest,
    alsoTo: Object.fromEntries(Object.entries(alsoTo).map(([name, { url, headers = {} }]) => [name, { url, headers }])),
    ...(sampling
      ? {
          sampling: {
            keepPercent: Number.parseFloat(sampling.keep),
            slowerThanSeconds: Number.parseFloat(sampling.slowerThan ?? "10s"),
            replicas: sampling.replicas ?? 2,
          },
        }
      : {}),
  };
}

function langfuse(spec: LangfuseSpec): Langfuse {
  if (spec.kind !== "inCluster") return spec;
  return {
    major: 3,
    replicas: 1,
    ...spec,
    bucket: fill(spec.bucket, { storage: "50Gi" }),
    postgres: fill(spec.postgres ?? inCluster, { storage: "20Gi" }),
    clickhouse: fill(spec.clickhouse ?? inCluster, { storage: "100Gi" }),
    valkey:
      spec.valkey?.kind === "external"
        ? { port: 6379, tls: false, ...spec.valkey }
        : { storage: "8Gi", ...(spec.valkey ?? inCluster) },
  };
}

export function resolveComponents(specs: ComponentSpecs = {}): Components {
  const { prometheus = inCluster } = specs;
  const ownAlertmanager = prometheus.kind === "operator" ? off : inCluster;
  const dcgm = fill(specs.dcgm ?? off, { nodes: { "nvidia.com/gpu.present": "true" } });
  return {
    prometheus:
      prometheus.kind === "operator"
        ? { ...prometheus, labels: prometheus.labels ?? {} }
        : fill(prometheus, { retention: "60d", storage: "50Gi" }),
    alertmanager: fill(specs.alertmanager ?? ownAlertmanager, { replicas: 1, storage: "1Gi" } as const),
    grafana: fill(specs.grafana ?? inCluster, { storage: "5Gi" }),
    kubeStateMetrics: specs.kubeStateMetrics ?? inCluster,
    collector: collector(specs.collector ?? inCluster),
    jaeger: fill(specs.jaeger ?? inCluster, { retention: "7d", storage: "20Gi" }),
    loki: fill(specs.loki ?? inCluster, { retention: "14d", storage: "50Gi" }),
    dcgm,
    langfuse: langfuse(specs.langfuse ?? off),
  };
}
