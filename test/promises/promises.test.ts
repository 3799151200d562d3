import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import Table from "cli-table3";
import pLimit from "p-limit";
import { beforeAll, describe, expect, it } from "vitest";
import { findTools } from "../../src/cli/tools.ts";
import { printDuration, printNumber } from "../../src/promql/print.ts";
import {
  alertsOfSteadyBurn,
  armMinutes,
  armsThatFire,
  pageMinutes,
  pagesOfFiveBadMinutes,
  resetMinutes,
  startsOfPartialFailure,
  subjectOf,
  warnHours,
} from "./promises.ts";

const objectives = ["20%", "10%", "5%", "1%", "0.1%", "0.01%"] as const;
const periods = ["7d", "28d", "30d"] as const;

/** `npm run promises` measures every set of arms; otherwise each objective is measured over one of the periods. */
const measureAll = process.env.LLM_SLO_PROMISES === "all";
const cases = objectives.flatMap((failing, index) =>
  periods.filter((_, at) => measureAll || at === index % periods.length).map((period) => [failing, period] as const),
);

const [promtool] = await findTools("promtool");

/** Everything measured for one objective and period. */
async function measureRow(path: string, failing: (typeof objectives)[number], period: (typeof periods)[number]) {
  const subject = subjectOf(failing, period);
  const { slo } = subject;
  const workbook = { fast: Math.min(1, 14.4 * slo.budget) * 60, medium: 6 * slo.budget * 360 } as const;
  const compared = slo.arms.filter(({ name }) => period === "30d" && (name === "fast" || name === "medium"));
  return {
    failing,
    period,
    slo,
    firing: await armsThatFire(path, subject),
    pageAt300: await pageMinutes(path, subject, 5),
    pageAt30: await pageMinutes(path, subject, 0.5),
    warnHours: await warnHours(path, subject),
    fiveBadMinutes: await pagesOfFiveBadMinutes(path, subject, 5),
    fiveBadMinutesBusy: await pagesOfFiveBadMinutes(path, subject, 1_000),
    steady: await alertsOfSteadyBurn(path, subject),
    starts: await startsOfPartialFailure(path, subject, 0.5),
    resets: await resetMinutes(path, subject),
    behind: await Promise.all(
      compared.map(
        async (arm) =>
          ((await armMinutes(path, subject, arm)) ?? Number.POSITIVE_INFINITY) -
          (arm.name === "fast" ? workbook.fast : workbook.medium),
      ),
    ),
  };
}

type Row = Awaited<ReturnType<typeof measureRow>>;

function tableOf(rows: readonly Row[]): string {
  const head = [
    "objective",
    "period",
    "arms: bad share over long / short window",
    "outage at 300/h",
    "outage at 30/h",
    "burn of 3",
    "ends after recovery",
  ];
  const plain = {
    top: "",
    "top-mid": "",
    "top-left": "",
    "top-right": "",
    bottom: "",
    "bottom-mid": "",
    "bottom-left": "",
    "bottom-right": "",
    left: "|",
    right: "|",
    middle: "|",
    mid: "-",
    "mid-mid": "|",
    "left-mid": "|",
    "right-mid": "|",
  };
  const table = new Table({ head, chars: plain, style: { head: [], border: [] } });
  for (const { slo, period, pageAt300, pageAt30, warnHours, resets } of rows) {
    const arms = slo.arms.map(
      ({ name, threshold, longSeconds, shortSeconds }) =>
        `${name} ${printNumber(threshold * 100)}% ${printDuration(longSeconds)}/${printDuration(shortSeconds)}`,
    );
    const ends = resets.flatMap(({ arm, minutes }) => (minutes === undefined ? [] : [`${arm.name} ${minutes} min`]));
    table.push([
      slo.objectiveText,
      period,
      arms.join(", "),
      `${pageAt300} min`,
      `${pageAt30} min`,
      `${printNumber(Math.round((warnHours ?? 0) * 10) / 10)} h`,
      ends.join(", "),
    ]);
  }
  const [first = "", second = "", ...rest] = table
    .toString()
    .split("\n")
    .filter((line) => line.trim() !== "");
  return [first, second, ...rest.filter((line) => !/^[|-]+$/.test(line))].join("\n");
}

