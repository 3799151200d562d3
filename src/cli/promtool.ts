import { execFile } from "node:child_process";

/** What became of one promtool test file. */
export interface TestRun {
  readonly passed: boolean;
  /** promtool's own words. */
  readonly output: string;
  readonly seconds: number;
}

/** Runs `promtool test rules` on one file, in that file's folder. Never rejects: a failure to start is a failed run. */
export function testRules(promtool: string, folder: string, file: string): Promise<TestRun> {
  const began = performance.now();
  return new Promise((done) => {
    execFile(promtool, ["test", "rules", file], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim();
      done({
        passed: error === null,
        output: output || String(error ?? ""),
        seconds: (performance.now() - began) / 1000,
      });
    });
  });
}
