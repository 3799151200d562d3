import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("a failure of a recorded client is unhandled exactly where that of a bare one is", async () => {
  const script = "test/metrics/support/unhandled-rejections.ts";
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--conditions=llm-slo-source", "--import", "tsx", script]);
  const counts: Record<string, Record<string, readonly [number, number]>> = JSON.parse(stdout);
  expect(Object.keys(counts)).toHaveLength(4);
  for (const [sdk, uses] of Object.entries(counts)) {
    expect(uses.ignored, sdk).toEqual([1, 1]);
    expect(uses.handled, sdk).toEqual([0, 0]);
    for (const [use, [bare, recorded]] of Object.entries(uses)) expect(recorded, `${sdk}, ${use}`).toBe(bare);
  }
});
