import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missing } from "../../preview/set-up.ts";

describe("npm run preview", () => {
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "preview-"));
    await mkdir(join(folder, "node_modules/@grafana/ui"), { recursive: true });
    await writeFile(join(folder, "chromium"), "");
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("says how to get what it lacks", () => {
    const text = missing(join(folder, "none"), "").join("\n");
    expect(text).toContain("npm ci --prefix preview");
    expect(text).toContain("apt-get install chromium");
  });

  it("asks for nothing where both are there", () => {
    expect(missing(join(folder, "node_modules"), `/nowhere:${folder}`)).toEqual([]);
  });
});
