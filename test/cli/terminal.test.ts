import { afterEach, describe, expect, test, vi } from "vitest";
import { colorsFor, drawsProgress, githubAnnotation } from "../../src/cli/terminal.ts";

afterEach(() => vi.unstubAllEnvs());

test("progress is drawn on a terminal that has columns, and nowhere else", () => {
  const stream = (isTTY: boolean, columns: number) => ({ isTTY, columns }) as NodeJS.WriteStream;
  expect([stream(true, 80), stream(true, 0), stream(false, 80)].map(drawsProgress)).toEqual([true, false, false]);
});

describe("colour", () => {
  const stream = (isTTY: boolean) => ({ isTTY }) as NodeJS.WriteStream;

  test.each([
    ["a terminal", true, {}, true],
    ["no terminal", false, {}, false],
    ["no terminal, in CI", false, { CI: "true" }, false],
    ["a terminal with NO_COLOR", true, { NO_COLOR: "1" }, false],
    ["a dumb terminal", true, { TERM: "dumb" }, false],
  ])("%s", (_, isTTY, env, colored) => {
    for (const [name, value] of Object.entries({ NO_COLOR: "", TERM: "xterm", ...env })) vi.stubEnv(name, value);
    expect(colorsFor(stream(isTTY)).red("x") !== "x").toBe(colored);
  });
});

test("annotations escape what GitHub would take for its own", () => {
  const annotation = githubAnnotation({
    id: "load-failed",
    file: "slos/a,b:c.ts",
    problem: "100%\r\nof it",
    instead: "Mend it.",
  });
  expect(annotation).toBe(
    "::error file=slos/a%2Cb%3Ac.ts,title=load-failed::100%25%0D%0Aof it. Mend it. [load-failed]",
  );
});
