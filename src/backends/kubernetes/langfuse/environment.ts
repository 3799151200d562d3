// The variables that Langfuse's web and worker share: where everything is, and the keys of the Secrets that hold the rest.
import type { Bucket, LangfuseInCluster } from "../../../plan/components.ts";
import type { StackPlan } from "../../../plan/plan.ts";
import { serviceHost, serviceUrl } from "../addresses.ts";
import type { Setting } from "../workload.ts";

export type Settings = Readonly<Record<string, Setting>>;

const SECRET = "langfuse";
export const PROJECT_SECRET = "langfuse-project";
/** The bucket that SeaweedFS makes. */
export const OWN_BUCKET = "langfuse";

export const secret = (key: string): Setting => ({ secret: SECRET, key });

/**
 * `media` says where attachments are asked for: web signs addresses that browsers and SDKs open, which must be known outside, and the worker
 * deletes from the store itself, which a pod may not reach from outside.
 */
export function sharedSettings(stack: StackPlan, langfuse: LangfuseInCluster, media: "inside" | "outside"): Settings {
  return {
    // Kubernetes sets it to the pod's name, and the server would listen there alone.
    HOSTNAME: "0.0.0.0",
    HOME: "/tmp",
    NEXTAUTH_URL: langfuse.url,
    SALT: secret("salt"),
    ENCRYPTION_KEY: secret("encryption-key"),
    TELEMETRY_ENABLED: "false",
    LANGFUSE_LOG_FORMAT: "json",
    // Three quarters of the memory limit.
    NODE_OPTIONS: "--max-old-space-size=3072",
    ...postgresSettings(stack, langfuse),
    ...clickhouseSettings(stack, langfuse),
    ...valkeySettings(stack, langfuse),
    ...bucketSettings(stack, langfuse.bucket, media),
  };
}

function postgresSettings(stack: StackPlan, { postgres }: LangfuseInCluster): Settings {
  if (postgres.kind === "external") return { DATABASE_URL: secret("database-url") };
  return {
    // There is no variable for the port.
    DATABASE_HOST: `${serviceHost(stack, "langfuse-postgres")}:5432`,
    DATABASE_NAME: "langfuse",
    DATABASE_USERNAME: "langfuse",
    DATABASE_PASSWORD: secret("postgres-password"),
  };
}

function clickhouseSettings(stack: StackPlan, { clickhouse }: LangfuseInCluster): Settings {
  const external = clickhouse.kind === "external";
  return {
    CLICKHOUSE_URL: external ? clickhouse.url : serviceUrl(stack, "langfuse-clickhouse", 8123),
    CLICKHOUSE_MIGRATION_URL: external
      ? clickhouse.migrationUrl
      : `clickhouse://${serviceHost(stack, "langfuse-clickhouse")}:9000`,
    ...(external && clickhouse.url.startsWith("https:") ? { CLICKHOUSE_MIGRATION_SSL: "true" } : {}),
    CLICKHOUSE_USER: external ? clickhouse.user : "langfuse",
    CLICKHOUSE_PASSWORD: secret("clickhouse-password"),
    // True by default, and migrations would then ask for a cluster.
    CLICKHOUSE_CLUSTER_ENABLED: "false",
  };
}

function valkeySettings(stack: StackPlan, { valkey }: LangfuseInCluster): Settings {
  const external = valkey.kind === "external";
  return {
    REDIS_HOST: external ? valkey.host : serviceHost(stack, "langfuse-valkey"),
    REDIS_PORT: String(external ? valkey.port : 6379),
    REDIS_AUTH: secret("valkey-password"),
    ...(external && valkey.tls ? { REDIS_TLS_ENABLED: "true" } : {}),
  };
}

function bucketSettings(stack: StackPlan, bucket: Bucket, media: "inside" | "outside"): Settings {
  const own = bucket.kind === "inCluster";
  const region = own ? "us-east-1" : bucket.region;
  const endpoint = own ? serviceUrl(stack, "langfuse-seaweedfs", 8333) : bucket.endpoint;
  const uses = [
    { use: "EVENT", prefix: "events/", address: endpoint },
    { use: "MEDIA", prefix: "media/", address: own && media === "outside" ? bucket.url : endpoint },
  ];
  const perUse = Object.fromEntries(
    uses.flatMap(({ use, prefix, address }) =>
      Object.entries({
        BUCKET: own ? OWN_BUCKET : bucket.bucket,
        REGION: region,
        ...(address === undefined ? {} : { ENDPOINT: address, FORCE_PATH_STYLE: "true" }),
        ACCESS_KEY_ID: secret("s3-access-key-id"),
        SECRET_ACCESS_KEY: secret("s3-secret-access-key"),
        PREFIX: prefix,
      }).map(([name, setting]): [string, Setting] => [`LANGFUSE_S3_${use}_UPLOAD_${name}`, setting]),
    ),
  );
  // SeaweedFS takes each part of a key for the name of a file.
  return own ? { ...perUse, LANGFUSE_S3_EVENT_KEY_MAX_SEGMENT_BYTES: "255" } : perUse;
}
