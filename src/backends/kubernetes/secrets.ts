// The Secrets that the stack reads: a table of keys, and how people make their values. Their values are nowhere.
import { alertmanagerSecret } from "../../plan/conventions.ts";
import type { Plan } from "../../plan/plan.ts";
import { alertmanagerNamespace } from "./addresses.ts";
import { receiverKeys } from "./alertmanager.ts";
import { loginSecrets } from "./logins.ts";

export interface SecretKey {
  readonly key: string;
  /** A command that makes a value, or what it is. */
  readonly from: string;
}

export interface StackSecret {
  readonly name: string;
  /** Default: the stack's own. */
  readonly namespace?: string;
  readonly purpose: string;
  readonly keys: readonly SecretKey[];
}

const RANDOM = "openssl rand -hex 32";
const key = (key: string, from: string = RANDOM): SecretKey => ({ key, from });

/** Every Secret that the objects of a plan refer to, with every key. */
export function secretsOf(plan: Plan): readonly StackSecret[] {
  return [...receivers(plan), ...grafana(plan), ...logins(plan), ...langfuse(plan), ...collector(plan)];
}

function receivers(plan: Plan): readonly StackSecret[] {
  const keys = receiverKeys(plan);
  const { alertmanager } = plan.stack.components;
  if (keys.length === 0 || alertmanager.kind === "external" || alertmanager.kind === "off") return [];
  return [
    {
      name: alertmanagerSecret,
      namespace: alertmanagerNamespace(plan.stack),
      purpose: "What Alertmanager sends to. It reads them anew for every message.",
      keys: keys.map((name) => key(name, receiverValue(plan, name))),
    },
  ];
}

const receiverValues: Readonly<Record<string, string>> = {
  slack: "the URL of an incoming webhook of Slack",
  pagerduty: "the integration key of a service in PagerDuty, Events API v2",
  opsgenie: "the key of an API integration in Opsgenie",
  msteams: "the URL of a Teams workflow that takes webhooks",
  webhook: "the URL of the webhook",
  heartbeat: "the URL that tells a dead man's switch that alerts are delivered",
};

function receiverValue({ receivers }: Plan, name: string): string {
  const receiver = receivers.find((one) => "secretKey" in one && one.secretKey === name);
  return receiverValues[receiver?.kind ?? ""] ?? "the password of the mail server's user";
}

function grafana({ stack }: Plan): readonly StackSecret[] {
  if (stack.components.grafana.kind !== "inCluster") return [];
  return [
    {
      name: "grafana",
      purpose: "The first administrator, who can change the password, and the key that data at rest is encrypted with.",
      keys: [key("admin-user", "a name of yours"), key("admin-password"), key("secret-key")],
    },
  ];
}

/** Of what is elsewhere; several may be in one Secret. */
function logins({ stack }: Plan): readonly StackSecret[] {
  const { prometheus } = stack.components;
  const remoteWrite = prometheus.kind === "inCluster" ? prometheus.remoteWrite?.secret : undefined;
  const names = new Set([...(remoteWrite === undefined ? [] : [remoteWrite]), ...loginSecrets(stack)]);
  return [...names].map((name) => ({
    name,
    purpose: "The user and password of a service outside of the stack.",
    keys: ["username", "password"].map((name) => key(name, "given by the service")),
  }));
}

function langfuse({ stack }: Plan): readonly StackSecret[] {
  const { langfuse, collector } = stack.components;
  if (langfuse.kind === "off" || (langfuse.kind === "external" && collector.kind !== "inCluster")) return [];
  const own = langfuse.kind === "inCluster";
  const project: StackSecret = {
    name: "langfuse-project",
    purpose: own
      ? "The keys of Langfuse's first project, which apps and the collector send traces with."
      : "The keys of the project in Langfuse that traces are sent to.",
    keys: [
      key("public-key", own ? "echo pk-lf-$(openssl rand -hex 16)" : "given by Langfuse"),
      key("secret-key", own ? "echo sk-lf-$(openssl rand -hex 32)" : "given by Langfuse"),
    ],
  };
  if (!own) return [project];
  const bucket = langfuse.bucket.kind === "external" ? "given by the store" : RANDOM;
  return [
    {
      name: "langfuse",
      purpose:
        "What Langfuse and its data stores share. Letters and digits alone; salt and encryption-key never change.",
      keys: [
        key("salt"),
        key("encryption-key"),
        key("nextauth-secret"),
        ...(langfuse.postgres.kind === "external"
          ? [key("database-url", "postgresql://user:password@host:5432/database, percent-encoded")]
          : [key("postgres-password")]),
        key("clickhouse-password", langfuse.clickhouse.kind === "external" ? "given by the store" : RANDOM),
        key("valkey-password", langfuse.valkey.kind === "external" ? "given by the store" : RANDOM),
        key("s3-access-key-id", bucket),
        key("s3-secret-access-key", bucket),
        key("init-user-email", "an e-mail address of yours, which nothing is sent to"),
        key("init-user-password"),
      ],
    },
    project,
  ];
}

function collector({ stack }: Plan): readonly StackSecret[] {
  const { collector } = stack.components;
  if (collector.kind !== "inCluster") return [];
  const keys = Object.values(collector.alsoTo).flatMap(({ headers }) => Object.values(headers));
  if (keys.length === 0) return [];
  return [
    {
      name: "otel-collector",
      purpose: "What the collector's other destinations ask for.",
      keys: [...new Set(keys)].sort().map((name) => key(name, "given by the service")),
    },
  ];
}
