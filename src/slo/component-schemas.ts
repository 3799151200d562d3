// The shapes of how components are provided, each held to its hand-written interface.
import { z } from "zod";
import {
  type AlertmanagerSpec,
  type CollectorSpec,
  type ComponentSpecs,
  type DcgmSpec,
  type GrafanaSpec,
  imageNames,
  type JaegerSpec,
  type KubeStateMetricsSpec,
  type LangfuseSpec,
  type LokiSpec,
  type PrometheusSpec,
  scrubbable,
} from "./components.ts";
import type { Days } from "./slo.ts";

// Shapes are looked at a few times in a run: compiling each would take longer.
z.config({ jitless: true });

const optional = z.exactOptional;
const text = (pattern: RegExp, form: string) => z.string().regex(pattern, `is not ${form}`);
const filled = text(/\S/, 'a name such as "llm"');
const days = text(/^\d+d$/, 'a whole number of days such as "30d"') as unknown as z.ZodType<Days>;
const size = text(/^[1-9]\d*(\.\d+)?(Ki|Mi|Gi|Ti|Pi|k|M|G|T|P)?$/, 'a size such as "50Gi"');
const url = text(/^https?:\/\/[^\s/]+(\/\S*)?$/, 'a URL such as "https://metrics.example.com"').refine(
  (value) => URL.canParse(value),
  'is not a URL such as "https://metrics.example.com"',
);
const nativeUrl = text(/^clickhouse:\/\/[^\s/]+:\d+$/, 'a URL such as "clickhouse://clickhouse.example.com:9440"');
const hostPort = text(/^[^\s:/]+:\d+$/, 'a host and port such as "jaeger.tracing.svc:4317"');
const texts = z.record(z.string(), z.string());
const count = z.int().positive();
const ownSecrets = ["alertmanager-receivers", "grafana", "langfuse", "langfuse-project", "otel-collector"];
const secretName = text(/^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/, 'the name of a Secret such as "metrics-login"').refine(
  (name) => !ownSecrets.includes(name),
  'is a Secret of the stack\'s own, and not a login such as "metrics-login"',
);
const namespace = text(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'a namespace such as "gpu-operator"');

const off = z.strictObject({ kind: z.literal("off") });
const elsewhere = z.strictObject({ kind: z.literal("external"), url });
const external = elsewhere.extend({ secret: optional(secretName) });
const inCluster = z.literal("inCluster");
const stored = { kind: inCluster, storage: optional(size) };

const prometheus = z.discriminatedUnion("kind", [
  z.strictObject({
    ...stored,
    retention: optional(days),
    remoteWrite: optional(z.strictObject({ url, secret: optional(secretName) })),
  }),
  z.strictObject({ kind: z.literal("operator"), url, labels: optional(texts) }),
  external.extend({ ruler: optional(z.enum(["mimir", "thanos"])), otlpUrl: optional(url) }),
]) satisfies z.ZodType<PrometheusSpec>;

const alertmanager = z.discriminatedUnion("kind", [
  z.strictObject({ ...stored, replicas: optional(z.literal([1, 3])), url: optional(url) }),
  external,
  z.strictObject({
    kind: z.literal("operator"),
    routes: optional(z.enum(["Secret", "AlertmanagerConfig"])),
    namespace: optional(namespace),
    labels: optional(texts),
  }),
  off,
]) satisfies z.ZodType<AlertmanagerSpec>;

const grafana = z.discriminatedUnion("kind", [
  z.strictObject(stored),
  z.strictObject({ kind: z.literal("external"), labels: optional(texts), namespace: optional(namespace) }),
  z.strictObject({ kind: z.literal("operator"), instances: texts }),
  off,
]) satisfies z.ZodType<GrafanaSpec>;

const kubeStateMetrics = z.discriminatedUnion("kind", [
  z.strictObject({ kind: inCluster }),
  z.strictObject({ kind: z.literal("external"), address: hostPort }),
  off,
]) satisfies z.ZodType<KubeStateMetricsSpec>;

