// Single series of apps, for proofs.

/** One series of an app: a metric name and all labels. */
export interface SeriesExample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** The series that one event increments. */
export interface EventExamples {
  readonly good: readonly SeriesExample[];
  readonly bad: readonly SeriesExample[];
  readonly silent: readonly SeriesExample[];
}
