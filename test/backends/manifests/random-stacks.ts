// Stacks with each component in each mode.
import fc from "fast-check";
import { resolveComponents } from "../../../src/compile/components.ts";
import type { StackPlan } from "../../../src/plan/plan.ts";
import { scrubbable } from "../../../src/slo/components.ts";

const off = fc.constant({ kind: "off" } as const);
const inCluster = fc.constant({ kind: "inCluster" } as const);
const elsewhere = { kind: "external", url: "https://elsewhere.example.com/base/" } as const;
/** With a login and without; some share one. */
const external = fc.constantFrom(
  elsewhere,
  { ...elsewhere, secret: "login" } as const,
  { ...elsewhere, secret: "shared-login" } as const,
);
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Without the fields that weren't drawn. */
function some<T extends Record<string, fc.Arbitrary<unknown>>>(fields: T) {
  return fc.record(fields, { requiredKeys: ["kind"] as never });
}
const kind = fc.constant("inCluster" as const);

const langfuse = fc.record(
  {
    kind,
    url: fc.constant("https://langfuse.example.com"),
    bucket: fc.constantFrom(
      { kind: "inCluster", url: "https://media.example.com" } as const,
      { kind: "external", bucket: "b", region: "eu-1" } as const,
      { kind: "external", bucket: "b", region: "auto", endpoint: "https://s3.example.com" } as const,
    ),
    major: fc.constantFrom(3, 4),
    replicas: fc.constantFrom(1, 2),
    signUp: fc.boolean(),
    postgres: fc.constantFrom({ kind: "inCluster" } as const, { kind: "external" } as const),
    clickhouse: fc.constantFrom(
      { kind: "inCluster" } as const,
      {
        kind: "external",
        url: "https://ch.example.com:8443",
        migrationUrl: "clickhouse://ch.example.com:9440",
        user: "u",
      } as const,
    ),
    valkey: fc.constantFrom(
      { kind: "inCluster" } as const,
      { kind: "external", host: "v.example.com", tls: true } as const,
    ),
  },
  { requiredKeys: ["kind", "url", "bucket"] },
);

const collector = some({
  kind,
  replicas: fc.constantFrom(1, 3),
  scrub: fc.subarray([...scrubbable]),
  scrubPatterns: fc.constantFrom([], ["EMP-[0-9]{6}$"]),
  sampling: fc.constant({ keep: "10%" } as const),
  metricsFromSpans: fc.boolean(),
  alsoTo: fc.constantFrom({}, { phoenix: { url: "https://p.example.com", headers: { "api-key": "phoenix-key" } } }),
});

const components = fc.record({
  prometheus: fc.oneof(
    inCluster,
    fc.constant({ kind: "inCluster", remoteWrite: { url: "https://w.example.com", secret: "shared-login" } } as const),
    fc.constant({ kind: "operator", url: "http://p.monitoring.svc:9090", labels: { release: "kps" } } as const),
    fc.constant({
      kind: "external",
      url: "https://m.example.com/prometheus",
      ruler: "mimir",
      secret: "login",
    } as const),
    fc.constant({ ...elsewhere, ruler: "thanos", otlpUrl: "http://receive.example.com:19291/api/v1/otlp" } as const),
    external,
  ),
  alertmanager: fc.oneof(
    inCluster,
    fc.constant({ kind: "inCluster", replicas: 3, url: "https://alerts.example.com" } as const),
    external,
  ),
  operated: fc.oneof(
    off,
    fc.constantFrom(
      { kind: "operator" } as const,
      {
        kind: "operator",
        routes: "AlertmanagerConfig",
        labels: { release: "kps" },
      } as const,
    ),
    fc.constant({ kind: "operator", routes: "AlertmanagerConfig", namespace: "monitoring" } as const),
  ),
  grafana: fc.oneof(
    inCluster,
    off,
    fc.constantFrom(
      { kind: "external" } as const,
      {
        kind: "external",
        labels: { dashboards: "yes" },
        namespace: "monitoring",
      } as const,
    ),
    fc.constant({ kind: "operator", instances: { dashboards: "grafana" } } as const),
  ),
  kubeStateMetrics: fc.oneof(
    inCluster,
    off,
    fc.constant({ kind: "external", address: "ksm.kube-system.svc:8080" } as const),
  ),
  collector: fc.oneof(collector, off, fc.constant({ kind: "external", address: "otel.tracing.svc:8888" } as const)),
  jaeger: fc.oneof(
    inCluster,
    off,
    fc.constantFrom(
      { kind: "external", address: "j.tracing.svc:4317", url: "http://j" } as const,
      { kind: "external", address: "j.example.com:4317", url: "https://j", secret: "login" } as const,
    ),
  ),
  loki: fc.oneof(inCluster, off, external),
  dcgm: fc.oneof(inCluster, off, fc.constant({ kind: "external", namespace: "gpu-operator" } as const)),
  langfuse: fc.oneof(langfuse, off, fc.constant(elsewhere)),
});

/** The Alertmanager of an operator goes with its Prometheus. */
const consistent = components.map(({ operated, ...others }) => ({
  ...others,
  alertmanager: others.prometheus.kind === "operator" ? operated : others.alertmanager,
}));

/** What differs from a plan's own stack. Samples of traces that go nowhere are refused before a plan is made. */
export const randomStacks = fc
  .record({
    components: consistent,
    appNamespaces: fc.constantFrom([], ["chat"], ["chat", "batch"]),
    ingressNamespace: maybe(fc.constant("ingress-nginx")),
    imagePullSecrets: maybe(fc.constant(["registry"])),
    storageClass: maybe(fc.constant("fast-ssd")),
    secretStore: maybe(fc.constant({ name: "vault", scope: "ClusterSecretStore", prefix: "" })),
  })
  .filter(({ components: { collector, jaeger, langfuse } }) => {
    const { sampling, alsoTo = {} } = collector as { sampling?: object; alsoTo?: object };
    const nowhere = jaeger.kind === "off" && langfuse.kind === "off";
    return !(nowhere && sampling && Object.keys(alsoTo).length === 0);
  })
  .map(
    ({
      components,
      imagePullSecrets,
      storageClass,
      ingressNamespace,
      secretStore,
      appNamespaces,
    }): Partial<StackPlan> => ({
      components: resolveComponents(components as never),
      appNamespaces,
      ...(imagePullSecrets ? { imagePullSecrets } : {}),
      ...(storageClass ? { storageClass } : {}),
      ...(ingressNamespace ? { ingressNamespace } : {}),
      ...(secretStore ? { secretStore } : {}),
    }),
  );
