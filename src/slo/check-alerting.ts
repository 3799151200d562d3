// Where alerts go in an environment: what its Alertmanager can do, the heartbeat, business hours.
import type { Finding } from "./diagnostics.ts";
import { fieldsOf } from "./loose.ts";
import { show } from "./shape.ts";
import type { Receiver, Stack } from "./stack.ts";
import { isTimeZone, suggestTimeZone } from "./time-zone.ts";

/** The oldest Alertmanager there is a configuration for: before, PagerDuty and mail had no secrets in files, and hours no time zone. */
const oldest = 25;
const current = 34;

/** The first version that has a kind of receiver with its secret in a file. 0.26 has webhooks with `url_file`, and can panic on them (prometheus/alertmanager#3798). */
const since: Readonly<Record<Receiver["kind"], number>> = {
  slack: oldest,
  pagerduty: oldest,
  email: oldest,
  opsgenie: oldest,
  webhook: 28,
  msteams: 28,
};

function tooOld(field: string, kind: unknown, minor: number): readonly Finding[] {
  const needed = Object.entries(since).find(([name]) => name === kind)?.[1] ?? oldest;
  if (minor >= needed || minor < oldest) return [];
  return [
    {
      id: "alertmanager-too-old",
      field,
      problem: `a receiver of kind ${show(kind)} needs Alertmanager 0.${needed}, and the stack has 0.${minor}`,
      instead: `Run 0.${needed} or newer and say so in alertmanager.version, or use another kind.`,
    },
  ];
}

function checkVersion(minor: number): readonly Finding[] {
  if (minor >= oldest) return [];
  return [
    {
      id: "alertmanager-too-old",
      field: "alertmanager.version",
      problem: `the configuration needs Alertmanager 0.${oldest}, and the stack has 0.${minor}`,
      instead: `Run 0.${oldest} or newer.`,
    },
  ];
}

/** What is no version is left to its shape. */
function minorOf(alertmanager: unknown): number {
  const [, minor] = /^0\.(\d+)$/.exec(String(fieldsOf(alertmanager).version)) ?? [];
  return minor === undefined ? current : Number(minor);
}

function checkTimeZone(zone: unknown): readonly Finding[] {
  if (typeof zone !== "string" || isTimeZone(zone)) return [];
  return [
    {
      id: "unknown-time-zone",
      field: "timeZone",
      problem: `there is no time zone ${show(zone)}`,
      instead: suggestTimeZone(zone),
    },
  ];
}

/** Alertmanager's times don't span midnight. */
function checkHours(businessHours: unknown): readonly Finding[] {
  const { from, to } = fieldsOf(businessHours);
  if (![from, to].every((time) => /^\d\d:\d\d$/.test(String(time))) || String(from) < String(to)) return [];
  return [
    {
      id: "invalid-field",
      field: "businessHours.to",
      problem: `${show(to)} is not after ${show(from)}`,
      instead: "Hours end on the day they begin, at 24:00 at the latest.",
    },
  ];
}

/** Checks what a stack says of alerting beyond the names of its receivers. */
export function checkAlerting({
  receivers,
  heartbeat,
  timeZone,
  businessHours,
  alertmanager,
}: Partial<Record<keyof Stack, unknown>>): readonly Finding[] {
  const minor = minorOf(alertmanager);
  const kinds = Object.entries(fieldsOf(receivers)).map(
    ([name, receiver]) => [`receivers.${name}`, fieldsOf(receiver).kind] as const,
  );
  return [
    ...checkVersion(minor),
    ...kinds.flatMap(([field, kind]) => tooOld(field, kind, minor)),
    ...tooOld("heartbeat", fieldsOf(heartbeat).kind, minor),
    ...checkTimeZone(timeZone),
    ...checkHours(businessHours),
  ];
}
