// The shapes of what slos/ exports, for values that no compiler has seen. Each follows its hand-written interface or doesn't compile.
import { z } from "zod";
import type { Source } from "../sources/source.ts";
import { type Budget, type BudgetOptions, budgetPeriods, type DailyBudgetOptions } from "./budget.ts";
import { componentsSchema, imagesSchema } from "./component-schemas.ts";
import type { Guardrail } from "./guardrails/guardrail.ts";
import type { Organisation, Team } from "./organisation.ts";
import { occasionalSignals, type Service } from "./service.ts";
import { armNames, type Days, type Slo, type SloOptions, severities } from "./slo.ts";
import type {
  BusinessHours,
  Clock,
  DashboardsSpec,
  Heartbeat,
  PlatformSpec,
  Receiver,
  Scrape,
  SecretStore,
  Smtp,
  Stack,
  StackSpec,
} from "./stack.ts";

/** One schema for each field of an interface, optional where the field is: neither may have one that the other lacks. */
type FieldsOf<T> = {
  readonly [K in keyof T]-?: Record<never, never> extends Pick<T, K>
    ? z.ZodExactOptional<z.ZodType<Exclude<T[K], undefined>>>
    : z.ZodType<T[K]>;
};

const optional = z.exactOptional;
/** `form` completes "x is not ...". */
const text = (pattern: RegExp, form: string) => z.string().regex(pattern, `is not ${form}`);
const texts = z.record(z.string(), z.string());
const filled = text(/\S/, 'a name such as "llm-alerts"');

const days = text(/^\d+d$/, 'a whole number of days such as "30d"') as unknown as z.ZodType<Days>;
const url = z
  .string()
  .refine(
    (value) => /^https?:\/\/\S+$/.test(value) && URL.canParse(value),
    'is not a URL such as "https://grafana.example.com"',
  );
const address = text(/^[^\s@]+@[^\s@]+$/, 'a mail address such as "llm-oncall@example.com"');
const severity = z.enum(severities);

const armFields = Object.fromEntries(armNames.map((name) => [name, optional(z.literal([false, ...severities]))]));

/** What every SLO may say. */
export const optionFields = {
  where: optional(texts),
  period: optional(days),
  expectedPerHour: optional(z.number().positive()),
  severity: optional(severity),
  arms: optional(z.strictObject(armFields)),
  labels: optional(texts),
  annotations: optional(texts),
} satisfies FieldsOf<SloOptions>;

export const sloSchema = z.strictObject({
  kind: z.literal("slo"),
  indicator: z.string(),
  spec: z.record(z.string(), z.unknown()),
} satisfies FieldsOf<Slo>);

export const guardrailSchema = z.strictObject({
  kind: z.literal("guardrail"),
  guardrail: z.string(),
  spec: z.record(z.string(), z.unknown()),
} satisfies FieldsOf<Guardrail>);
export const budgetSchema = z.strictObject({
  kind: z.literal("budget"),
  period: z.enum(budgetPeriods),
  spec: z.record(z.string(), z.unknown()),
} satisfies FieldsOf<Budget>);

const budgetOptions = {
  usd: z.number().positive(),
  timeZone: optional(z.string()),
  where: optional(texts),
  severity: optional(severity),
} satisfies FieldsOf<BudgetOptions>;

