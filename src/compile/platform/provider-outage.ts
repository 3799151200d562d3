// Several features that fail at once at one provider: a page about the provider in place of one for every SLO.

import type { RunbookQuery } from "../../plan/alert-kind.ts";
import { outageAlert, providerRecords as records } from "../../plan/conventions.ts";
import { minimumBadEvents } from "../../plan/detection.ts";
import type { RecordingRule } from "../../plan/rules.ts";
import { and, call, count, div, gt, gte, mul, range, rate, select, subquery, sum, unless } from "../../promql/build.ts";
import { printDuration } from "../../promql/print.ts";
import type { Client } from "./provider-client.ts";
import { outageStories } from "./provider-outage-stories.ts";
import { minute, type Surroundings, type Watch } from "./watch.ts";

/** How often its rules run, and ask what they recorded: much more often than pages wait in Alertmanager. */
export const outageIntervalSeconds = 15;
/** A provider is of no use to a feature where more than a quarter of its requests fail. */
const failingShare = 0.25;
/** In an outage at least two features fail, and at least half of those that ask the provider for anything. */
const fewestFeatures = 2;
const failingFeatures = 0.5;
const windowSeconds = 5 * minute;
/** Where features ask rarely, it takes longer to see as many failures as an SLO needs. */
const countedSeconds = 30 * minute;
/** For as long a feature may recover later than the others. */
const recoverySeconds = 10 * minute;

/** Requests of a service that ended so. */
function requestsOf({ select }: Surroundings, client: Client, statuses: "ended" | "failed") {
  const { service, featureLabel, metric, statusLabel } = client;
  return select(metric, { [featureLabel]: service.features, [statusLabel]: client[statuses] });
}

function recordsOf(around: Surroundings, client: Client): readonly RecordingRule[] {
  const { service, featureLabel, provider } = client;
  const by = [featureLabel, provider];
  const ended = select(records.ended, { service: service.id });
  const failed = requestsOf(around, client, "failed");
  const share = div(sum(rate(failed, windowSeconds), by), ended, by);
  const counted = sum(call("increase", range(failed, countedSeconds)), by);
  const labels = { service: service.id };
  return [
    {
      kind: "recording",
      record: records.ended,
      expr: gt(sum(rate(requestsOf(around, client, "ended"), windowSeconds), by), 0),
      labels,
    },
    {
      kind: "recording",
      record: records.failing,
      // Half an event less: extrapolation counts one as 0.9 to 1.1.
      expr: and(gt(share, failingShare), gt(counted, minimumBadEvents - 0.5), by),
      labels,
    },
  ];
}

function outageRecord(provider: string): RecordingRule {
  const failing = count(select(records.failing), [provider]);
  const asking = count(select(records.ended), [provider]);
  const expr = and(gte(failing, fewestFeatures), gte(failing, mul(asking, failingFeatures), [provider]), [provider]);
  return { kind: "recording", record: records.outage, expr, labels: {} };
}

/** How long the pages of a service outlast what caused them; undefined where it has none that an outage would explain. */
function pagesLastSeconds({ slos }: Client["service"]): number | undefined {
  const paging = slos.filter(({ category }) => category === "slo").flatMap(({ arms }) => arms);
  const lasting = paging
    .filter(({ severity }) => severity === "critical")
    .map(({ shortSeconds, keepFiringForSeconds }) => shortSeconds + keepFiringForSeconds);
  return lasting.length === 0 ? undefined : Math.max(...lasting);
}

/**
 * It fires only while a page of the service does, so that it never adds one, and goes on for as long as such pages trail behind the outage.
 * Where the service also fails at a provider that the others don't fail at, its own pages tell more.
 */
function outageExpr({ service, provider }: Client, lastSeconds: number) {
  const own = select(records.failing, { service: service.id });
  const concerned = and(select(records.outage), own, [provider]);
  const page = select("ALERTS", {
    alertname: { op: "!=", value: outageAlert },
    alertstate: "firing",
    category: "slo",
    severity: "critical",
    service: service.id,
  });
  const lately = call("max_over_time", range(select(records.outage), recoverySeconds));
  const paged = and(call("max_over_time", subquery(concerned, lastSeconds, outageIntervalSeconds)), page, []);
  return unless(paged, unless(own, lately, [provider]), []);
}

