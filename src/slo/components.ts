// The components of the stack, as people write them: in the cluster, elsewhere, or off.
import type { Days } from "./slo.ts";

/** Not deployed, and nothing is sent there. */
export interface Off {
  readonly kind: "off";
}

interface Elsewhere {
  readonly kind: "external";
  /** Where it is, reachable from the cluster. @example "https://metrics.example.com" */
  readonly url: string;
}

/** What asks who is there. */
interface Guarded {
  /** The Secret whose keys `username` and `password` log in there. Default: nobody asks. @example "metrics-login" */
  readonly secret?: string;
}

export interface External extends Elsewhere, Guarded {}

interface InCluster {
  readonly kind: "inCluster";
}

interface Stored extends InCluster {
  /** Size of the volume. @example "50Gi" */
  readonly storage?: string;
}

/** Who scrapes and evaluates the rules. */
export type PrometheusSpec =
  | (Stored & {
      /** Default 60d: budgets of 30 days and a month to look back. */
      readonly retention?: Days;
      /** Where every sample is also sent. User and password are the keys `username` and `password` of a Secret. */
      readonly remoteWrite?: { readonly url: string; readonly secret?: string };
    })
  /** Resources for a Prometheus Operator that is there already. */
  | {
      readonly kind: "operator";
      /** Where that Prometheus answers. @example "http://prometheus-operated.monitoring.svc:9090" */
      readonly url: string;
      /** What its selectors ask for. @example { release: "kube-prometheus-stack" } */
      readonly labels?: Readonly<Record<string, string>>;
    }
  /** Somebody else's: rule files for it are written, and nothing is deployed. */
  | (External & {
      /** What reads the rules: `mimir` gets files of its own, `thanos` reads those of Prometheus. Default: Prometheus. */
      readonly ruler?: "mimir" | "thanos";
      /**
       * Where the collector writes metrics; `/v1/metrics` is added. Default: `/api/v1/otlp` of the URL, and of Mimir `/otlp` beside its
       * `/prometheus`. Thanos has none: its receivers are elsewhere than its queries. @example "http://thanos-receive.monitoring.svc:19291/api/v1/otlp"
       */
      readonly otlpUrl?: string;
    });

export type AlertmanagerSpec =
  | (Stored & {
      /** Three find each other and send each message once. Default 1. */
      readonly replicas?: 1 | 3;
      /**
       * Where people reach it, through an ingress that asks who they are: the links in messages lead there. Default: nowhere outside of
       * the cluster, and links work with `kubectl port-forward` alone. @example "https://alertmanager.example.com"
       */
      readonly url?: string;
    })
  | External
  /** The one that the Prometheus of an operator sends to. */
  | {
      readonly kind: "operator";
      /**
       * How it gets the routes. `Secret`: the whole configuration, for the `configSecret` of an Alertmanager that serves nobody else.
       * `AlertmanagerConfig`: routes beside those of others, where its `alertmanagerConfigMatcherStrategy` lets them have all alerts; business
       * hours must be in UTC. Default `Secret`.
       */
      readonly routes?: "Secret" | "AlertmanagerConfig";
      /** Where both are written, and the Secret `alertmanager-receivers` is read. Default: the stack's own namespace. @example "monitoring" */
      readonly namespace?: string;
      /** What its selector of AlertmanagerConfigs asks for. @example { release: "kube-prometheus-stack" } */
      readonly labels?: Readonly<Record<string, string>>;
    }
  | Off;

export type GrafanaSpec =
  | Stored
  /** One that is there already, whose sidecar reads dashboards from ConfigMaps, as in the charts of Grafana and of kube-prometheus-stack. */
  | {
      readonly kind: "external";
      /** What its sidecar looks for. Default `grafana_dashboard: "1"`. */
      readonly labels?: Readonly<Record<string, string>>;
      /** Where it looks. Default: the stack's own namespace. @example "monitoring" */
      readonly namespace?: string;
    }
  /** One of the Grafana Operator, which reads GrafanaDashboard resources. */
  | {
      readonly kind: "operator";
      /** Labels of the Grafana resources that show the dashboards. @example { dashboards: "grafana" } */
      readonly instances: Readonly<Record<string, string>>;
    }
  | Off;

export type KubeStateMetricsSpec =
  | InCluster
  | {
      readonly kind: "external";
      /** Host and port of its metrics. @example "kube-state-metrics.kube-system.svc:8080" */
      readonly address: string;
    }
  | Off;

/** Personal data that the collector can find. */
export const scrubbable = ["email", "phone", "national-id", "card", "key"] as const;
export type Scrubbable = (typeof scrubbable)[number];

export type CollectorSpec =
  | {
      readonly kind: "inCluster";
      /** Default 2. */
      readonly replicas?: number;
      /** What is masked in attributes and bodies, before anything is stored. Default: all of it. */
      readonly scrub?: readonly Scrubbable[];
      /** More to mask, as RE2. @example ["EMP-[0-9]{6}"] */
      readonly scrubPatterns?: readonly string[];
      /** Keeps every trace with an error or slower than `slowerThan`, and this share of the others. Default: all traces. */
      readonly sampling?: {
        readonly keep: `${number}%`;
        readonly slowerThan?: `${number}s`;
        readonly replicas?: number;
      };
      /** Derives the contract's request metrics from GenAI spans, for apps that only trace. Default false. */
      readonly metricsFromSpans?: boolean;
      /** More places that get every trace, by name. The header's value is a key of the Secret `otel-collector`. */
      readonly alsoTo?: Readonly<Record<string, TraceDestination>>;
    }
  /** One of your own in this cluster, which may then reach Prometheus, Loki, Jaeger and Langfuse. What it masks and keeps is yours to say. */
  | {
      readonly kind: "external";
      /** Host and port of its own metrics. @example "otel-collector.observability.svc:8888" */
      readonly address: string;
    }
  | Off;

