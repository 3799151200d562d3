// How each component of the stack is provided, with every default resolved.

export interface Off {
  readonly kind: "off";
}

interface Elsewhere {
  readonly kind: "external";
  readonly url: string;
}

export interface External extends Elsewhere {
  /** The Secret whose keys `username` and `password` log in there. */
  readonly secret?: string;
}

export interface Stored {
  readonly kind: "inCluster";
  readonly storage: string;
}

export type Prometheus =
  | (Stored & {
      readonly retention: string;
      readonly remoteWrite?: { readonly url: string; readonly secret?: string };
    })
  | {
      readonly kind: "operator";
      readonly url: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly otlpUrl: string;
    }
  | (External & { readonly ruler?: "mimir" | "thanos"; readonly otlpUrl: string });

export type Alertmanager =
  | (Stored & { readonly replicas: 1 | 3; readonly url?: string })
  | External
  | {
      readonly kind: "operator";
      readonly routes: "Secret" | "AlertmanagerConfig";
      /** Absent where it is the stack's own. */
      readonly namespace?: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | Off;

export type Grafana =
  | Stored
  | {
      readonly kind: "external";
      readonly labels: Readonly<Record<string, string>>;
      /** Absent where it is the stack's own. */
      readonly namespace?: string;
    }
  | { readonly kind: "operator"; readonly instances: Readonly<Record<string, string>> }
  | Off;

export type KubeStateMetrics =
  | { readonly kind: "inCluster" }
  | { readonly kind: "external"; readonly address: string }
  | Off;

export type Scrubbable = "email" | "phone" | "national-id" | "card" | "key";

export interface TraceDestination {
  readonly url: string;
  /** By header, the key of the Secret `otel-collector`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The contract's request series, as the collector derives them from spans. */
export interface SpanSeries {
  readonly requestLabels: readonly string[];
  readonly durationLabels: readonly string[];
  readonly durationBuckets: readonly number[];
}

export type Collector =
  | {
      readonly kind: "inCluster";
      readonly replicas: number;
      readonly scrub: readonly Scrubbable[];
      readonly scrubPatterns: readonly string[];
      readonly sampling?: {
        readonly keepPercent: number;
        readonly slowerThanSeconds: number;
        readonly replicas: number;
      };
      readonly metricsFromSpans?: SpanSeries;
      readonly alsoTo: Readonly<Record<string, TraceDestination>>;
    }
  | { readonly kind: "external"; readonly address: string }
  | Off;

export type Jaeger =
  | (Stored & { readonly retention: string })
  | (External & { readonly address: string; readonly tls: boolean })
  | Off;

export type Loki = (Stored & { readonly retention: string }) | External | Off;

export type Dcgm =
  | { readonly kind: "inCluster"; readonly nodes: Readonly<Record<string, string>>; readonly runtimeClass?: string }
  | { readonly kind: "external"; readonly namespace: string }
  | Off;

export type Bucket =
  | { readonly kind: "external"; readonly bucket: string; readonly region: string; readonly endpoint?: string }
  | (Stored & { readonly url: string });

export interface LangfuseInCluster {
  readonly kind: "inCluster";
  readonly url: string;
  readonly major: 3 | 4;
  readonly replicas: number;
  readonly signUp: boolean;
  readonly bucket: Bucket;
  readonly postgres: Stored | { readonly kind: "external" };
  readonly clickhouse:
    | Stored
    | { readonly kind: "external"; readonly url: string; readonly migrationUrl: string; readonly user: string };
  readonly valkey:
    | Stored
    | { readonly kind: "external"; readonly host: string; readonly port: number; readonly tls: boolean };
}

export type Langfuse = LangfuseInCluster | Elsewhere | Off;

export interface Components {
  readonly prometheus: Prometheus;
  readonly alertmanager: Alertmanager;
  readonly grafana: Grafana;
  readonly kubeStateMetrics: KubeStateMetrics;
  readonly collector: Collector;
  readonly jaeger: Jaeger;
  readonly loki: Loki;
  readonly dcgm: Dcgm;
  readonly langfuse: Langfuse;
}