/** Nothing can be spent before midnight. */
const wallClock = text(/^(?!00:00)([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as "20:00"');
const pace = z.record(z.string(), wallClock) as unknown as z.ZodType<NonNullable<DailyBudgetOptions["pace"]>>;

/** What the budget of a calendar period may say. */
export const budgetFields = {
  day: z.strictObject({
    ...budgetOptions,
    weekend: optional(z.number().positive()),
    pace: optional(pace),
  } satisfies FieldsOf<DailyBudgetOptions>),
  week: z.strictObject(budgetOptions),
  month: z.strictObject(budgetOptions),
};

/** Sources are checked on their own: services share them. */
const source = z.custom<Source>((value) => value !== undefined);

export const serviceSchema = z.strictObject({
  kind: z.literal("service"),
  id: z.string(),
  source,
  team: z.string(),
  features: z.array(z.string()).nonempty(),
  description: optional(z.string()),
  alsoShow: optional(z.array(z.enum(occasionalSignals))),
  // Each SLO is checked on its own, so that one that is none doesn't hide the others.
  slos: z.record(z.string(), z.custom<Slo | Budget>()),
  guardrails: optional(z.record(z.string(), z.custom<Guardrail>())),
} satisfies FieldsOf<Service>);

const teamFields = {
  critical: z.string(),
  warning: z.string(),
  cost: optional(z.string()),
  quality: optional(z.string()),
} satisfies FieldsOf<Team>;

export const organisationSchema = z.strictObject({
  kind: z.literal("organisation"),
  source,
  receivers: z.array(filled).nonempty(),
  teams: z.record(z.string(), z.strictObject(teamFields)),
  defaultReceiver: z.string(),
  period: days,
} satisfies FieldsOf<Organisation>);

const webhook = z.strictObject({ kind: z.literal("webhook"), urlKey: optional(filled) });
const receiver = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("slack"), channel: filled, urlKey: optional(filled) }),
  z.strictObject({ kind: z.literal("pagerduty"), routingKeyKey: optional(filled) }),
  z.strictObject({ kind: z.literal("email"), to: address }),
  webhook,
  z.strictObject({ kind: z.literal("opsgenie"), apiKeyKey: optional(filled), apiUrl: optional(url) }),
  z.strictObject({ kind: z.literal("msteams"), urlKey: optional(filled) }),
]) satisfies z.ZodType<Receiver>;

const smtp = z.strictObject({
  smarthost: text(/^[^\s:]+:\d+$/, 'a host and port such as "smtp.example.com:587"'),
  from: address,
  username: optional(filled),
  passwordKey: optional(filled),
} satisfies FieldsOf<Smtp>);

const platform = z.strictObject({
  team: z.string(),
  prometheus: optional(z.boolean()),
  alertmanager: optional(z.boolean()),
  collector: optional(z.boolean()),
  kubernetes: optional(z.boolean()),
  contract: optional(z.boolean()),
  providers: optional(z.boolean()),
  gpu: optional(z.boolean()),
} satisfies FieldsOf<PlatformSpec>);

const scrape = z.strictObject({
  interval: optional(z.enum(["15s", "30s", "1m"])),
  jobs: optional(z.record(z.string(), filled)),
} satisfies FieldsOf<Scrape>);

const clock = text(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time of day such as "09:00"') as unknown as z.ZodType<Clock>;
const weekdays = z.enum(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]);

const businessHours = z.strictObject({
  from: clock,
  to: clock,
  days: optional(z.array(weekdays).nonempty()),
} satisfies FieldsOf<BusinessHours>);

const alertmanager = z.strictObject({
  version: text(/^0\.\d+$/, 'a version of Alertmanager such as "0.34"') as unknown as z.ZodType<`0.${number}`>,
} satisfies FieldsOf<NonNullable<StackSpec["alertmanager"]>>);

/** Nobody is paged by a stack that died: that no heartbeat is wanted has to be said, and why. */
const heartbeat = z.custom<Heartbeat>(
  (value) => (typeof value === "string" ? /^none: *\S/.test(value) : webhook.safeParse(value).success),
  'is not a heartbeat such as { kind: "webhook" }, or "none: the platform team watches the stack"',
);

const dashboards = z.strictObject({
  folder: optional(filled),
  prefix: optional(text(/[a-zA-Z0-9]/, 'the beginning of a title such as "LLM SLO"')),
} satisfies FieldsOf<DashboardsSpec>);

const objectName = (example: string) => text(/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/, `a name such as "${example}"`);

