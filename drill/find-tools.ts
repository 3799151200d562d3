// Which installations this machine can run: a Prometheus and the Alertmanager beside it.
import { dirname } from "node:path";
import { findTools } from "../src/cli/tools.ts";
import type { Tools } from "./installation.ts";

/** Every Prometheus with the promtool and the Alertmanager of its folder, or else of any; the preferred one first. */
export async function findInstallations(): Promise<readonly Tools[]> {
  const [servers, alertmanagers, promtools] = await Promise.all([
    findTools("prometheus"),
    findTools("alertmanager"),
    findTools("promtool"),
  ]);
  return servers.flatMap((prometheus) => {
    const beside = (tools: typeof servers) =>
      tools.find(({ path }) => dirname(path) === dirname(prometheus.path)) ?? tools[0];
    const [alertmanager, promtool] = [beside(alertmanagers), beside(promtools)];
    return alertmanager && promtool ? [{ prometheus, alertmanager, promtool }] : [];
  });
}
