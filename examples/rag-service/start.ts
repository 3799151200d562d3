// Puts the example together.
import { startApp } from "./app.ts";
import { startEvaluation } from "./evaluation.ts";
import { createFaults, type Faults, serveFaults } from "./faults.ts";
import { createFeatures } from "./features.ts";
import { startProvider } from "./provider.ts";
import { type Rates, startTraffic } from "./traffic.ts";

export interface ExampleOptions {
  /** The same seed draws the same latencies, tokens and users. Default: 1. */
  readonly seed?: number;
  /** How many times faster than life provider, timeouts and users are. Default: 1. */
  readonly speed?: number;
  /** Default: 900. */
  readonly evaluateEverySeconds?: number;
  /** Requests a minute of life, by feature; 0 for none. Default: what slos/ expects, 10, 5 and 0.5. */
  readonly requestsPerMinute?: Partial<Rates>;
  /** The provider whose requests faults hit. Default: both. */
  readonly faultyProvider?: "openai" | "anthropic";
  /** Port of the service. Default: a free one. */
  readonly port?: number;
  /** Port of the fault switches. Default: a free one. */
  readonly faultsPort?: number;
  /** Address that the service listens on; the fault switches are always on 127.0.0.1. Default: 127.0.0.1. */
  readonly host?: string;
}

export interface Example {
  readonly url: string;
  readonly metricsUrl: string;
  readonly faultsUrl: string;
  readonly providerUrl: string;
  readonly faults: Faults;
  /** Ends everything. What is under way is broken off. */
  stop(): Promise<void>;
}

/** Requests a minute that slos/ expects. */
export const usualTraffic: Rates = { rag_pipeline: 10, ticket_classifier: 5, document_extractor: 0.5 };

export async function startExample(options: ExampleOptions = {}): Promise<Example> {
  const { seed = 1, speed = 1, evaluateEverySeconds = 900, port = 0, faultsPort = 0, host = "127.0.0.1" } = options;
  const faults = createFaults(seed);
  const control = await serveFaults(faults, faultsPort);
  const faulty = options.faultyProvider;
  const provider = await startProvider({ seed, speed, faults, ...(faulty ? { faulty } : {}) });
  const evaluation = startEvaluation({ seed, everySeconds: evaluateEverySeconds, faults });
  const features = createFeatures(provider.url, speed);
  const app = await startApp({ features, onAnswer: evaluation.add, port, host });
  const requestsPerMinute = { ...usualTraffic, ...options.requestsPerMinute };
  const traffic = startTraffic({ url: app.url, seed, speed, requestsPerMinute });
  return {
    url: app.url,
    metricsUrl: `${app.url}/metrics`,
    faultsUrl: `${control.url}/faults`,
    providerUrl: provider.url,
    faults,
    async stop() {
      evaluation.stop();
      await traffic.stop();
      await Promise.all([app.close(), provider.close(), control.close()]);
    },
  };
}
