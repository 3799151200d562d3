// What the alerts about evaluators mean, for their runbooks.

import type { AlertKind } from "../plan/alert-kind.ts";
import { evaluationAlerts, records } from "../plan/conventions.ts";
import { select } from "../promql/build.ts";

export const evaluationKinds: readonly AlertKind[] = [
  {
    alert: evaluationAlerts.stopped,
    severity: "warning",
    meaning:
      "The evaluator behind the SLO has completed no batch in two and a half of its intervals. A judge whose batches all end in an error counts as stopped.",
    impact:
      "Nobody knows the quality of the answers. Quality alerts that fire go on until their windows are empty; new ones can't begin.",
    checks: [
      "Do batches still end, with an error? Then it runs and fails: read its log. Usual causes are the judge model's key, quota, rate limit or a changed output format.",
      "Does the evaluator's process or schedule run at all, and is it scraped?",
      "Can it still read what it samples from: traces, logs, the queue?",
      "Is one batch taking longer than the interval between batches?",
    ],
    causes: [
      "Judge: its model's key, quota or rate limit.",
      "Judge: the model changed, and its answers no longer have the format the evaluator reads.",
      "The schedule or the process was stopped, or a batch hangs.",
      "Release: the store of traces that it samples from moved or lost its access.",
    ],
    mitigation: [
      "Restart the evaluator, or move the judge to another model or key.",
      "While it is down, judge a handful of answers by hand after each release, or hold releases back.",
      "If it is meant to run less often, say so with `evaluatedEvery` and run synth.",
    ],
    queries: [],
  },
  {
    alert: evaluationAlerts.tooFewSamples,
    severity: "warning",
    meaning:
      "The evaluator completes its batches, but judges too few items for the fastest arm of the SLO, although there were enough successful requests.",
    impact: "Bad answers would be noticed late or not at all: too few items prove nothing.",
    checks: [
      "Do single items end with an error? The judge stumbles over them: they count neither as good nor as bad.",
      "Did the sampling rate or the filter change? Did the answers lose what the judge needs, such as their context?",
      "Is the batch size too small for the traffic?",
    ],
    causes: [
      "The sampling rate or a filter changed.",
      "The judge fails on single items: too long, refused, or not in its format.",
      "Traffic fell, and the batch size was made for more.",
    ],
    mitigation: [
      "Raise the sampling rate or the batch size.",
      "Where the traffic doesn't allow it, judge more rarely and say so with `evaluatedEvery`: windows grow with it.",
    ],
    queries: [{ title: "Successful requests per second", expr: select(records.judgeableRequests) }],
  },
];
