import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { findTools } from "../../src/cli/tools.ts";
import { evaluatedArmsFor } from "../../src/compile/evaluated-arms.ts";
import { printDuration, printNumber } from "../../src/promql/print.ts";
import {
  alertsInThirtyDays,
  cadenceMinutes,
  hoursToAlert,
  hoursToDrift,
  judgedSubject,
  judgeErrors,
  stoppedEvaluator,
} from "./evaluated.ts";

/** `npm run promises` draws with all seeds, on every version; otherwise with the first, on the newest. Proofs hold the rules on all of them. */
const measureAll = process.env.LLM_SLO_PROMISES === "all";
const seeds = measureAll ? ([1, 2, 3] as const) : ([1] as const);
const subject = judgedSubject();
const versions = (await findTools("promtool")).slice(0, measureAll ? undefined : 1);
const reason = "(not found: run scripts/fetch-tools.sh)";
const times = { timeout: 600_000 };

/** What docs/evaluations.md shows, by what was promised: one value for each seed. */
const measured = new Map<string, string[]>();
const note = (what: string, hours: number | undefined) => {
  const text =
    hours === undefined
      ? "never"
      : hours < 1
        ? `${Math.round(hours * 60)} min`
        : `${printNumber(Math.round(hours * 10) / 10)} h`;
  measured.set(what, [...(measured.get(what) ?? []), text]);
};

const cadences = [5, 15, 60, 360] as const;
const objectives = ["95", "80"] as const;

function armRows(): readonly string[] {
  return objectives.flatMap((objective) =>
    cadences.map((minutes) => {
      const arms = evaluatedArmsFor({ objective, periodSeconds: 30 * 86_400, scrapeSeconds: 60 }, minutes * 60).map(
        ({ name, threshold, longSeconds, shortSeconds }) =>
          `${name} ${printNumber(threshold * 100)}% ${printDuration(longSeconds)}/${printDuration(shortSeconds)}`,
      );
      return `| ${objective}% | ${printDuration(minutes * 60)} | ${arms.join(", ")} |`;
    }),
  );
}

describe.each(versions.length > 0 ? versions : [{ version: reason, path: "" }])(
  "a judge that samples 50 items every 15 minutes for an objective of 5 %, on promtool $version",
  ({ path, version }) => {
    const isNewest = version === versions[0]?.version;

    // The older version reads the same rules: once is enough.
    describe.skipIf(path === "").each(isNewest ? seeds : seeds.slice(0, 1))("seed %i", (seed) => {
      it("raises nothing in 30 days at 4 %", times, async () => {
        expect(await alertsInThirtyDays(path, subject, 0.04, seed)).toBeUndefined();
      });

      it("warns within 2 days at 8 %", times, async () => {
        const hours = await hoursToDrift(path, subject, 0.08, 60, seed);
        if (isNewest) note("8 % bad: a warning", hours);
        expect(hours).toBeLessThanOrEqual(48);
      });

      it("warns within 6 hours at 15 %", times, async () => {
        const hours = await hoursToAlert(path, subject, 0.15, { severity: "warning" }, 8, seed);
        if (isNewest) note("15 % bad: a warning", hours);
        expect(hours).toBeLessThanOrEqual(6);
      });

      it("pages within 2 hours at 50 %", times, async () => {
        const hours = await hoursToAlert(path, subject, 0.5, { severity: "critical" }, 4, seed);
        if (isNewest) note("50 % bad: a page", hours);
        expect(hours).toBeLessThanOrEqual(2);
      });

      it(
        "that stops is reported within 3 of its intervals, and quality alerts stay silent for half a day",
        times,
        async () => {
          const { reported, quality, tooFew } = await stoppedEvaluator(path, subject, seed);
          expect(reported).toBeLessThanOrEqual(3 * cadenceMinutes);
          expect([quality, tooFew]).toEqual([undefined, undefined]);
          if (isNewest) note("the evaluator stops: a warning", (reported ?? Number.NaN) / 60);
        },
      );
    });

    it.skipIf(path === "")(
      "whose items all end in errors of the judge is reported, and calls nothing bad",
      times,
      async () => {
        const { hours, quality, others } = await judgeErrors(path, subject);
        expect(hours).toBeLessThanOrEqual(5);
        expect([quality, others]).toEqual([undefined, undefined]);
        if (isNewest) note("every item ends in an error of the judge: a warning", hours);
      },
    );

    // Prometheus 2 counts a sample on both ends of a range, which may move a time by a minute.
    it.skipIf(!isNewest || !version.startsWith("3."))("is as fast as docs/evaluations.md shows", async () => {
      const promised = {
        "8 % bad: a warning": "48 h",
        "15 % bad: a warning": "6 h",
        "50 % bad: a page": "2 h",
        "the evaluator stops: a warning": "45 min",
        "every item ends in an error of the judge: a warning": "5 h",
      };
      const rows = Object.entries(promised).map(
        ([what, within]) => `| ${what} | ${within} | ${measured.get(what)?.join(", ")} |`,
      );
      const text = [
        "# How fast evaluated SLOs are",
        "",
        "Measured on promtool by `test/promises`, never written by hand: a judge samples 50 answers every 15 minutes, at random, for a hallucination rate",
        "below 5 %. Three seeds; after hours or days at 4 %, a rate that raises nothing in 30 days. Times are from the onset.",
        "",
        "| what happens | promised within | measured |",
        "|---|---|---|",
        ...rows,
        "",
        "While the evaluator is stopped, quality alerts don't begin, whatever its last batch said.",
        "",
        "## Arms by cadence, over 30 days",
        "",
        "| objective | evaluated every | arms: bad share over long / short window |",
        "|---|---|---|",
        ...armRows(),
        "",
      ];
      if (measureAll) {
        await expect(text.join("\n")).toMatchFileSnapshot("../../docs/evaluations.md");
        return;
      }
      const shown = await readFile(new URL("../../docs/evaluations.md", import.meta.url), "utf8");
      for (const row of rows) expect(shown).toContain(row.slice(0, -2));
      for (const row of armRows()) expect(shown).toContain(row);
    });
  },
);
