import { describe, expect, it } from "vitest";
import { evaluatedArmsFor } from "../../src/compile/evaluated-arms.ts";
import { printDuration } from "../../src/promql/print.ts";

const minute = 60;
const hour = 3_600;
const day = 86_400;
type Settings = Partial<Parameters<typeof evaluatedArmsFor>[0]>;

const armsOf = (cadenceSeconds: number, settings: Settings = {}) =>
  evaluatedArmsFor({ objective: "95", periodSeconds: 30 * day, scrapeSeconds: 60, ...settings }, cadenceSeconds);
const textOf = (cadenceSeconds: number, settings: Settings = {}) =>
  armsOf(cadenceSeconds, settings).map(
    ({ name, severity, threshold, longSeconds, shortSeconds }) =>
      `${name} ${severity} ${threshold} ${printDuration(longSeconds)}/${printDuration(shortSeconds)}`,
  );

describe("the arms of an evaluated SLO", () => {
  it("are those of the table at a batch every 15 minutes", () => {
    expect(textOf(15 * minute)).toEqual([
      "fast critical 0.3 2h/45m",
      "slow warning 0.0625 6h/1h",
      "drift warning 0.05 3d/6h",
    ]);
  });

  it("follow the cadence", () => {
    expect(textOf(5 * minute)).toEqual([
      "fast critical 0.3 40m/15m",
      "slow warning 0.0625 2h/20m",
      "drift warning 0.05 1d/2h",
    ]);
    expect(textOf(hour)).toEqual([
      "fast critical 0.3 8h/3h",
      "slow warning 0.0625 1d/4h",
      "drift warning 0.05 7d12h/15h",
    ]);
  });

  it("ask for at most half of all items to page, so that a page is possible at every objective", () => {
    expect(textOf(15 * minute, { objective: "75" })[0]).toBe("fast critical 0.5 2h/45m");
    expect(textOf(15 * minute, { objective: "50" })).toEqual(["fast critical 0.5 2h/45m"]);
  });

  it("leave out what coincides where a quarter of the period is short", () => {
    expect(textOf(6 * hour, { periodSeconds: 7 * day })).toEqual([
      "fast critical 0.3 2d/18h",
      "drift warning 0.05 2d/18h",
    ]);
  });

  it.each([5, 7, 15, 20, 45, 60, 90, 180, 360])(
    "hold 8 and 3 batches of every %i minutes, and are kept for one",
    (minutes) => {
      for (const periodSeconds of [7 * day, 28 * day, 90 * day]) {
        for (const objective of ["50", "75", "95", "99", "99.9"]) {
          const arms = armsOf(minutes * minute, { periodSeconds, objective });
          expect(arms.length).toBeGreaterThan(0);
          for (const arm of arms) {
            expect(arm.longSeconds).toBeGreaterThanOrEqual(8 * minutes * minute);
            expect(arm.shortSeconds).toBeGreaterThanOrEqual(3 * minutes * minute);
            expect(arm.longSeconds).toBeLessThanOrEqual(Math.max(periodSeconds / 4 + hour, 8 * minutes * minute));
            expect(arm.longSeconds % (arm.longSeconds >= day ? hour : minute)).toBe(0);
            expect(arm.shortSeconds).toBeLessThan(arm.longSeconds);
            expect(arm.keepFiringForSeconds).toBe(minutes * minute);
            expect(arm.threshold).toBeLessThan(1);
          }
        }
      }
    },
  );

  it("are turned off and softened as users say", () => {
    expect(textOf(15 * minute, { arms: { fast: false, slow: "critical" } })).toEqual([
      "slow critical 0.0625 6h/1h",
      "drift warning 0.05 3d/6h",
    ]);
    expect(armsOf(15 * minute, { severity: "warning" }).map(({ severity }) => severity)).toEqual([
      "warning",
      "warning",
      "warning",
    ]);
  });
});
