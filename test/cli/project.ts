// A project of a user's, and the real command run in it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import { makeProject, repository } from "../slo/cases.ts";

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const loader = join(repository, "node_modules/tsx/dist/loader.mjs");
const projects: string[] = [];
afterAll(() => {
  for (const folder of projects) rmSync(folder, { recursive: true });
});

/** A project with the slos/ folder of test/slo/base: one service, one SLO. */
export class Project {
  readonly folder: string;

  constructor(packageJson?: object) {
    this.folder = makeProject(packageJson);
    projects.push(this.folder);
    cpSync(join(repository, "test/slo/base"), this.folder, { recursive: true });
  }

  /** Runs `llm-slo` as `npm run` does here. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    return this.start(
      ["--conditions=llm-slo-source", "--import", loader, join(repository, "src/cli/main.ts"), ...args],
      env,
    );
  }

  synth(...args: readonly string[]): Run {
    return this.run(["synth", ...args]);
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    const { CI: _, GITHUB_ACTIONS: __, FORCE_COLOR: ___, ...inherited } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: this.folder,
      env: { ...inherited, ...env },
      encoding: "utf8",
    });
    return { code: status, stdout, stderr };
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.folder, path));
  }

  remove(path: string): void {
    rmSync(join(this.folder, path), { recursive: true });
  }

  /** Content and time of every file below a folder. */
  snapshot(path = "generated"): Readonly<Record<string, { readonly content: string; readonly changed: number }>> {
    const root = join(this.folder, path);
    if (!existsSync(root)) return {};
    const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const entries = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    return Object.fromEntries(
      entries.map((file) => [
        file.slice(root.length + 1),
        { content: readFileSync(file, "utf8"), changed: statSync(file).mtimeMs },
      ]),
    );
  }
}

export const rules = "generated/prometheus/rules/support-chat.yaml";

/** A service like the base's, with other SLOs. */
export function serviceFile(id: string, slos: string): string {
  return `import { errorRate, latency, rateLimitRate, service } from "./organisation.ts";

export default service("${id}", {
  team: "assist",
  features: ["support_chat"],
  slos: {
    ${slos},
  },
});
`;
}
