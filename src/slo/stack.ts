import type { ComponentSpecs, ImageName } from "./components.ts";

/** How a receiver reaches people in one environment. Secrets are files in the folder mounted from the Secret `alertmanager-receivers`. */
export type Receiver =
  | {
      readonly kind: "slack";
      /** @example "#llm-alerts" */
      readonly channel: string;
      /** Key of the Secret that holds the incoming webhook's URL. Default: the receiver's name with `-url`. */
      readonly urlKey?: string;
    }
  | {
      readonly kind: "pagerduty";
      /** Key of the Secret that holds the Events v2 routing key. Default: the receiver's name with `-routing-key`. */
      readonly routingKeyKey?: string;
    }
  | {
      readonly kind: "email";
      /** @example "llm-oncall@example.com" */
      readonly to: string;
    }
  | {
      readonly kind: "webhook";
      /** Key of the Secret that holds the URL. Default: the receiver's name with `-url`. */
      readonly urlKey?: string;
    }
  | {
      readonly kind: "opsgenie";
      /** Key of the Secret that holds the API key of an integration. Default: the receiver's name with `-api-key`. */
      readonly apiKeyKey?: string;
      /** Default: Opsgenie's own. @example "https://api.eu.opsgenie.com/" */
      readonly apiUrl?: string;
    }
  | {
      /** A channel of Microsoft Teams, through a workflow. */
      readonly kind: "msteams";
      /** Key of the Secret that holds the workflow's webhook URL. Default: the receiver's name with `-url`. */
      readonly urlKey?: string;
    };

/** Who notices outside of the cluster when the always-firing Watchdog falls silent; or that nobody does, and why. */
export type Heartbeat = Extract<Receiver, { kind: "webhook" }> | `none: ${string}`;

/** A local time of day. @example "09:00" */
export type Clock = `${number}:${number}`;

type Weekday = "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";

/** When warnings are read, in the stack's time zone. */
export interface BusinessHours {
  readonly from: Clock;
  /** "24:00" is the end of the day. */
  readonly to: Clock;
  /** Default: Monday to Friday. */
  readonly days?: readonly Weekday[];
}

/** Mail, for receivers of kind `email`. */
export interface Smtp {
  /** @example "smtp.example.com:587" */
  readonly smarthost: string;
  readonly from: string;
  readonly username?: string;
  /** Key of the Secret that holds the password. Default `smtp-password`. */
  readonly passwordKey?: string;
}

/** How often and where metrics are scraped. */
export interface Scrape {
  /** The scrape interval of the apps' jobs: 15s, 30s or 1m. Base rules run as often. Default 1m. */
  readonly interval?: "15s" | "30s" | "1m";
  /** The `job` label of a service's targets, by service. Default: the service's id. */
  readonly jobs?: Readonly<Record<string, string>>;
}

/**
 * Who answers for the stack itself, and which of its parts are watched. Each part that isn't there can be left out with `false`; alerts about
 * series that nobody publishes never fire.
 */
export interface PlatformSpec<T extends string = string> {
  /** Gets the alerts of the stack by their severity. Those about a service's contract go to its own team. */
  readonly team: T;
  /** Rules, delivery of alerts, configuration, storage, targets of the stack, and `Watchdog`, which always fires. Default true. */
  readonly prometheus?: boolean;
  /** Notifications and configuration. Default true. */
  readonly alertmanager?: boolean;
  /** Spans, metrics and logs that the OpenTelemetry collector loses. Default true. */
  readonly collector?: boolean;
  /** Pods and autoscalers in `appNamespaces`, as kube-state-metrics tells. Default true. */
  readonly kubernetes?: boolean;
  /** Apps that were built with another metric contract than the rules. Default true. */
  readonly contract?: boolean;
  /** Providers at which several features fail at once: one page to each team concerned, in place of one for every SLO. Default true. */
  readonly providers?: boolean;
  /** GPUs, as the DCGM exporter and vLLM tell. Default false. */
  readonly gpu?: boolean;
}

