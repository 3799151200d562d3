// What was told in a drill, held against the plan: who should have heard, who should not, and whether it ended.
import { watchdogAlert } from "../src/plan/conventions.ts";
import type { Plan } from "../src/plan/plan.ts";
import { alertsOf, receiversOf, watchdogReceiver } from "../src/plan/receivers.ts";
import type { AlertRule } from "../src/plan/rules.ts";
import { anyTime, type Expected, type Incident } from "./incidents.ts";
import type { Delivery, Labels } from "./mailbox.ts";

/** One alert that somebody must hear of. */
export interface Told extends Expected {
  readonly receiver: string;
  /** When it was first told, and when all of it was told to be over; seconds since 1970. */
  readonly firingAt?: number;
  readonly resolvedAt?: number;
}

export interface Verdict {
  readonly told: readonly Told[];
  /** What else was told, to those it belongs to. @example "LlmRetryStorm to ml-team" */
  readonly others: readonly string[];
  /** Everything that is wrong; empty where the drill is passed. */
  readonly problems: readonly string[];
}

/** An alert of the plan, as far as its rule says what its labels will be. */
function ruleOf(plan: Plan, { alert, service, severity }: Expected): AlertRule {
  const found = alertsOf(plan).find(
    (rule) => rule.alert === alert && rule.labels.service === service && rule.labels.severity === severity,
  );
  if (!found) throw new Error(`The plan has no ${severity} alert ${alert} of ${service}.`);
  return found;
}

const isOf = ({ alert, service, severity }: Expected, { labels }: Delivery) =>
  labels.alertname === alert && labels.service === service && labels.severity === severity;

const keyOf = (labels: Labels) => JSON.stringify(Object.entries(labels).sort());

/** The last word that a receiver heard of each alert. */
function lastWords(deliveries: readonly Delivery[]): readonly Delivery[] {
  return [
    ...new Map(deliveries.map((delivery) => [`${delivery.receiver} ${keyOf(delivery.labels)}`, delivery])).values(),
  ];
}

/** What the expected receivers heard so far. */
export function toldOf(plan: Plan, { expected }: Pick<Incident, "expected">, deliveries: readonly Delivery[]) {
  return expected.flatMap((one) =>
    receiversOf(plan, ruleOf(plan, one)).map((receiver): Told => {
      const own = deliveries.filter((delivery) => delivery.receiver === receiver && isOf(one, delivery));
      const firing = own.find(({ status }) => status === "firing");
      const last = lastWords(own);
      const isOver = last.length > 0 && last.every(({ status }) => status === "resolved");
      const resolvedAt = Math.max(...last.map(({ atSeconds }) => atSeconds));
      return {
        ...one,
        receiver,
        ...(firing ? { firingAt: firing.atSeconds } : {}),
        ...(isOver ? { resolvedAt } : {}),
      };
    }),
  );
}

const nameOf = ({ alertname, service, slo, severity }: Labels) =>
  `${severity} ${alertname} of ${[service, slo].filter((part) => part !== undefined).join("/")}`;

/** Those who heard of what is not theirs, or of what hasn't happened. */
function wrongMessages(plan: Plan, allowed: ReadonlySet<string>, deliveries: readonly Delivery[]): readonly string[] {
  return deliveries.flatMap(({ receiver, labels }) => {
    const { alertname = "" } = labels;
    if (alertname === watchdogAlert && receiver === watchdogReceiver(plan)?.name) return [];
    const rule = { alert: alertname, labels: labels as AlertRule["labels"] };
    if (!receiversOf(plan, rule).includes(receiver))
      return [`${receiver} was told of ${nameOf(labels)}, which isn't theirs`];
    return allowed.has(alertname)
      ? []
      : [`${receiver} was told of ${nameOf(labels)}, which this incident doesn't cause`];
  });
}

/** Pages that were told and never taken back. Warnings may go on for their window, which can be hours. */
function openPages(deliveries: readonly Delivery[]): readonly string[] {
  return lastWords(deliveries)
    .filter(({ status, labels }) => status === "firing" && labels.severity === "critical")
    .map(({ receiver, labels }) => `${receiver} was never told that ${nameOf(labels)} is over`);
}

function othersOf(plan: Plan, { expected }: Incident, deliveries: readonly Delivery[]): readonly string[] {
  const isExpected = (delivery: Delivery) => expected.some((one) => isOf(one, delivery));
  const heartbeat = watchdogReceiver(plan)?.name;
  const others = deliveries.filter((delivery) => delivery.receiver !== heartbeat && !isExpected(delivery));
  return [...new Set(others.map(({ labels, receiver }) => `${labels.alertname} to ${receiver}`))].sort();
}

/** Whether every page, and everything expected, has been told to be over. */
export function isOver(plan: Plan, incident: Pick<Incident, "expected">, deliveries: readonly Delivery[]): boolean {
  const told = toldOf(plan, incident, deliveries);
  return told.every(({ resolvedAt }) => resolvedAt !== undefined) && openPages(deliveries).length === 0;
}

/** Judges what was delivered. */
export function judge(plan: Plan, incident: Incident, deliveries: readonly Delivery[]): Verdict {
  const told = toldOf(plan, incident, deliveries);
  const allowed = new Set([...incident.expected.map(({ alert }) => alert), ...incident.alongside, ...anyTime]);
  const missing = told.flatMap(({ alert, service, receiver, firingAt, resolvedAt }) => {
    if (firingAt === undefined) return [`${receiver} was never told of ${alert} of ${service}`];
    return resolvedAt === undefined ? [`${receiver} was never told that ${alert} of ${service} is over`] : [];
  });
  const heartbeat = deliveries.some(({ labels }) => labels.alertname === watchdogAlert);
  const problems = [
    ...missing,
    ...wrongMessages(plan, allowed, deliveries),
    ...openPages(deliveries),
    ...(watchdogReceiver(plan)?.kind === "heartbeat" && !heartbeat ? ["the heartbeat was never heard"] : []),
  ];
  return { told, others: othersOf(plan, incident, deliveries), problems: [...new Set(problems)] };
}
