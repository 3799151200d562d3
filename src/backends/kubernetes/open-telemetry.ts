// What every OpenTelemetry collector here has: the gateway, the sampler, and Jaeger, which is one as well.

/** Parts of a configuration by their id. */
export type Parts = Readonly<Record<string, object>>;

/** What a signal goes through, by the ids of its parts. */
export interface Pipeline {
  readonly receivers: readonly string[];
  readonly processors: readonly string[];
  readonly exporters: readonly string[];
}

/** Listens on every address, since localhost is the default. Spans hold prompts: the default of 4 MiB would refuse a batch of them. */
export const otlpReceiver: Parts = {
  otlp: {
    protocols: {
      grpc: { endpoint: "0.0.0.0:4317", max_recv_msg_size_mib: 64 },
      http: { endpoint: "0.0.0.0:4318", max_request_body_size: 67_108_864 },
    },
  },
};

/** First in every pipeline: refuses what there is no memory for, so that senders try again. */
export const memoryLimiter: Parts = {
  memory_limiter: { check_interval: "1s", limit_percentage: 80, spike_limit_percentage: 25 },
};

/** Last in every pipeline. 512 spans of long prompts stay below what receivers take. */
export const batch: Parts = { batch: { send_batch_size: 256, send_batch_max_size: 512, timeout: "1s" } };

/** Its own metrics, for Prometheus to scrape. */
export const telemetry = {
  metrics: { readers: [{ pull: { exporter: { prometheus: { host: "0.0.0.0", port: 8888 } } } }] },
};
