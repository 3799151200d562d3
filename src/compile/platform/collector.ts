// The OpenTelemetry collector: telemetry that it refuses or loses. Langfuse has no Prometheus metrics, so that its ingestion fails shows here.
import { gt, or, rate, sum } from "../../promql/build.ts";
import { counterStories, minute, type Surroundings, type Watch } from "./watch.ts";

const signals = [
  { name: "spans", word: "spans" },
  { name: "metric_points", word: "metrics" },
  { name: "log_records", word: "logs" },
] as const;

/** The collector's own reader of metrics decides whether counters end in _total (its default leaves it out, one of your own doesn't). */
const eitherName = (metric: string) => ({ __name__: { op: "=~", value: `${metric}(_total)?` } }) as const;

function losesData({ select, series }: Surroundings, { name, word }: (typeof signals)[number]): Watch {
  const failing = (metric: string, by: string) =>
    gt(sum(rate(select("", eitherName(`otelcol_${metric}_${name}`)), 10 * minute), [by]), 0);
  const pod = { instance: "otel-collector" };
  const exporter = { exporter: "otlphttp/langfuse" };
  const receiver = { receiver: "otlp" };
  return {
    id: `collector-loses-${word}`,
    alert: "LlmCollectorLosesData",
    expr: or(
      or(failing("exporter_send_failed", "exporter"), failing("exporter_enqueue_failed", "exporter")),
      failing("receiver_refused", "receiver"),
    ),
    forSeconds: 5 * minute,
    severity: "warning",
    labels: { signal: word },
    condition: `the collector fails to pass ${word} on, or refuses them, for 5 minutes`,
    summary: `the collector loses ${word} ({{ $labels.exporter }}{{ $labels.receiver }})`,
    description:
      `The collector loses ${word} at {{ $labels.exporter }}{{ $labels.receiver }}: an exporter gave up on them, its queue is full, or a receiver refuses them. ` +
      "What is lost isn't in traces or dashboards.",
    stories: counterStories({
      counters: [
        {
          what: `an exporter gives up on ${word}`,
          of: series(`otelcol_exporter_send_failed_${name}_total`, { ...pod, ...exporter }),
          labels: exporter,
        },
        {
          what: `the queue of an exporter is full of ${word}`,
          of: series(`otelcol_exporter_enqueue_failed_${name}`, { ...pod, ...exporter }),
          labels: exporter,
        },
        {
          what: `a receiver refuses ${word}`,
          of: series(`otelcol_receiver_refused_${name}`, { ...pod, ...receiver }),
          labels: receiver,
        },
      ],
      windowMinutes: 10,
      forMinutes: 5,
    }),
    runbook: {
      meaning:
        "The collector can't pass telemetry on: an exporter failed for good, its queue is full, or a receiver refuses what apps send.",
      impact:
        "Traces, metrics or logs are missing at the exporter named. Langfuse publishes no metrics of its own: its ingestion failing shows as its exporter here.",
      checks: [
        "Which exporter or receiver, and which signal? The alert's labels say.",
        "Does the system behind the exporter run and answer? For Langfuse: web, worker, and its data stores.",
        "Is the key still valid? 401 and 400 are given up on at once; see the collector's log.",
        "Is the collector short of memory? Then its receivers refuse: look at otelcol_exporter_queue_size and its memory.",
      ],
      causes: [
        "The system behind the exporter is down, full or too slow.",
        "The key was revoked or is a placeholder.",
        "The collector is short of memory for the traffic there is.",
      ],
      mitigation: ["Bring back the system behind the exporter.", "Add collectors or memory.", "Sample more strictly."],
    },
  };
}

export function collectorWatches(around: Surroundings): readonly Watch[] {
  return signals.map((signal) => losesData(around, signal));
}
