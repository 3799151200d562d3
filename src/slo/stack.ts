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
    };

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

/** What an environment says of itself. */
export interface StackSpec<R extends string = string> {
  /** What each receiver of the organisation is here. */
  readonly receivers: Readonly<Record<R, Receiver>>;
  readonly smtp?: Smtp;
  readonly scrape?: Scrape;
  /** Label matchers added to every query of raw series. @example { cluster: "eu-1" } */
  readonly match?: Readonly<Record<string, string>>;
  /** Whose calendar budgets of spend follow, an IANA name. Default "UTC". @example "Europe/Berlin" */
  readonly timeZone?: string;
  /** Kubernetes namespace of the stack. Default `llm-slo`. */
  readonly namespace?: string;
  /** Namespaces in which apps are scraped. Default: all. */
  readonly appNamespaces?: readonly string[];
  /** Where people reach Grafana. @example "https://grafana.example.com" */
  readonly grafanaUrl: string;
  /** Where people read the generated runbooks. @example "https://git.example.com/llm/slos/src/branch/main/generated/runbooks" */
  readonly runbooksUrl: string;
  readonly prometheus?: {
    /** Default 60d: budgets of 30 days and a month to look back. */
    readonly retention?: `${number}d`;
    /** Size of the volume. Default 50Gi. */
    readonly storage?: string;
  };
}

export interface Stack<R extends string = string> extends StackSpec<R> {
  readonly kind: "stack";
}