export const stackSchema = z.strictObject({
  kind: z.literal("stack"),
  receivers: z.record(z.string(), receiver),
  smtp: optional(smtp),
  scrape: optional(scrape),
  match: optional(texts),
  timeZone: optional(z.string()),
  namespace: optional(z.string()),
  appNamespaces: optional(z.array(z.string())),
  grafanaUrl: url,
  dashboards: optional(dashboards),
  runbooksUrl: url,
  heartbeat,
  businessHours: optional(businessHours),
  alertmanager: optional(alertmanager),
  components: optional(componentsSchema),
  images: optional(imagesSchema),
  imagePullSecrets: optional(z.array(objectName("registry"))),
  storageClass: optional(objectName("fast-ssd")),
  ingressNamespace: optional(z.string()),
  secretStore: optional(
    z.strictObject({
      name: filled,
      scope: optional(z.enum(["ClusterSecretStore", "SecretStore"])),
      prefix: optional(z.string()),
    } satisfies FieldsOf<SecretStore>),
  ),
  platform: optional(platform),
} satisfies FieldsOf<Stack>);

const names = z.array(filled);
const namesLike = (example: string) => z.array(text(/\S/, `a name such as "${example}"`));
const ownLabels = z.record(z.string(), z.array(z.string()).nonempty());
const buckets = z.array(z.any());

/** `slos/metrics.ts` as people write it, with the defaults filled in. */
export const metricsSchema = z.strictObject({
  kind: z.literal("metrics"),
  features: namesLike("support_chat").nonempty(),
  // Models are checked on their own, since they are a list where nobody says who serves them.
  models: z.record(z.string(), z.unknown()),
  evaluators: namesLike("faithfulness"),
  checks: namesLike("json_schema"),
  labels: ownLabels,
  buckets: z.record(z.string(), buckets),
});

const counted = z.strictObject({ metric: filled });
const histogram = { metric: filled, buckets, declaredIn: optional(z.string()), exemplars: optional(z.boolean()) };
const kinds = z.strictObject({ metric: filled, label: filled });
const selectable = { labels: optional(names) };
const outcomes = { metric: filled, label: filled, good: filled, bad: filled, ...selectable };
// Evaluators and checks are looked at where they are declared.
const named = { nameLabel: filled, names: z.array(z.any()) };
const batches = z.strictObject({ metric: filled, label: filled, completed: filled, failed: filled });

export const sourceSchema = z.strictObject({
  kind: z.literal("source"),
  name: filled,
  features: names.nonempty(),
  models: names.nonempty(),
  ownLabels,
  labelNames: z.strictObject({ feature: filled, model: filled, provider: optional(z.literal("provider")) }),
  featureLabels: optional(names),
  signals: z.strictObject({
    requests: optional(z.strictObject({ metric: filled, label: filled, statuses: z.record(z.string(), names) })),
    errors: optional(kinds),
    duration: optional(z.strictObject(histogram)),
    firstToken: optional(z.strictObject({ ...histogram, missing: optional(filled) })),
    outputSpeed: optional(z.strictObject(histogram)),
    costPerRequest: optional(z.strictObject(histogram)),
    inflight: optional(counted),
    retries: optional(counted),
    contextUtilisation: optional(z.strictObject(histogram)),
    queueDepth: optional(z.strictObject({ metric: filled, ...selectable })),
    cache: optional(z.strictObject(outcomes)),
    tokens: optional(kinds),
    cost: optional(counted),
    unpriced: optional(counted),
    contract: optional(z.strictObject({ metric: filled, version: filled, hash: filled })),
    evaluations: optional(z.strictObject({ ...outcomes, ...named, batches })),
    evaluationScore: optional(z.strictObject({ ...histogram, ...selectable })),
    retrievalRelevance: optional(z.strictObject({ ...histogram, ...selectable })),
    validations: optional(z.strictObject({ ...outcomes, ...named })),
    tasks: optional(z.strictObject({ ...outcomes, abandoned: filled })),
    feedback: optional(z.strictObject(outcomes)),
  }),
}) satisfies z.ZodType<Source>;