const percent = text(/^(100|\d{1,2}(\.\d+)?)%$/, 'a share such as "10%"') as unknown as z.ZodType<`${number}%`>;
const seconds = text(/^\d+(\.\d+)?s$/, 'a duration such as "10s"') as unknown as z.ZodType<`${number}s`>;

const collector = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: inCluster,
    replicas: optional(count),
    scrub: optional(z.array(z.enum(scrubbable))),
    scrubPatterns: optional(z.array(filled)),
    sampling: optional(z.strictObject({ keep: percent, slowerThan: optional(seconds), replicas: optional(count) })),
    metricsFromSpans: optional(z.boolean()),
    alsoTo: optional(
      z.record(
        text(/^[a-z0-9-]+$/, 'a name such as "phoenix"'),
        z.strictObject({ url, headers: optional(z.record(z.string(), z.string())) }),
      ),
    ),
  }),
  z.strictObject({ kind: z.literal("external"), address: hostPort }),
  off,
]) satisfies z.ZodType<CollectorSpec>;

const jaeger = z.discriminatedUnion("kind", [
  z.strictObject({ ...stored, retention: optional(days) }),
  external.extend({ address: hostPort, tls: optional(z.boolean()) }),
  off,
]) satisfies z.ZodType<JaegerSpec>;

const loki = z.discriminatedUnion("kind", [
  z.strictObject({ ...stored, retention: optional(days) }),
  external,
  off,
]) satisfies z.ZodType<LokiSpec>;

const dcgm = z.discriminatedUnion("kind", [
  z.strictObject({ kind: inCluster, nodes: optional(texts), runtimeClass: optional(filled) }),
  z.strictObject({ kind: z.literal("external"), namespace }),
  off,
]) satisfies z.ZodType<DcgmSpec>;

const langfuse = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: inCluster,
    url,
    major: optional(z.literal([3, 4])),
    replicas: optional(count),
    signUp: optional(z.boolean()),
    bucket: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("external"), bucket: filled, region: filled, endpoint: optional(url) }),
      z.strictObject({ ...stored, url }),
    ]),
    postgres: optional(
      z.discriminatedUnion("kind", [z.strictObject(stored), z.strictObject({ kind: z.literal("external") })]),
    ),
    clickhouse: optional(
      z.discriminatedUnion("kind", [
        z.strictObject(stored),
        z.strictObject({ kind: z.literal("external"), url, migrationUrl: nativeUrl, user: filled }),
      ]),
    ),
    valkey: optional(
      z.discriminatedUnion("kind", [
        z.strictObject(stored),
        z.strictObject({
          kind: z.literal("external"),
          host: filled,
          port: optional(count),
          tls: optional(z.boolean()),
        }),
      ]),
    ),
  }),
  elsewhere,
  off,
]) satisfies z.ZodType<LangfuseSpec>;

export const componentsSchema = z.strictObject({
  prometheus: optional(prometheus),
  alertmanager: optional(alertmanager),
  grafana: optional(grafana),
  kubeStateMetrics: optional(kubeStateMetrics),
  collector: optional(collector),
  jaeger: optional(jaeger),
  loki: optional(loki),
  dcgm: optional(dcgm),
  langfuse: optional(langfuse),
}) satisfies z.ZodType<ComponentSpecs>;

const image = text(
  /^[a-z0-9][\w.\-/:]*(:[\w][\w.-]*|@sha256:[0-9a-f]{64})$/,
  'an image with a tag or digest such as "registry.example.com/grafana:13.2.0"',
);
export const imagesSchema = z.strictObject(
  Object.fromEntries(imageNames.map((name) => [name, optional(image)])) as Record<
    (typeof imageNames)[number],
    z.ZodExactOptional<z.ZodString>
  >,
);