describe.skipIf(!promtool)(
  `what every set of arms promises, measured on promtool ${promtool?.version ?? "(not found: run scripts/fetch-tools.sh)"}`,
  () => {
    let rows: readonly Row[] = [];
    const long = () => rows.filter(({ period }) => period !== "7d");
    const say = ({ failing, period }: Row) => `${failing} over ${period}`;

    beforeAll(async () => {
      const limit = pLimit(availableParallelism());
      rows = await Promise.all(
        cases.map(([failing, period]) => limit(() => measureRow(promtool?.path ?? "", failing, period))),
      );
    }, 900_000);

    it("has no arm that can't fire", () => {
      expect(rows.map((row) => [say(row), row.firing])).toEqual(rows.map((row) => [say(row), row.slo.arms.length]));
    });

    it("pages a total outage within 15 minutes at five events a minute", () => {
      for (const row of long()) expect(row.pageAt300, say(row)).toBeLessThanOrEqual(15);
    });

    it("pages a total outage at 30 events an hour within 65 minutes, and within 8 at 99.9 %", () => {
      for (const row of long()) expect(row.pageAt30, say(row)).toBeLessThanOrEqual(row.failing === "0.1%" ? 8 : 65);
    });

    it("warns of a burn of 3 within 12 hours that hold 10 expected bad events", () => {
      for (const row of long()) expect(row.warnHours, say(row)).toBeLessThanOrEqual(12);
    });

    it("is at most 3 minutes behind the workbook's arms where confidence costs nothing", () => {
      for (const row of rows) for (const minutes of row.behind) expect(minutes, say(row)).toBeLessThanOrEqual(3);
    });

    it("pages nobody for five bad minutes at 95 % or less, with threefold client retries", () => {
      const lenient = long().filter(({ slo }) => slo.objective <= 0.95);
      expect(lenient.map((row) => [say(row), row.fiveBadMinutes, row.fiveBadMinutesBusy])).toEqual(
        lenient.map((row) => [say(row), undefined, undefined]),
      );
    });

    it("raises nothing in 30 days of a steady burn of 0.8", () => {
      expect(rows.map((row) => [say(row), row.steady])).toEqual(rows.map((row) => [say(row), undefined]));
    });

    it("changes state at most twice in four hours in which half of 30 requests an hour fail", () => {
      for (const row of rows) expect(row.starts, say(row)).toBeLessThanOrEqual(1);
    });

    it("ends within the short window, the keeping time and two minutes after recovery", () => {
      for (const row of rows)
        for (const { arm, minutes } of row.resets)
          if (minutes !== undefined)
            expect(minutes, `${say(row)} ${arm.name}`).toBeLessThanOrEqual(
              (arm.shortSeconds + arm.keepFiringForSeconds) / 60 + 2,
            );
    });

    // Prometheus 2 counts a sample on both ends of a range, which may move a time by a minute.
    it.skipIf(!promtool?.version.startsWith("3."))("is what docs/detection.md shows", async () => {
      const intro = [
        "# How fast each set of arms is",
        "",
        "Measured on promtool by `test/promises`, never written by hand. Traffic was good for hours before; times are from the onset of a total",
        "outage to the first page, of a burn of three budgets (where 12 hours hold 10 bad events at the budget's pace) to the first alert, and from",
        "recovery to the end of each page.",
        "",
      ];
      if (measureAll) {
        await expect(`${[...intro, tableOf(rows)].join("\n")}\n`).toMatchFileSnapshot("../../docs/detection.md");
        return;
      }
      const narrow = (text: string) => text.replaceAll(/ +/g, " ").split("\n");
      const shown = narrow(await readFile(new URL("../../docs/detection.md", import.meta.url), "utf8"));
      const measured = narrow(tableOf(rows)).filter((line) => /^\|.*\d/.test(line) && !line.includes("outage at"));
      expect(measured).toHaveLength(cases.length);
      for (const line of measured) expect(shown).toContain(line);
    });
  },
);
