// `npm run drill` from outside: what it says, its exit codes, and that it leaves nothing behind.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { faults } from "../../drill/faults.ts";
import { findInstallations } from "../../drill/find-tools.ts";
import { incidents } from "../../drill/incidents.ts";

const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "drill-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const installations = await findInstallations();

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = root): ChildProcess {
  const command = ["--conditions=llm-slo-source", "--import", import.meta.resolve("tsx"), join(root, "drill/main.ts")];
  return spawn(process.execPath, [...command, ...args], { cwd, env: { ...process.env, NO_COLOR: "1", ...env } });
}

async function run(args: readonly string[], env?: NodeJS.ProcessEnv, cwd?: string) {
  const child = start(args, env, cwd);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const [code] = await once(child, "close");
  return { code: code as number, output };
}

/** Processes of this machine whose command line has a text. */
function processesWith(text: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return commandLine.includes(text) ? [commandLine] : [];
      } catch {
        return [];
      }
    });
}

describe("docs/drill.md", () => {
  const rows = [...readFileSync(join(root, "docs/drill.md"), "utf8").matchAll(/^\| `([a-z-]+)` \| (.+?) \|/gm)];

  it("names every incident and fault, in the drill's own words", () => {
    const there = [...Object.entries(incidents), ...Object.entries(faults)].map(([name, { says }]) => [name, says]);
    expect(rows.map(([, name, says]) => [name, says])).toEqual(there);
  });
});

describe("npm run drill", () => {
  it("names the incidents and faults there are where it is asked for another", async () => {
    const { code, output } = await run(["earthquake"]);
    expect(output).toContain("Allowed choices are errors, slow, rate-limited");
    expect(code).toBe(2);
  });

  it("refuses a fault of an app that is down", async () => {
    const { code, output } = await run(["app-down", "--fault", "app-restarted"]);
    expect(output).toBe("--fault app-restarted needs an app that runs, and in app-down there is none.\n");
    expect(code).toBe(2);
  });

  it("says what to do where Prometheus isn't found", async () => {
    const { code, output } = await run([], { PATH: dirname(process.execPath) }, folder);
    expect(output).toBe(
      "A drill needs prometheus, promtool and alertmanager, and not all were found. Put them on the PATH, or run " +
        "scripts/fetch-tools.sh where Debian packages can be had.\n",
    );
    expect(code).toBe(1);
  });

  it.skipIf(installations.length === 0)("names the versions there are where another is wanted", async () => {
    const { code, output } = await run(["--prometheus", "1"]);
    expect(output).toContain(`only ${installations.map(({ prometheus }) => prometheus.version).join(", ")}.`);
    expect(code).toBe(1);
  });

  it.skipIf(installations.length === 0 || !existsSync("/proc"))("ends everything it started, and removes its files, at Ctrl-C", async () => {
    const child = start([], { TMPDIR: folder });
    let said = "";
    child.stderr?.on("data", (chunk) => (said += chunk));
    await expect.poll(() => processesWith(join(folder, "llm-slo-drill")), { timeout: 60_000 }).not.toEqual([]);
    child.kill("SIGINT");
    const [code] = await once(child, "close");
    expect(said).toContain("The drill was interrupted; everything it started has ended.");
    expect(code).toBe(130);
    expect(processesWith(folder)).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.startsWith("llm-slo-drill"))).toEqual([]);
  });
});