const runbook: Watch["runbook"] = {
  meaning:
    "Several features fail at one provider at the same time. Pages of their SLOs are muted meanwhile: this one stands for them, once for each provider.",
  impact: "Users of all these features get errors or wait. Each of the SLOs concerned spends its budget.",
  checks: [
    "Does the provider report an incident? Look at its status page, then at its region and the models concerned.",
    "Is it really the provider? Errors 5xx and 529 and timeouts are its own. 401 and 403 are the key, 429 is the quota: both are often shared by all features.",
    "What do the features share besides? A gateway, a proxy, an egress rule, a release of the client library.",
    "Do fallbacks hold? Compare what other providers are asked now with an hour ago, and watch their rate limits.",
  ],
  causes: [
    "Provider incident: a region, a model or the whole API is down or overloaded.",
    "Key or account: it expired, was revoked or ran out of credit, so that all requests are refused.",
    "Rate limit: a quota that features share is used up, often by one of them. A runaway loop or a batch asks far more than usual.",
    "Network: DNS, a proxy, a gateway or an egress policy between the pods and the provider.",
    "Release: a client library or a gateway that all features share.",
  ],
  mitigation: [
    "Move traffic to another provider, model or region. Move little first: its quota is smaller than what all features ask.",
    "Retry less, and shed batches and evaluations: retries of all features together keep an overloaded provider down.",
    "Where it is the key or the quota, renew it, or stop the feature that uses it up.",
    "Tell users, and open a ticket with the provider.",
  ],
};

/** Over all services, not this one alone. */
function queriesOf(
  { select: selectHere }: Surroundings,
  { featureLabel, provider, metric, statusLabel, ended, failed }: Client,
): readonly RunbookQuery[] {
  const by = [featureLabel, provider];
  const rates = (statuses: readonly string[], labels = by) =>
    sum(rate(selectHere(metric, { [statusLabel]: statuses }), windowSeconds), labels);
  return [
    { title: "Failing features, with the share of their requests that fails", expr: select(records.failing) },
    { title: "Failed share of each feature at each provider", expr: div(rates(failed), gt(rates(ended), 0)) },
    { title: "How requests end at each provider", expr: rates([...ended], [provider, statusLabel]) },
  ];
}

function outageOf(around: Surroundings, clients: readonly Client[], client: Client): readonly Watch[] {
  const { id, team } = client.service;
  const lastSeconds = pagesLastSeconds(client.service);
  if (lastSeconds === undefined) return [];
  const providers = `{{ $labels.${client.provider} }}`;
  return [
    {
      id: `provider-outage-${id}`,
      alert: outageAlert,
      expr: outageExpr(client, lastSeconds),
      severity: "critical",
      category: "slo",
      labels: { service: id, team },
      condition: `several features fail at one provider at once, ${id} among them, and an SLO of ${id} pages`,
      summary: `${providers} fails {{ $value | humanize }} features at once, ${id} among them`,
      description:
        `More than ${failingShare * 100}% of the requests of {{ $value | humanize }} features that ask ${providers} failed over ${printDuration(windowSeconds)} (error, timeout, rate limited). ` +
        `While this fires, no SLO of ${id} pages on its own.`,
      stories: outageStories(around, clients, client, lastSeconds / minute),
      runbook,
      queries: queriesOf(around, client),
    },
  ];
}

/** What the alerts about providers read, and the alert of each service that pages; nothing where no two features could fail together. */
export function providerOutages(
  around: Surroundings,
  clients: readonly Client[],
): { readonly records: readonly RecordingRule[]; readonly watches: readonly Watch[] } {
  const watches = clients.flatMap((client) => outageOf(around, clients, client));
  const features = new Set(clients.flatMap(({ service }) => service.features));
  const [first] = clients;
  if (!first || features.size < fewestFeatures || watches.length === 0) return { records: [], watches: [] };
  return {
    records: [...clients.flatMap((client) => recordsOf(around, client)), outageRecord(first.provider)],
    watches,
  };
}
