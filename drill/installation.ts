// The monitoring of a drill: one version of Prometheus with the generated rules, one of Alertmanager with the generated routes.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { alertmanagerFiles } from "../src/backends/alertmanager/alertmanager.ts";
import { ruleFiles } from "../src/backends/prometheus/rules.ts";
import type { Tool } from "../src/cli/tools.ts";
import type { Plan } from "../src/plan/plan.ts";
import { printDuration } from "../src/promql/print.ts";
import { alertmanagerConfig } from "./alertmanager-config.ts";
import { writeHistory } from "./history.ts";
import { type Delivery, type Labels, openMailbox } from "./mailbox.ts";
import { prometheusConfig, type Scraping } from "./prometheus-config.ts";
import { type Clock, scalePlan } from "./scale-plan.ts";
import { freePort, type ServerProcess, startServer } from "./server-process.ts";
import { usualOf } from "./usual.ts";

/** The binaries of one installation. */
export interface Tools {
  readonly prometheus: Tool;
  readonly alertmanager: Tool;
  readonly promtool: Tool;
}

/** An alert as Prometheus has it now. */
export interface ActiveAlert {
  readonly labels: Labels;
  readonly state: "pending" | "firing";
}

export interface Installation {
  readonly tools: Tools;
  /** What the receivers were told, oldest first. */
  readonly deliveries: readonly Delivery[];
  startPrometheus(): Promise<void>;
  /** Ends Prometheus; its data stays. */
  stopPrometheus(): Promise<void>;
  startAlertmanager(): Promise<void>;
  /** Changes what Prometheus scrapes. */
  scrape(change: Pick<Scraping, "pods">): Promise<void>;
  /** The value of a query with one result; undefined where it has none. @throws Error where Prometheus doesn't answer. */
  value(promql: string): Promise<number | undefined>;
  alerts(): Promise<readonly ActiveAlert[]>;
  /** Rule evaluations that Prometheus left out since it started. */
  evaluationsMissed(): Promise<number>;
  /** Seconds that the slowest scrape of the last minutes took. */
  slowestScrape(): Promise<number>;
  /** Ends everything and removes its data. */
  stop(): Promise<void>;
}

/** Prometheus' defaults in life's seconds: how far back a value counts, how often a firing alert is sent again, what a restart may cost. */
const defaultSeconds = {
  "query.lookback-delta": 300,
  "rules.alert.resend-delay": 60,
  "rules.alert.for-grace-period": 600,
  "rules.alert.for-outage-tolerance": 3_600,
};

async function get<T>(url: string): Promise<T> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const { data, error } = (await response.json()) as { readonly data: T; readonly error?: string };
  if (error !== undefined) throw new Error(error);
  return data;
}

async function writeFiles(plan: Plan, clock: Clock, folder: string, url: string): Promise<void> {
  await Promise.all(["rules", "templates", "alertmanager"].map((name) => mkdir(join(folder, name))));
  for (const { path, content } of ruleFiles(scalePlan(plan, clock))) {
    await writeFile(join(folder, "rules", basename(path)), content);
  }
  for (const { path, content } of alertmanagerFiles(plan)) {
    if (path.endsWith(".tmpl")) await writeFile(join(folder, "templates", basename(path)), content);
  }
  const templates = join(folder, "templates/*.tmpl");
  const config = alertmanagerConfig(plan, { factor: clock.factor, url, templates });
  await writeFile(join(folder, "alertmanager.yml"), config);
}

/** Makes the files of an installation, with a quiet month before now, and starts nothing yet. `plan` is in life's time. */
export async function prepare(tools: Tools, plan: Plan, clock: Clock, pods: readonly string[]): Promise<Installation> {
  const folder = await mkdtemp(join(tmpdir(), "llm-slo-drill-"));
  const mailbox = await openMailbox();
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const url = `http://127.0.0.1:${ports.prometheus}`;
  const config = join(folder, "prometheus.yml");
  const data = join(folder, "data");
  let scraping: Scraping = {
    pods,
    alertmanager: `127.0.0.1:${ports.alertmanager}`,
    rules: join(folder, "rules/*.yaml"),
  };
  let prometheus: ServerProcess | undefined;
  let alertmanager: ServerProcess | undefined;
  const value = async (promql: string) => {
    const query = new URLSearchParams({ query: promql });
    const { result } = await get<{ readonly result: readonly { readonly value: readonly [number, string] }[] }>(
      `${url}/api/v1/query?${query}`,
    );
    return result[0] && Number(result[0].value[1]);
  };
  const writeConfig = () => writeFile(config, prometheusConfig(scalePlan(plan, clock), scraping));

  await writeFiles(plan, clock, folder, mailbox.url);
  await writeConfig();
  const nowSeconds = Math.floor(Date.now() / 1_000);
  await writeHistory(plan, {
    promtool: tools.promtool.path,
    data,
    folder,
    factor: clock.factor,
    nowSeconds,
    usual: usualOf,
  });
  return {
    tools,
    deliveries: mailbox.deliveries,
    async startPrometheus() {
      const scaled = Object.entries(defaultSeconds).map(
        ([flag, seconds]) => `--${flag}=${printDuration(seconds / clock.factor)}`,
      );
      const own = [`--config.file=${config}`, `--storage.tsdb.path=${data}`];
      const listen = `--web.listen-address=127.0.0.1:${ports.prometheus}`;
      prometheus = await startServer(tools.prometheus.path, [...own, listen, ...scaled], url);
    },
    async stopPrometheus() {
      await prometheus?.stop();
    },
    async startAlertmanager() {
      const args = [
        `--config.file=${join(folder, "alertmanager.yml")}`,
        `--storage.path=${join(folder, "alertmanager")}`,
        `--web.listen-address=127.0.0.1:${ports.alertmanager}`,
        "--cluster.listen-address=",
      ];
      alertmanager = await startServer(tools.alertmanager.path, args, `http://127.0.0.1:${ports.alertmanager}`);
    },
    async scrape(change) {
      scraping = { ...scraping, ...change };
      await writeConfig();
      prometheus?.reload();
    },
    value,
    async alerts() {
      return (await get<{ readonly alerts: readonly ActiveAlert[] }>(`${url}/api/v1/alerts`)).alerts;
    },
    async evaluationsMissed() {
      const text = await (await fetch(`${url}/metrics`)).text();
      const counts = text.matchAll(/^prometheus_rule_group_iterations_missed_total\{.*\} (\S+)$/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    },
    async slowestScrape() {
      return (await value("max(max_over_time(scrape_duration_seconds[10m]))")) ?? 0;
    },
    async stop() {
      await Promise.all([prometheus?.stop(), alertmanager?.stop(), mailbox.close()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
