// What can be wrong in slos/: every id there is, and how a diagnostic reads.

/** Every diagnostic by its id, which is the same in code, output, documentation and tests. */
export const diagnosticIds = {
  "missing-file": "A file that slos/ can't do without isn't there.",
  "syntax-error": "A file isn't TypeScript.",
  "unresolved-import": "An import names a file, a package or an export that doesn't exist.",
  "load-failed": "A file throws while it is loaded.",
  "wrong-export": "A file's default export isn't what its name promises.",
  "unknown-field": "A field that nothing reads, usually misspelt.",
  "missing-field": "A field that must be there isn't.",
  "invalid-field": "A value of the wrong type or form.",
  "invalid-id": "The id of a service or an SLO isn't a DNS label.",
  "duplicate-service": "Two files define services of one id.",
  "no-slos": "A service without SLOs.",
  "unknown-team": "A team that slos/organisation.ts doesn't have.",
  "unknown-receiver": "A receiver that slos/organisation.ts doesn't have.",
  "missing-receiver": "A stack doesn't say what a receiver is there.",
  "missing-smtp": "A receiver is mailed to in a stack without a mail server.",
  "alertmanager-too-old": "A receiver that the Alertmanager of the stack doesn't know.",
  "unknown-service": "A stack speaks of a service that no file defines.",
  "unknown-feature": "A feature that the service's metric source doesn't have.",
  "unknown-model": "A model that the service's metric source doesn't have.",
  "unknown-label": "A label that the metric source doesn't have.",
  "unknown-value": "A label value that the metric source doesn't have.",
  "unknown-metric": "A metric that the contract doesn't have.",
  "unknown-evaluator": "An evaluator that the metric source doesn't have.",
  "unknown-check": "A check that the metric source doesn't have.",
  "unknown-indicator": "An SLO of a kind that doesn't exist.",
  "invalid-label": "A name that Prometheus refuses as a label, or that is taken.",
  "invalid-template": "A template in a label or an annotation that Prometheus can't read.",
  "invalid-buckets": "Bucket boundaries that aren't positive numbers in ascending order.",
  "not-a-bucket": "A threshold that no bucket of the histogram ends at: the share below it can't be known.",
  "objective-out-of-range": "An objective that leaves no error budget, or nothing but budget.",
  "cadence-out-of-range":
    "Evaluations so frequent that a batch is no batch, or so rare that no window holds enough of them.",
  "period-out-of-range": "A period that is too short for its windows, or too long to keep.",
  "retention-too-short": "Prometheus forgets sooner than an SLO's period ends.",
  "rules-too-large": "A service with more rules than one object of Kubernetes holds.",
  "component-off": "A component of the stack needs another one that is off.",
  "signal-not-published": "The metric source doesn't publish what an SLO measures.",
  "invalid-promql": "PromQL that Prometheus would refuse, or that isn't a rate of events.",
  "unknown-time-zone": "A time zone that doesn't exist.",
  "edited-by-hand": "A generated file was changed since synth wrote it.",
  "not-ours": "A file that synth didn't write is where it wants to write one.",
} as const satisfies Readonly<Record<string, string>>;

export type DiagnosticId = keyof typeof diagnosticIds;

/** One mistake of the user's, where it is, and what to write instead. */
export interface Diagnostic {
  readonly id: DiagnosticId;
  /** Relative to where the command runs. */
  readonly file: string;
  readonly service?: string;
  readonly slo?: string;
  /** A path within the SLO, or within the file's default export. @example "scrape.jobs" */
  readonly field?: string;
  /** Both count from 1. */
  readonly line?: number;
  readonly column?: number;
  /** What is wrong, quoting it, without a full stop. */
  readonly problem: string;
  /** What to write instead: a sentence. */
  readonly instead: string;
}

/** A mistake in a file that the finder doesn't know. */
export type Finding = Omit<Diagnostic, "file" | "service" | "line" | "column">;

/**
 * One diagnostic on one line.
 * @example "slos/support-chat.ts › answer-latency › below: 3s is not a bucket boundary of ... Use 2s or 4s. [not-a-bucket]"
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  return `${placeOf(diagnostic)}: ${messageOf(diagnostic)}`;
}

/** Where it is: `file:line:column` as far as known, then the SLO and the field. */
export function placeOf({ file, line, column, slo, field }: Diagnostic): string {
  const position = [file, line, column].filter((part) => part !== undefined).join(":");
  return [position, slo, field].filter((part) => part !== undefined).join(" › ");
}

/** What is wrong and what would be right, with the id. */
export function messageOf({ problem, instead, id }: Pick<Diagnostic, "problem" | "instead" | "id">): string {
  return `${problem}. ${instead} [${id}]`;
}

const inOrder = (a: string | number, b: string | number) => (a < b ? -1 : a > b ? 1 : 0);

/** Without repetitions, by file, position, SLO and field: the same mistakes always give the same list. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const unique = new Map(diagnostics.map((diagnostic) => [formatDiagnostic(diagnostic), diagnostic]));
  return [...unique.values()].sort(
    (a, b) =>
      inOrder(a.file, b.file) ||
      inOrder(a.line ?? 0, b.line ?? 0) ||
      inOrder(a.column ?? 0, b.column ?? 0) ||
      inOrder(formatDiagnostic(a), formatDiagnostic(b)),
  );
}
