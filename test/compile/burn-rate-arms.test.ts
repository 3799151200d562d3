import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ArmSettings, armsFor } from "../../src/compile/burn-rate-arms.ts";
import { printDuration, printNumber } from "../../src/promql/print.ts";
import { armNames } from "../../src/slo/slo.ts";

const minute = 60;
const hour = 3_600;
const day = 24 * hour;

const usual = { periodSeconds: 30 * day, scrapeSeconds: minute };

/** Every objective and period that the checks let through. */
const settings: fc.Arbitrary<ArmSettings> = fc.record(
  {
    objective: fc.integer({ min: 50_000, max: 99_999 }).map((thousandths) => String(thousandths / 1_000)),
    periodSeconds: fc.integer({ min: 7, max: 90 }).map((days) => days * day),
    scrapeSeconds: fc.constantFrom(15, 30, 60),
    expectedPerHour: fc.integer({ min: 1, max: 1e6 }),
    severity: fc.constantFrom("critical" as const, "warning" as const),
    arms: fc.dictionary(
      fc.constantFrom(...armNames),
      fc.constantFrom(false as const, "critical" as const, "warning" as const),
    ),
  },
  { requiredKeys: ["objective", "periodSeconds", "scrapeSeconds"] },
);

function describeArms(objective: number): string {
  const arms = armsFor({ ...usual, objective: String(objective) }).map((arm) => {
    const windows = `${printDuration(arm.longSeconds)}/${printDuration(arm.shortSeconds)}`;
    return `${arm.name} ${windows} over ${printNumber(arm.threshold * 100)}% = ${arm.burnRate}x, ${arm.severity}`;
  });
  return `${objective}%\n${arms.map((arm) => `  ${arm}\n`).join("")}`;
}

describe("the arms of an SLO over 30 days", () => {
  it("suit its objective", () => {
    expect([80, 90, 95, 98, 99, 99.9, 99.99].map(describeArms).join("")).toMatchInlineSnapshot(`
      "80%
        outage 16m/5m over 58% = 2.9x, critical
        medium 6h/30m over 50% = 2.5x, critical
        slow 12h/1h over 36% = 1.8x, warning
        drift 3d/6h over 20% = 1x, warning
      90%
        outage 16m/5m over 58% = 5.8x, critical
        medium 6h/30m over 50% = 5x, critical
        slow 12h/1h over 18% = 1.8x, warning
        drift 3d/6h over 10% = 1x, warning
      95%
        outage 16m/5m over 58% = 11.6x, critical
        medium 6h/30m over 30% = 6x, critical
        slow 12h/1h over 9% = 1.8x, warning
        drift 3d/6h over 5% = 1x, warning
      98%
        outage 16m/5m over 58% = 29x, critical
        fast 1h/5m over 28.8% = 14.4x, critical
        medium 6h/30m over 12% = 6x, critical
        slow 12h/1h over 3.6% = 1.8x, warning
        drift 3d/6h over 2% = 1x, warning
      99%
        fast 1h/5m over 14.4% = 14.4x, critical
        medium 6h/30m over 6% = 6x, critical
        slow 12h/1h over 1.8% = 1.8x, warning
        drift 3d/6h over 1% = 1x, warning
      99.9%
        fast 1h/5m over 1.44% = 14.4x, critical
        medium 6h/30m over 0.6% = 6x, critical
        slow 12h/1h over 0.18% = 1.8x, warning
        drift 3d/6h over 0.1% = 1x, warning
      99.99%
        fast 1h/5m over 0.144% = 14.4x, critical
        medium 6h/30m over 0.06% = 6x, critical
        slow 12h/1h over 0.018% = 1.8x, warning
        drift 3d/6h over 0.01% = 1x, warning
      "
    `);
  });

  it("exceed a paging threshold within 10 minutes of a total outage", () => {
    for (const objective of ["80", "90", "95", "98", "99", "99.9", "99.99"]) {
      const pages = armsFor({ ...usual, objective }).filter(({ severity }) => severity === "critical");
      const minutes = pages.map(({ threshold, longSeconds }) => (threshold * longSeconds) / minute);
      expect(Math.min(...minutes), objective).toBeLessThan(10);
    }
  });
});

