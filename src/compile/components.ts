// How components are provided, as written, to how they are provided, with every default.
import type { Components, Langfuse } from "../plan/components.ts";
import type {
  AlertmanagerSpec,
  CollectorSpec,
  ComponentSpecs,
  GrafanaSpec,
  JaegerSpec,
  LangfuseSpec,
  PrometheusSpec,
} from "../slo/components.ts";
import { scrubbable } from "../slo/components.ts";
import type { Source } from "../sources/source.ts";
import { spanSeries } from "./span-series.ts";

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

/** Without slashes at its end, so that paths can be added. */
const bare = (url: string) => url.replace(/\/+$/, "");

/** What is elsewhere, at its bare address; anything else is as it was. */
function at<T extends { readonly kind: string }>(spec: T): T {
  return "url" in spec && spec.kind === "external" ? { ...spec, url: bare(String(spec.url)) } : spec;
}

function prometheus(spec: PrometheusSpec): Components["prometheus"] {
  if (spec.kind === "inCluster") return { retention: "60d", storage: "50Gi", ...spec };
  const url = bare(spec.url);
  const otlpUrl = `${url}/api/v1/otlp`;
  if (spec.kind === "operator") return { ...spec, url, otlpUrl, labels: spec.labels ?? {} };
  const own = spec.ruler === "mimir" ? `${url.replace(/\/prometheus$/, "")}/otlp` : otlpUrl;
  return { ...spec, url, otlpUrl: bare(spec.otlpUrl ?? own) };
}

function alertmanager(spec: AlertmanagerSpec): Components["alertmanager"] {
  if (spec.kind === "operator") return { routes: "Secret", labels: {}, ...spec };
  return fill(at(spec), { replicas: 1, storage: "1Gi" } as const);
}

/** The label is that of the charts of Grafana and of kube-prometheus-stack. */
function grafana(spec: GrafanaSpec): Components["grafana"] {
  if (spec.kind === "external") return { labels: { grafana_dashboard: "1" }, ...spec };
  return fill(spec, { storage: "5Gi" });
}

function jaeger(spec: JaegerSpec): Components["jaeger"] {
  if (spec.kind === "external") return { tls: spec.secret !== undefined, ...at(spec) };
  return fill(spec, { retention: "7d", storage: "20Gi" });
}

function collector(spec: CollectorSpec, sources: readonly Source[]): Collector {
  if (spec.kind !== "inCluster") return spec;
  const { sampling, alsoTo = {}, metricsFromSpans = false, ...rest } = spec;
  return {
    replicas: 2,
    scrub: scrubbable,
    scrubPatterns: [],
    ...rest,
    ...(metricsFromSpans ? { metricsFromSpans: spanSeries(sources) } : {}),
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
  if (spec.kind !== "inCluster") return at(spec);
  return {
    major: 3,
    replicas: 1,
    signUp: false,
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

/** `sources` are those of the services. */
export function resolveComponents(specs: ComponentSpecs = {}, sources: readonly Source[] = []): Components {
  const usualAlertmanager = specs.prometheus?.kind === "operator" ? ({ kind: "operator" } as const) : inCluster;
  const dcgm = fill(specs.dcgm ?? off, { nodes: { "nvidia.com/gpu.present": "true" } });
  return {
    prometheus: prometheus(specs.prometheus ?? inCluster),
    alertmanager: alertmanager(specs.alertmanager ?? usualAlertmanager),
    grafana: grafana(specs.grafana ?? inCluster),
    kubeStateMetrics: specs.kubeStateMetrics ?? inCluster,
    collector: collector(specs.collector ?? inCluster, sources),
    jaeger: jaeger(specs.jaeger ?? inCluster),
    loki: fill(at(specs.loki ?? inCluster), { retention: "14d", storage: "50Gi" }),
    dcgm,
    langfuse: langfuse(specs.langfuse ?? off),
  };
}
