// Apps that were built with another contract than the rules: series could be missing, or mean something else.
import { count, or } from "../../promql/build.ts";
import { levelStory, minute, quietStory, type Surroundings, type Watch } from "./watch.ts";

/** The contract that the rules of a service were made from. */
export interface ServiceContract {
  readonly service: string;
  readonly team: string;
  readonly job: string;
  readonly metric: string;
  readonly version: string;
  readonly hash: string;
}

function mismatch(
  { select, series }: Surroundings,
  { service, team, job, metric, version, hash }: ServiceContract,
): Watch {
  const by = ["version", "hash"];
  const other = (label: string, value: string) => count(select(metric, { job, [label]: { op: "!=", value } }), by);
  const built = (labels: { readonly version: string; readonly hash: string }) =>
    series(metric, { job, instance: labels.hash, ...labels });
  const [otherHash, otherVersion] = [
    { version, hash: "0123456789ab" },
    { version: `${version}-next`, hash },
  ];
  const running = (labels: { readonly version: string; readonly hash: string }) =>
    [
      { of: built({ version, hash }), well: 1, ill: "absent" },
      { of: built(labels), well: "absent", ill: 1 },
    ] as const;
  return {
    id: `contract-${service}`,
    alert: "LlmContractMismatch",
    expr: or(other("hash", hash), other("version", version)),
    forSeconds: 15 * minute,
    severity: "warning",
    labels: { service, team },
    condition: `a pod of ${job} has run another contract than ${hash} (version ${version}) for 15 minutes`,
    summary: `${service}: {{ $value | humanize }} pods were built with another metric contract than its rules`,
    description:
      `{{ $value | humanize }} pods of ${job} emit the contract {{ $labels.hash }} (version {{ $labels.version }}); the rules of ${service} were made for ${hash} (version ${version}). ` +
      "Series could be missing, have other labels or buckets, or mean something else.",
    stories: [
      levelStory({
        name: "a pod with other metrics, labels or buckets",
        series: running(otherHash),
        forMinutes: 15,
        labels: otherHash,
        value: 1,
      }),
      levelStory({
        name: "a pod with another version of the contract",
        series: running(otherVersion),
        forMinutes: 15,
        labels: otherVersion,
        value: 1,
      }),
      quietStory("the contract that the rules were made from", [[built({ version, hash }), 1]]),
    ],
    runbook: {
      meaning:
        "A running app was built with another metric contract, or another slos/metrics.ts, than the rules were made from.",
      impact: "SLOs may measure nothing, or something else: a bucket is gone, a label was added, a metric renamed.",
      checks: [
        "Which is older, the app or the rules? Compare the version of @llm-slo/metrics in the app with the one here.",
        "Did slos/metrics.ts change its labels or buckets? The app must be built with the same file.",
        "Was synth's output applied, and loaded? See LlmReloadFailed.",
      ],
      causes: [
        "Release: the app has a newer @llm-slo/metrics or slos/metrics.ts, and synth's output wasn't applied.",
        "The rules are newer, and the app hasn't been built since.",
        "A rollout that hangs, or pods of an old version that stayed.",
      ],
      mitigation: ["Deploy the app with the current contract, or run synth and apply what it wrote."],
    },
  };
}

export function contractWatches(around: Surroundings, contracts: readonly ServiceContract[]): readonly Watch[] {
  return contracts.map((contract) => mismatch(around, contract));
}
