// What must be said of an evaluator that stops, vanishes, fails or judges too little, and when nothing must be.
import { evaluationAlerts, ofSlo, records } from "../../plan/conventions.ts";
import type { Arm } from "../../plan/plan.ts";
import type { Rule } from "../../plan/rules.ts";
import { print, printNumber } from "../../promql/print.ts";
import { alertText } from "./alert-text.ts";
import { batchesOf, counterAt, type EvaluatedSlo, heartbeat, judgedRates } from "./batches.ts";
import { seriesText } from "./inputs.ts";
import type { InputSeries, Scenario } from "./proof.ts";
import { between, fires, neverFired } from "./queries.ts";

const identity = ({ service, id }: EvaluatedSlo) => ({ service, slo: id });

/** The minutes of batches: each cadence, from one up to another. */
const ticks = (from: number, to: number) =>
  new Map(Array.from({ length: to - from + 1 }, (_, index) => [from + index, 1]));

/** Batches by the number of the cadence in which they came. */
function beats(slo: EvaluatedSlo, batches: ReadonlyMap<number, number>, cadences: number, scrapeSeconds: number) {
  const cadence = slo.evaluation.cadenceSeconds / 60;
  const rises = new Map([...batches].map(([tick, by]) => [tick * cadence, by]));
  return counterAt(rises, cadences * cadence, scrapeSeconds);
}

/** The heartbeat, from the evaluator's own counters. */
export function heartbeatStories(
  slo: EvaluatedSlo,
  rules: readonly Rule[],
  scrapeSeconds: number,
): readonly Scenario[] {
  const { completedBatch, failedBatch, request } = slo.evaluation.examples;
  const cadence = slo.evaluation.cadenceSeconds / 60;
  const alert = { alertname: evaluationAlerts.stopped, ...identity(slo) };
  const at = (cadences: number) => Math.ceil(cadences * cadence);
  const completed = (batches: ReadonlyMap<number, number>, cadences: number): InputSeries => ({
    series: seriesText(completedBatch),
    values: beats(slo, batches, cadences, scrapeSeconds),
  });
  const samples = (minutes: number) => Math.round((minutes * 60) / scrapeSeconds);
  const upToThree = beats(slo, ticks(1, 3), 3.5, scrapeSeconds);
  return [
    {
      name: "batches that all end in errors: the evaluator has stopped, within three cadences, until one is completed",
      inputs: [
        completed(new Map([...ticks(1, 3), [8, 1]]), 9),
        { series: seriesText(failedBatch), values: beats(slo, ticks(4, 7), 9, scrapeSeconds) },
      ],
      expects: [
        fires(alert, at(3), false),
        fires(alert, at(5.5) - 2, false),
        fires(alert, at(6)),
        fires(alert, at(8) + 2, false),
      ],
      alerts: [
        {
          minute: at(6),
          alert: evaluationAlerts.stopped,
          firing: alertText(rules, evaluationAlerts.stopped, identity(slo)),
        },
      ],
    },
    {
      name: "the evaluator is gone with all its series: it has stopped, for as long as it is gone",
      inputs: [{ series: seriesText(completedBatch), values: `${upToThree} stale` }],
      expects: [fires(alert, at(5.5) - 2, false), fires(alert, at(6)), fires(alert, at(9))],
    },
    {
      name: "a working evaluator, the first batch a cadence after the start, one a fifth late, and a restart: nothing",
      inputs: [
        {
          series: seriesText(completedBatch),
          values: `${counterAt(
            new Map([
              [cadence, 1],
              [Math.floor(2.2 * cadence), 1],
              [3 * cadence, 1],
            ]),
            3.5 * cadence,
            scrapeSeconds,
          )} 0+0x${samples(cadence / 2)} 1+0x${samples(cadence)} 2+0x${samples(cadence)}`,
        },
      ],
      expects: [neverFired(alert, at(6))],
    },
    ...(request
      ? [
          {
            name: "successful requests are counted over five minutes",
            inputs: [
              { series: seriesText(request), values: `0+${scrapeSeconds}x${samples(20)} ${20 * 60}+0x${samples(10)}` },
            ],
            expects: [
              between(ofSlo(records.judgeableRequests, slo), 0.98, 1.02, 18),
              between(ofSlo(records.judgeableRequests, slo), 0.1, 0.9, 22),
              between(ofSlo(records.judgeableRequests, slo), -1, 1e-9, 26),
            ],
          },
        ]
      : []),
  ];
}

/** Requests and judged items in one window of the fastest arm, over and over. */
interface Sampling {
  readonly name: string;
  readonly requests: number;
  readonly items: number;
  readonly works: boolean;
}

const quiet: readonly Sampling[] = [
  { name: "45 requests, 30 of them judged: there is no more to judge", requests: 45, items: 30, works: true },
  { name: "100 requests, 58 of them judged: enough", requests: 100, items: 58, works: true },
  { name: "requests, and an evaluator that has stopped: said elsewhere", requests: 100, items: 0, works: false },
];

/** Too few samples, from recorded rates. */
export function samplingStories(
  slo: EvaluatedSlo,
  fastest: Arm,
  rules: readonly Rule[],
  inputSeconds: number,
): readonly Scenario[] {
  const long = fastest.longSeconds / 60;
  const alert = { alertname: evaluationAlerts.tooFewSamples, ...identity(slo) };
  const upTo = (minutes: number) => Math.ceil(minutes / 5) * 5;
  const last = upTo(2.1 * long);
  const inputs = ({ requests, items, works }: Omit<Sampling, "name">): readonly InputSeries[] => [
    ...judgedRates(
      slo,
      batchesOf([{ minutes: last, perMinute: items / long }], slo.evaluation.cadenceSeconds / 60),
      last,
      inputSeconds,
    ).slice(0, 1),
    {
      series: print(ofSlo(records.judgeableRequests, slo)),
      values: `${printNumber(requests / (long * 60))}+0x${Math.round((last * 60) / inputSeconds)}`,
    },
    heartbeat(slo, [{ minutes: last, works }], inputSeconds),
  ];
  return [
    {
      name: "57 requests in each window, 42 of them judged, for a whole window: too few samples",
      inputs: inputs({ requests: 57, items: 42, works: true }),
      expects: [fires(alert, upTo(1.5 * long), false), fires(alert, last)],
      alerts: [
        {
          minute: last,
          alert: evaluationAlerts.tooFewSamples,
          firing: alertText(rules, evaluationAlerts.tooFewSamples, identity(slo)),
        },
      ],
    },
    ...quiet.map(({ name, ...sampling }) => ({
      name,
      inputs: inputs(sampling),
      expects: [neverFired(alert, last)],
    })),
  ];
}