/** How this environment's dashboards are found in Grafana. */
export interface DashboardsSpec {
  /** The folder that they are in. Default: `prefix`, and the environment's name. @example "Payments" */
  readonly folder?: string;
  /**
   * Begins the title of each and, in small letters, its uid, both with the environment's name after it. Choose one of your own where another
   * team's dashboards are in the same Grafana. Default "LLM SLO". @example "Payments LLM"
   */
  readonly prefix?: string;
}

/** What an environment says of itself. */
export interface StackSpec<R extends string = string, T extends string = string> {
  /** What each receiver of the organisation is here. */
  readonly receivers: Readonly<Record<R, Receiver>>;
  readonly smtp?: Smtp;
  readonly scrape?: Scrape;
  /** Label matchers added to every query of raw series. @example { cluster: "eu-1" } */
  readonly match?: Readonly<Record<string, string>>;
  /** The time zone of business hours and of the calendar that budgets of spend follow, an IANA name. Default "UTC". @example "Europe/Berlin" */
  readonly timeZone?: string;
  /** Kubernetes namespace of the stack. Default `llm-slo`. */
  readonly namespace?: string;
  /** Namespaces in which apps are scraped. Default: all. */
  readonly appNamespaces?: readonly string[];
  /** Where people reach Grafana. @example "https://grafana.example.com" */
  readonly grafanaUrl: string;
  /** Folder and names of the dashboards. @example { folder: "Payments", prefix: "Payments LLM" } */
  readonly dashboards?: DashboardsSpec;
  /** Where people read the generated runbooks. @example "https://git.example.com/llm/slos/src/branch/main/generated/runbooks" */
  readonly runbooksUrl: string;
  /**
   * A webhook outside of the cluster that hears of the Watchdog every minute or two, and calls somebody when it stops. Its URL is the key
   * `heartbeat-url` of the Secret. Or `"none: <why>"`.
   * @example { kind: "webhook" }
   */
  readonly heartbeat: Heartbeat;
  /** Warnings are held until then, but those about cost. Default: they are sent at any time. @example { from: "09:00", to: "17:00" } */
  readonly businessHours?: BusinessHours;
  readonly alertmanager?: {
    /** What runs where Alertmanager isn't ours, 0.25 or newer: some kinds of receivers need a newer one. Default "0.34". */
    readonly version: `0.${number}`;
  };
  /** Lets the stack watch itself. Without it, it doesn't. @example { team: "ml", gpu: true } */
  readonly platform?: PlatformSpec<T>;
  /** How each component is provided: in the cluster, elsewhere, or off. */
  readonly components?: ComponentSpecs;
  /** Images to use instead. @example { grafana: "registry.example.com/grafana@sha256:..." } */
  readonly images?: Readonly<Partial<Record<ImageName, string>>>;
  /** Secrets of yours that all images are pulled with: in the stack's namespace, and in that of the GPU exporter. @example ["registry"] */
  readonly imagePullSecrets?: readonly string[];
  /** Of every volume. Default: the cluster's own. @example "fast-ssd" */
  readonly storageClass?: string;
  /** Namespace of the ingress controller, whose pods may reach Grafana, Langfuse and Jaeger's UI. Default: nobody's may. */
  readonly ingressNamespace?: string;
  /** Writes ExternalSecret resources that read every Secret from this store of the External Secrets Operator. */
  readonly secretStore?: SecretStore;
}

export interface SecretStore {
  readonly name: string;
  /** Default `ClusterSecretStore`. */
  readonly scope?: "ClusterSecretStore" | "SecretStore";
  /** Put before the name of each Secret. @example "llm-obs/" */
  readonly prefix?: string;
}

export interface Stack<R extends string = string, T extends string = string> extends StackSpec<R, T> {
  readonly kind: "stack";
}

/** A stack as somebody wrote it, before its fields are known to be right. */
export type StackFields = Partial<Record<keyof Stack, unknown>>;
