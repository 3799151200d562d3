// The real amtool and Alertmanager, in every version there is, on generated files.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { parse, stringify } from "yaml";
import { findTools } from "../../src/cli/tools.ts";
import { alertmanagerFolders } from "../../src/plan/conventions.ts";
import type { GeneratedFile } from "../../src/plan/generated-file.ts";

const run = promisify(execFile);

export type Labels = Readonly<Record<string, string>>;

export interface Installation {
  /** @example "0.33.1" */
  readonly name: string;
  /** The folder of amtool and alertmanager; absent where there is none, and `name` says so. */
  readonly path?: string;
  /** Whether it has webhooks with `url_file`, and Microsoft Teams. */
  readonly isNew: boolean;
}

async function find(): Promise<readonly Installation[]> {
  const found = (await findTools("amtool")).filter(({ path }) => existsSync(join(dirname(path), "alertmanager")));
  if (found.length === 0) return [{ name: "skipped: no amtool and alertmanager in .tools or PATH", isNew: false }];
  return found.map(({ path, version }) => ({
    name: version,
    path: dirname(path),
    isNew: Number(version.split(".")[1]) >= 28,
  }));
}

/** Every version there is; one row that says why, where there is none. */
export const installations = await find();

/** The files of the alertmanager backend in a folder of their own, as they lie in the cluster. */
export class Alerting {
  readonly folder = mkdtempSync(join(tmpdir(), "llm-slo-alerting-"));
  readonly config = join(this.folder, "alertmanager.yaml");

  /** `edit` changes the configuration before it is written. */
  constructor(files: readonly GeneratedFile[], edit: (config: Config) => object = (config) => config) {
    mkdirSync(join(this.folder, "templates"));
    for (const { path, content } of files) writeFileSync(this.#place(path), content);
    const file = files.find(({ path }) => path === "alertmanager/alertmanager.yaml");
    const here = file?.content.replaceAll(dirname(alertmanagerFolders.templates), this.folder) ?? "";
    writeFileSync(this.config, stringify(edit(parse(here) as Config), { schema: "yaml-1.1" }));
  }

  #place(path: string): string {
    return join(this.folder, path.replace("alertmanager/", ""));
  }

  /** amtool on the configuration itself. */
  async run(installation: Installation, command: string): Promise<string> {
    return this.amtool(installation, command, this.config);
  }

  async amtool({ path = "" }: Installation, ...args: readonly string[]): Promise<string> {
    const { stdout } = await run(join(path, "amtool"), args);
    return stdout;
  }

  /** Which receivers an alert reaches. */
  async receiversOf(installation: Installation, labels: Labels): Promise<readonly string[]> {
    const pairs = Object.entries(labels).map(([label, value]) => `${label}=${value}`);
    const args = ["config", "routes", "test", `--config.file=${this.config}`, ...pairs];
    return (await this.amtool(installation, ...args)).trim().split(",");
  }

  /** A text of templates, filled with a group of alerts. */
  async render(installation: Installation, text: string, data: object): Promise<string> {
    const file = join(mkdtempSync(join(this.folder, "data-")), "data.json");
    writeFileSync(file, JSON.stringify(data));
    const glob = `--template.glob=${join(this.folder, "templates/*.tmpl")}`;
    return this.amtool(installation, "template", "render", glob, `--template.data=${file}`, `--template.text=${text}`);
  }

  /** Runs Alertmanager on a free port of this machine. */
  async start({ path = "" }: Installation): Promise<RunningAlertmanager> {
    const flags = [
      "--web.listen-address=127.0.0.1:0",
      "--cluster.listen-address=",
      `--storage.path=${mkdtempSync(join(this.folder, "storage-"))}`,
    ];
    const server = spawn(join(path, "alertmanager"), [`--config.file=${this.config}`, ...flags]);
    const withUs = () => server.kill("SIGKILL");
    process.once("exit", withUs);
    let address: string | undefined;
    for await (const line of createInterface(server.stderr)) {
      address = /Listening on.*address=(\S+)/.exec(line)?.[1];
      if (address !== undefined) break;
    }
    server.stderr.resume();
    if (address === undefined) throw new Error(`Alertmanager did not start with ${this.config}`);
    const stop = async () => {
      process.off("exit", withUs);
      if (server.exitCode === null && server.kill()) await once(server, "exit");
    };
    return new RunningAlertmanager(`http://${address}`, stop);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

/** Makes such folders, which are gone after the file's tests. */
export function alertingFolders(): (...args: ConstructorParameters<typeof Alerting>) => Alerting {
  const made: Alerting[] = [];
  afterAll(() => {
    for (const alerting of made) alerting.remove();
  });
  return (...args) => {
    const alerting = new Alerting(...args);
    made.push(alerting);
    return alerting;
  };
}

export interface Config {
  readonly route: object;
  readonly receivers: readonly { readonly name: string }[];
}

/** The same routes, in words that every version knows: receivers without what they do. */
export function withoutIntegrations(config: Config): object {
  return { ...config, receivers: config.receivers.map(({ name }) => ({ name })) };
}

export interface PostedAlert {
  readonly labels: Labels;
  readonly fingerprint: string;
  readonly status: { readonly state: string; readonly inhibitedBy: readonly string[] };
}

export class RunningAlertmanager {
  readonly #url: string;
  readonly stop: () => Promise<void>;

  constructor(url: string, stop: () => Promise<void>) {
    this.#url = url;
    this.stop = stop;
  }

  async post(alerts: readonly { readonly labels: Labels; readonly endsAt?: string }[]): Promise<void> {
    const answer = await fetch(`${this.#url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(alerts),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  async alerts(): Promise<readonly PostedAlert[]> {
    return (await (await fetch(`${this.#url}/api/v2/alerts`)).json()) as readonly PostedAlert[];
  }
}
