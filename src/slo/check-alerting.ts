// Where alerts go in an environment: what its Alertmanager can do, the heartbeat, business hours.
import type { Finding } from "./diagnostics.ts";
import { fieldsOf } from "./loose.ts";
import { show } from "./shape.ts";
import type { Receiver, StackFields } from "./stack.ts";

/** The oldest Alertmanager there is a configuration for: before, PagerDuty and mail had no secrets in files, and hours no time zone. */
const oldest = 25;
/** What runs in the cluster, unless another image is said. */
export const currentAlertmanager = 34;

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
      instead: `Run 0.${needed} or newer, or use another kind.`,
    },
  ];
}

function checkVersion(minor: number, field: string): readonly Finding[] {
  if (minor >= oldest) return [];
  return [
    {
      id: "alertmanager-too-old",
      field,
      problem: `the configuration needs Alertmanager 0.${oldest}, and the stack has 0.${minor}`,
      instead: `Run 0.${oldest} or newer.`,
    },
  ];
}

/** What the image of an Alertmanager in the cluster is; undefined where it is elsewhere, or named by a digest alone. */
function imageMinor({ components, images }: StackFields): number | undefined {
  const { prometheus, alertmanager } = fieldsOf(components);
  const kind = fieldsOf(alertmanager).kind ?? (fieldsOf(prometheus).kind === "operator" ? "operator" : "inCluster");
  if (kind !== "inCluster") return undefined;
  const { alertmanager: image } = fieldsOf(images);
  if (image === undefined) return currentAlertmanager;
  const [, minor] = /:v?0\.(\d+)/.exec(String(image)) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

/** What is no version is left to its shape. */
function saidMinor({ alertmanager }: StackFields): number | undefined {
  const [, minor] = /^0\.(\d+)$/.exec(String(fieldsOf(alertmanager).version)) ?? [];
  return minor === undefined ? undefined : Number(minor);
}

function checkImage(said: number | undefined, image: number | undefined): readonly Finding[] {
  if (said === undefined || image === undefined || said === image) return [];
  return [
    {
      id: "invalid-field",
      field: "alertmanager.version",
      problem: `the Alertmanager in the cluster is 0.${image}, not 0.${said}`,
      instead: "Leave the version out, or say in images.alertmanager which image it is.",
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
export function checkAlerting(stack: StackFields): readonly Finding[] {
  const { receivers, heartbeat, businessHours } = stack;
  const [said, image] = [saidMinor(stack), imageMinor(stack)];
  const minor = image ?? said ?? currentAlertmanager;
  const kinds = Object.entries(fieldsOf(receivers)).map(
    ([name, receiver]) => [`receivers.${name}`, fieldsOf(receiver).kind] as const,
  );
  return [
    ...checkImage(said, image),
    ...checkVersion(minor, image === undefined ? "alertmanager.version" : "images.alertmanager"),
    ...kinds.flatMap(([field, kind]) => tooOld(field, kind, minor)),
    ...tooOld("heartbeat", fieldsOf(heartbeat).kind, minor),
    ...checkHours(businessHours),
  ];
}
