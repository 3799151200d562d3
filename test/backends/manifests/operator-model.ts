// A strict model of the resources of operators that are written, as their CRDs have them.
import { z } from "zod";

const duration = z.string().regex(/^(\d+(ms|s|m|h|d|w|y))+$/);
const texts = z.record(z.string(), z.string());
const metadata = z.strictObject({ name: z.string(), namespace: z.string(), labels: texts });
const labelSelector = z.strictObject({ matchLabels: texts.optional() });

const rule = z.union([
  z.strictObject({ record: z.string(), expr: z.string(), labels: texts.optional() }),
  z.strictObject({
    alert: z.string(),
    expr: z.string(),
    for: duration.optional(),
    keep_firing_for: duration.optional(),
    labels: texts,
    annotations: texts,
  }),
]);
const group = z.strictObject({ name: z.string(), interval: duration.optional(), rules: z.array(rule) });

const relabeling = z.strictObject({
  sourceLabels: z.array(z.string()).optional(),
  regex: z.string().optional(),
  replacement: z.string().optional(),
  targetLabel: z.string().optional(),
  action: z.enum(["replace", "keep", "drop"]).optional(),
});
const podMonitor = z.strictObject({
  selector: labelSelector,
  namespaceSelector: z
    .union([z.strictObject({ any: z.literal(true) }), z.strictObject({ matchNames: z.array(z.string()).nonempty() })])
    .optional(),
  podMetricsEndpoints: z.array(
    z.strictObject({
      port: z.string(),
      honorLabels: z.boolean().optional(),
      relabelings: z.array(relabeling).optional(),
    }),
  ),
});

const externalSecret = z.strictObject({
  refreshInterval: duration,
  secretStoreRef: z.strictObject({ name: z.string(), kind: z.enum(["ClusterSecretStore", "SecretStore"]) }),
  target: z.strictObject({ name: z.string(), creationPolicy: z.enum(["Owner", "Orphan", "Merge", "None"]) }),
  data: z.array(
    z.strictObject({ secretKey: z.string(), remoteRef: z.strictObject({ key: z.string(), property: z.string() }) }),
  ),
});

const resource = (apiVersion: string, kind: string, spec: z.ZodType) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, spec });

const resources: Readonly<Record<string, z.ZodType>> = {
  PrometheusRule: resource("monitoring.coreos.com/v1", "PrometheusRule", z.strictObject({ groups: z.array(group) })),
  PodMonitor: resource("monitoring.coreos.com/v1", "PodMonitor", podMonitor),
  ExternalSecret: resource("external-secrets.io/v1", "ExternalSecret", externalSecret),
};

/** What an operator would refuse; undefined where the kind is none of an operator's. */
export function operatorProblems(object: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const kind = String(object.kind);
  const issues = resources[kind]?.safeParse(object).error?.issues;
  return resources[kind] && (issues ?? []).map(({ path, message }) => `${kind}.${path.join(".")}: ${message}`);
}