describe("the arms of any SLO", () => {
  const holds = (rule: (arms: ReturnType<typeof armsFor>, settings: ArmSettings) => void) =>
    fc.assert(
      fc.property(settings, (of) => rule(armsFor(of), of)),
      { numRuns: 500 },
    );

  it("can all fire: no bad share they ask for is out of reach", () => {
    holds((arms) => {
      for (const { threshold } of arms) expect(threshold).toBeLessThan(1);
      for (const { threshold } of arms) expect(threshold).toBeGreaterThan(0);
    });
  });

  it("ask for less the slower they are, and only the slow ones look far back", () => {
    holds((arms) => {
      arms.slice(1).forEach((slower, index) => {
        const faster = arms[index];
        expect(slower.threshold).toBeLessThan(faster?.threshold ?? 0);
        expect(slower.longSeconds).toBeGreaterThan(faster?.longSeconds ?? 0);
        expect(slower.shortSeconds).toBeGreaterThanOrEqual(faster?.shortSeconds ?? 0);
      });
    });
  });

  it("have long windows of a quarter of an hour to a quarter of the period", () => {
    holds((arms, { periodSeconds }) => {
      for (const { longSeconds } of arms) {
        expect(longSeconds).toBeGreaterThanOrEqual(15 * minute);
        expect(longSeconds).toBeLessThanOrEqual(periodSeconds / 4);
      }
    });
  });

  it("have short windows of at least 5 minutes and 4 scrapes, which end before the long ones", () => {
    holds((arms, { scrapeSeconds }) => {
      for (const { longSeconds, shortSeconds } of arms) {
        expect(shortSeconds).toBeGreaterThanOrEqual(Math.max(5 * minute, 4 * scrapeSeconds));
        expect(shortSeconds).toBeLessThan(longSeconds);
      }
    });
  });

  it("have windows of whole minutes, from a day on of whole hours", () => {
    holds((arms) => {
      for (const window of arms.flatMap(({ longSeconds, shortSeconds }) => [longSeconds, shortSeconds])) {
        expect(window % (window >= day ? hour : minute)).toBe(0);
      }
    });
  });

  it("say how fast they let the budget burn, and that is never slower than the period allows", () => {
    holds((arms, { objective }) => {
      const budget = 1 - Number(objective) / 100;
      for (const { threshold, burnRate } of arms) {
        expect(burnRate).toBeGreaterThanOrEqual(1);
        expect(burnRate).toBeCloseTo(threshold / budget, 3);
      }
    });
  });

  it("have spent at most a quarter of the budget by the time they fire", () => {
    holds((arms, { periodSeconds }) => {
      for (const { burnRate, longSeconds } of arms)
        expect((burnRate * longSeconds) / periodSeconds).toBeLessThanOrEqual(0.25);
    });
  });

  it("page at every objective, unless the user wants no pages", () => {
    holds((_, { objective, periodSeconds, scrapeSeconds }) => {
      const severities = armsFor({ objective, periodSeconds, scrapeSeconds }).map(({ severity }) => severity);
      expect(severities[0]).toBe("critical");
    });
  });

  it("are those the user left on, at most as severe as the user said", () => {
    holds((arms, of) => {
      const all = armsFor({ ...of, arms: {} });
      expect(arms.map(({ name }) => name)).toEqual(
        all.map(({ name }) => name).filter((name) => of.arms?.[name as "fast"] !== false),
      );
      for (const { name, severity } of arms) {
        const wanted = of.arms?.[name as "fast"];
        if (of.severity === "warning") expect(severity).toBe("warning");
        else if (wanted) expect(severity).toBe(wanted);
      }
    });
  });
});

describe("the windows of arms", () => {
  const windowsOf = (days: number, scrapeSeconds = minute) =>
    armsFor({ objective: "99.9", periodSeconds: days * day, scrapeSeconds })
      .map(
        ({ name, longSeconds, shortSeconds }) => `${name} ${printDuration(longSeconds)}/${printDuration(shortSeconds)}`,
      )
      .join(", ");

  it("scale with the period", () => {
    expect([7, 28, 30, 90].map((days) => `${days}d: ${windowsOf(days)}\n`).join("")).toMatchInlineSnapshot(`
      "7d: fast 15m/5m, medium 1h24m/7m, slow 2h48m/14m, drift 16h48m/1h24m
      28d: fast 56m/5m, medium 5h36m/28m, slow 11h12m/56m, drift 2d19h/5h36m
      30d: fast 1h/5m, medium 6h/30m, slow 12h/1h, drift 3d/6h
      90d: fast 3h/15m, medium 18h/1h30m, slow 1d12h/3h, drift 9d/18h
      "
    `);
  });

  it("don't depend on the scrape interval, as long as 4 scrapes fit", () => {
    expect(windowsOf(30, 15)).toBe(windowsOf(30, 60));
  });
});
