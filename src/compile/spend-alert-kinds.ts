// What the alerts of budgets mean, for their runbooks.

import type { AlertKind } from "../plan/alert-kind.ts";
import { spendAlerts as names, spendRecords as records } from "../plan/conventions.ts";
import { select } from "../promql/build.ts";
import { burnAdvice } from "./burn-advice.ts";

const queries = [
  { title: "Spent in this period, in USD", expr: select(records.spent) },
  { title: "Share of the budget", expr: select(records.used) },
  { title: "USD when the period ends", expr: select(records.projected) },
  { title: "Seconds until nothing is left", expr: select(records.exhaustedIn) },
  { title: "USD per second", expr: select(records.rate) },
];

const whoSpends = [
  "Which model does the money go to, and since when? See the USD of the last hour below, and the same query with an offset of 1d.",
  "Are there more requests, or do they cost more each? Compare requests with tokens below.",
  "Did something change: a release, a prompt, a dearer model, a batch job, a retry loop?",
];

const { causes, mitigation } = burnAdvice.cost;
const spendLess = [...mitigation, "If the spend is meant, raise the budget in slos/ and run synth."];

const impact = "Nobody is refused because of it: spend goes on until people or the app's own limits stop it.";

export const spendAlertKinds: readonly AlertKind[] = [
  {
    alert: names.used,
    severity: "warning",
    meaning: "More than 80 % of the budget of this calendar period is spent.",
    impact,
    checks: ["How much of the period is left, and where will it end? See the queries below.", ...whoSpends],
    mitigation: spendLess,
    causes,
    queries,
  },
  {
    alert: names.course,
    severity: "warning",
    meaning:
      "If spend goes on as it did of late, the period will end above its budget. A long and a short window agree, and a fifth of the budget is spent.",
    impact,
    checks: whoSpends,
    mitigation: spendLess,
    causes,
    queries,
  },
  {
    alert: names.pace,
    severity: "warning",
    meaning: "A share of the day's budget is spent before the time of day that its pace allows.",
    impact,
    checks: ["Is it a busy day, or did something spend all at once?", ...whoSpends],
    mitigation: spendLess,
    causes,
    queries,
  },
  {
    alert: names.exhausted,
    severity: "critical",
    meaning: "The budget of this calendar period is spent. A budget may say that this is only a warning.",
    impact,
    checks: whoSpends,
    mitigation: spendLess,
    causes,
    queries,
  },
  {
    alert: names.blind,
    severity: "warning",
    meaning:
      "Spend is not seen in full: requests were made whose price nobody knows, or the counter of cost was missing for more than a minute of the last hour.",
    impact: "The budget looks better than it is: what isn't seen counts as nothing.",
    checks: [
      "Do requests without a price grow? Group the counter by model: that model has none.",
      "Were targets down, or was Prometheus itself? A restart of Prometheus of more than a minute counts.",
      "Does the app or the proxy count cost for the features and the model that the budget names?",
    ],
    mitigation: [
      "Give the model a price where the app sets up its metrics.",
      "After a gap, add what the provider's own bill says of it: nothing here can be made up for.",
    ],
    causes: [
      "Model change: a new model, or a deployment's name, that the price source doesn't know.",
      "Provider change: answers no longer tell their token counts.",
      "Monitoring: Prometheus restarted, or targets were down for minutes.",
    ],
    queries,
  },
];
