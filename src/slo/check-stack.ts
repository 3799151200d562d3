import type { Source } from "../sources/source.ts";
import { checkAlerting } from "./check-alerting.ts";
import { checkTimeZone } from "./check-budget.ts";
import { checkComponents } from "./check-components.ts";
import type { Finding } from "./diagnostics.ts";
import { fieldsOf, itemsOf } from "./loose.ts";
import { dnsLabel, dnsLabelFrom, labelNameProblem, secretKey } from "./names.ts";
import { stackSchema } from "./schema.ts";
import { checkShape, show } from "./shape.ts";
import type { StackFields } from "./stack.ts";
import { suggest } from "./suggest.ts";

/** What a stack is checked against; a list that isn't known, because something else is broken, is left out. */
export interface Surroundings {
  readonly receivers?: readonly string[];
  readonly services?: readonly string[];
  readonly teams?: readonly string[];
  readonly sources: readonly Source[];
  readonly longestPeriodDays: number;
}

function checkReceivers(
  receivers: Readonly<Record<string, unknown>>,
  { receivers: wanted }: Surroundings,
  smtp: unknown,
): readonly Finding[] {
  const missing = wanted?.filter((name) => !Object.hasOwn(receivers, name)) ?? [];
  const unknown = Object.keys(receivers).filter((name) => wanted?.includes(name) === false);
  const mailed = Object.entries(receivers).filter(
    ([, receiver]) => fieldsOf(receiver).kind === "email" && smtp === undefined,
  );
  const keys = Object.entries(receivers).flatMap(([name, receiver]) =>
    Object.entries(fieldsOf(receiver)).flatMap(([field, key]) =>
      field.endsWith("Key") ? [[`receivers.${name}.${field}`, key] as const] : [],
    ),
  );
  return [
    ...missing.map(
      (name): Finding => ({
        id: "missing-receiver",
        field: "receivers",
        problem: `the receiver ${show(name)} of slos/organisation.ts is not here`,
        instead: 'Say what it is here, for example { kind: "slack", channel: "#llm-alerts" }.',
      }),
    ),
    ...unknown.map(
      (name): Finding => ({
        id: "unknown-receiver",
        field: `receivers.${name}`,
        problem: `there is no receiver ${show(name)}`,
        instead: suggest(name, wanted ?? [], "receivers"),
      }),
    ),
    ...mailed.map(
      ([name]): Finding => ({
        id: "missing-smtp",
        field: `receivers.${name}`,
        problem: "mail needs a mail server, and the stack has no smtp",
        instead: 'Add smtp: { smarthost: "smtp.example.com:587", from: "alerts@example.com" }.',
      }),
    ),
    ...keys.flatMap(([field, key]) => checkSecretKey(field, key)),
  ];
}

function checkSecretKey(field: string, key: unknown): readonly Finding[] {
  if (typeof key !== "string" || key.trim() === "" || secretKey.test(key)) return [];
  return [
    {
      id: "invalid-field",
      field,
      problem: `${show(key)} can't be a key of a Secret`,
      instead: "Use letters, digits, -, _ and dots.",
    },
  ];
}

function checkNamespace(field: string, name: unknown): readonly Finding[] {
  if (typeof name !== "string" || dnsLabel.test(name)) return [];
  return [
    {
      id: "invalid-id",
      field,
      problem: `${show(name)} can't be a namespace`,
      instead: `Use up to 63 of a-z, 0-9 and -, such as "${dnsLabelFrom(name)}".`,
    },
  ];
}

/** A matcher on a label that queries set themselves would silently replace theirs. */
function checkMatch(match: object, sources: readonly Source[]): readonly Finding[] {
  const own = sources.flatMap(({ labelNames, signals }) => [
    labelNames.feature,
    labelNames.model,
    signals.requests?.label ?? "le",
  ]);
  return Object.keys(match).flatMap((name): readonly Finding[] => {
    const problem = labelNameProblem(name, ["le", "job", ...own]);
    return problem === undefined
      ? []
      : [
          {
            id: "invalid-label",
            field: "match",
            problem,
            instead: "Use a label that every series of this environment carries, such as cluster.",
          },
        ];
  });
}

function checkPlatformTeam(team: unknown, teams: readonly string[] | undefined): readonly Finding[] {
  if (!teams || typeof team !== "string" || teams.includes(team)) return [];
  const problem = `there is no team ${show(team)}`;
  return [{ id: "unknown-team", field: "platform.team", problem, instead: suggest(team, teams, "teams") }];
}

/** Checks an environment. */
export function checkStack(value: object, around: Surroundings): readonly Finding[] {
  const {
    receivers,
    smtp,
    scrape,
    match,
    timeZone,
    namespace,
    appNamespaces,
    platform,
    ingressNamespace,
  }: StackFields = fieldsOf(value);
  const jobs = Object.keys(fieldsOf(fieldsOf(scrape).jobs));
  const { services } = around;
  const unknownJobs = services ? jobs.filter((id) => !services.includes(id)) : [];
  return [
    ...checkShape(stackSchema, value, Object.keys(stackSchema.shape).slice(1)),
    ...(typeof receivers === "object" ? checkReceivers(fieldsOf(receivers), around, smtp) : []),
    ...checkSecretKey("smtp.passwordKey", fieldsOf(smtp).passwordKey),
    ...checkSecretKey("heartbeat.urlKey", fieldsOf(fieldsOf(value).heartbeat).urlKey),
    ...checkAlerting(fieldsOf(value)),
    ...unknownJobs.map(
      (id): Finding => ({
        id: "unknown-service",
        field: "scrape.jobs",
        problem: `there is no service ${show(id)}`,
        instead: suggest(id, services ?? [], "services"),
      }),
    ),
    ...checkMatch(fieldsOf(match), around.sources),
    ...checkTimeZone(timeZone),
    ...checkNamespace("namespace", namespace),
    ...itemsOf(appNamespaces).flatMap((name, index) => checkNamespace(`appNamespaces[${index}]`, name)),
    ...checkPlatformTeam(fieldsOf(platform).team, around.teams),
    ...checkNamespace("ingressNamespace", ingressNamespace),
    ...checkComponents(fieldsOf(value), around.longestPeriodDays),
  ];
}
