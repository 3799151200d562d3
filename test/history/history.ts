// A real Prometheus with a month of the example's history: what its pods and the stack expose, and what the rules of slos/ made of it.
import type { Plan } from "../../src/plan/plan.ts";
import { type PrometheusServer, startPrometheus } from "../support/prometheus-server.ts";
import { sendSamples } from "../support/remote-write.ts";
import { appSamples } from "./app-series.ts";
import { recordRules } from "./rule-series.ts";
import { stackSamples } from "./stack-series.ts";

const flags = ["--web.enable-remote-write-receiver", "--query.max-samples=200000000", "--log.level=error"];
/** Longer than the history: all of it stays in memory, where series may be filled one after the other. */
const hiddenFlags = ["--storage.tsdb.min-block-duration=120d", "--storage.tsdb.max-block-duration=120d"];

/**
 * Starts a Prometheus and fills it, up to `now` of clock.ts. The caller stops it.
 * @param progress is told what is being done.
 */
export async function startHistory(
  version: 2 | 3,
  plan: Plan,
  progress: (text: string) => void = () => {},
): Promise<PrometheusServer> {
  const server = await startPrometheus({ version, config: "global: {}\n", flags, hiddenFlags });
  try {
    progress("drawing a month of the example app's requests");
    const samples = [...appSamples(), ...stackSamples(plan)];
    progress(`writing ${samples.length.toLocaleString("en-US")} series`);
    await sendSamples(server.url, samples);
    progress("evaluating the generated rules over the month");
    await recordRules(server.url, plan);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}
