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

const grafanaDashboard = z.strictObject({
  instanceSelector: z.strictObject({ matchLabels: texts }),
  allowCrossNamespaceImport: z.boolean(),
  folder: z.string(),
  configMapRef: z.strictObject({ name: z.string(), key: z.string() }),
});

const filled = z.string().min(1);
const matcher = z.strictObject({ name: filled, matchType: z.enum(["=", "!=", "=~", "!~"]), value: z.string() });
const timings = {
  groupWait: duration.optional(),
  groupInterval: duration.optional(),
  repeatInterval: duration.optional(),
};
const route = z.strictObject({
  receiver: filled,
  matchers: z.array(matcher).optional(),
  groupBy: z.array(filled).optional(),
  ...timings,
  continue: z.boolean().optional(),
  activeTimeIntervals: z.array(filled).optional(),
  get routes(): z.ZodOptional<z.ZodArray<z.ZodType>> {
    return z.array(route).optional();
  },
});
const secretKey = z.strictObject({ name: filled, key: filled });
const pairs = z.array(z.strictObject({ key: filled, value: z.string() }));
const sendResolved = z.boolean();
const receiver = z.strictObject({
  name: filled,
  slackConfigs: z
    .array(
      z.strictObject({
        apiURL: secretKey,
        channel: filled,
        sendResolved,
        color: filled,
        title: filled,
        titleLink: z.string(),
        fallback: filled,
        text: filled,
      }),
    )
    .optional(),
  pagerdutyConfigs: z
    .array(
      z.strictObject({
        routingKey: secretKey,
        sendResolved,
        description: filled,
        severity: filled,
        class: filled,
        component: filled,
        client: filled,
        clientURL: filled,
        details: pairs,
      }),
    )
    .optional(),
  emailConfigs: z
    .array(
      z.strictObject({
        to: filled,
        from: filled,
        smarthost: filled,
        authUsername: filled.optional(),
        authPassword: secretKey.optional(),
        sendResolved,
        headers: pairs,
        html: z.string(),
        text: filled,
      }),
    )
    .optional(),
  opsgenieConfigs: z
    .array(
      z.strictObject({
        apiKey: secretKey,
        apiURL: z.url().optional(),
        sendResolved,
        message: filled,
        description: filled,
        priority: filled,
      }),
    )
    .optional(),
  msteamsv2Configs: z
    .array(z.strictObject({ webhookURL: secretKey, sendResolved, title: filled, text: filled }))
    .optional(),
  webhookConfigs: z.array(z.strictObject({ urlSecret: secretKey, sendResolved })).optional(),
});
const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/);
const day = "(sun|mon|tues|wednes|thurs|fri|satur)day";
const alertmanagerConfig = z.strictObject({
  route,
  receivers: z.array(receiver).nonempty(),
  inhibitRules: z.array(
    z.strictObject({ sourceMatch: z.array(matcher), targetMatch: z.array(matcher), equal: z.array(filled) }),
  ),
  muteTimeIntervals: z
    .array(
      z.strictObject({
        name: filled,
        timeIntervals: z.array(
          z.strictObject({
            weekdays: z.array(z.string().regex(new RegExp(`^${day}(:${day})?$`))),
            times: z.array(z.strictObject({ startTime: clock, endTime: clock })),
          }),
        ),
      }),
    )
    .optional(),
});

const resource = (apiVersion: string, kind: string, spec: z.ZodType) =>
  z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, spec });

const resources: Readonly<Record<string, z.ZodType>> = {
  PrometheusRule: resource("monitoring.coreos.com/v1", "PrometheusRule", z.strictObject({ groups: z.array(group) })),
  PodMonitor: resource("monitoring.coreos.com/v1", "PodMonitor", podMonitor),
  AlertmanagerConfig: resource("monitoring.coreos.com/v1alpha1", "AlertmanagerConfig", alertmanagerConfig),
  GrafanaDashboard: resource("grafana.integreatly.org/v1beta1", "GrafanaDashboard", grafanaDashboard),
  ExternalSecret: resource("external-secrets.io/v1", "ExternalSecret", externalSecret),
};

/** What an operator would refuse; undefined where the kind is none of an operator's. */
export function operatorProblems(object: Readonly<Record<string, unknown>>): readonly string[] | undefined {
  const kind = String(object.kind);
  const issues = resources[kind]?.safeParse(object).error?.issues;
  return resources[kind] && (issues ?? []).map(({ path, message }) => `${kind}.${path.join(".")}: ${message}`);
}