/** A back-end that takes OTLP over HTTP, such as Arize Phoenix or LangSmith. */
export interface TraceDestination {
  /** `/v1/traces` is added. @example "https://api.smith.langchain.com/otel" */
  readonly url: string;
  /** Header that authenticates, by key of the Secret `otel-collector`. @example { "x-api-key": "langsmith-key" } */
  readonly headers?: Readonly<Record<string, string>>;
}

export type JaegerSpec =
  | (Stored & { /** Default 7d. */ readonly retention?: Days })
  | (Guarded & {
      readonly kind: "external";
      /** Where it takes OTLP over gRPC. @example "jaeger.tracing.svc:4317" */
      readonly address: string;
      /** Whether it does so over TLS. Default: where it asks for a login. */
      readonly tls?: boolean;
      /** Where Grafana asks it. @example "http://jaeger.tracing.svc:16686" */
      readonly url: string;
    })
  | Off;

export type LokiSpec = (Stored & { /** Default 14d. */ readonly retention?: Days }) | External | Off;

export type DcgmSpec =
  | {
      readonly kind: "inCluster";
      /** Labels of nodes with GPUs. Default `nvidia.com/gpu.present: "true"`, as GPU feature discovery sets it. */
      readonly nodes?: Readonly<Record<string, string>>;
      /** Default: the node's own runtime. @example "nvidia" */
      readonly runtimeClass?: string;
    }
  /** Runs already, in this namespace, as the GPU operator has it. */
  | { readonly kind: "external"; readonly namespace: string }
  | Off;

/** A bucket in an S3 store; its keys are in the Secret `langfuse`. */
export type BucketSpec =
  | {
      readonly kind: "external";
      readonly bucket: string;
      readonly region: string;
      /** Default: that of AWS. Browsers upload media there, so it must be reachable from outside. */
      readonly endpoint?: string;
    }
  /** SeaweedFS. `url` is where browsers reach it. */
  | (Stored & { readonly url: string });

export type LangfuseSpec =
  | {
      readonly kind: "inCluster";
      /** Where people open it. @example "https://langfuse.example.com" */
      readonly url: string;
      /** Default 3. */
      readonly major?: 3 | 4;
      /** Of web and worker. Default 1; raise it after the first start, which migrates the databases. */
      readonly replicas?: number;
      /**
       * Whether whoever reaches it may make an account, which the first user can then let into the project. Default false: only the first
       * user of the Secret `langfuse` gets in, and nobody new by single sign-on either.
       */
      readonly signUp?: boolean;
      readonly bucket: BucketSpec;
      /** External: `database-url` in the Secret `langfuse`. */
      readonly postgres?: Stored | { readonly kind: "external" };
      readonly clickhouse?:
        | Stored
        | {
            readonly kind: "external";
            /** The HTTP interface. @example "https://clickhouse.example.com:8443" */
            readonly url: string;
            /** The native interface, for migrations. @example "clickhouse://clickhouse.example.com:9440" */
            readonly migrationUrl: string;
            readonly user: string;
          };
      readonly valkey?:
        | Stored
        | {
            readonly kind: "external";
            readonly host: string;
            /** Default 6379. */
            readonly port?: number;
            readonly tls?: boolean;
          };
    }
  /** Langfuse Cloud, or one of your own. Its keys are in the Secret `langfuse-project`. */
  | Elsewhere
  | Off;

/** How each component is provided. What isn't named has the default said beside it. */
export interface ComponentSpecs {
  /** Default: in the cluster. */
  readonly prometheus?: PrometheusSpec;
  /** Default: in the cluster, one replica; of the operator, where Prometheus is. */
  readonly alertmanager?: AlertmanagerSpec;
  /** Default: in the cluster. */
  readonly grafana?: GrafanaSpec;
  /** Default: in the cluster. */
  readonly kubeStateMetrics?: KubeStateMetricsSpec;
  /** Default: in the cluster. */
  readonly collector?: CollectorSpec;
  /** Default: in the cluster. */
  readonly jaeger?: JaegerSpec;
  /** Default: in the cluster. */
  readonly loki?: LokiSpec;
  /** Default: off, since clusters without GPUs need none and the GPU operator brings its own. */
  readonly dcgm?: DcgmSpec;
  /** Default: off, since only you know its URL and its bucket. */
  readonly langfuse?: LangfuseSpec;
}

/** The images that can be replaced. */
export const imageNames = [
  "alertmanager",
  "clickhouse",
  "collector",
  "dcgm",
  "grafana",
  "jaeger",
  "kubeStateMetrics",
  "langfuseWeb",
  "langfuseWorker",
  "loki",
  "postgres",
  "prometheus",
  "seaweedfs",
  "valkey",
] as const;
export type ImageName = (typeof imageNames)[number];
