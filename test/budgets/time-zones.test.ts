// Calendars in every kind of time zone: the table against Intl, and the rules against the table.
import { beforeEach, describe, expect, it } from "vitest";
import { localSecondsAt } from "../../src/compile/calendar-moments.ts";
import { compile } from "../../src/compile/compile.ts";
import { type TimeZoneTable, timeZoneTable } from "../../src/compile/time-zone-table.ts";
import { calendarRecords, spendRecords } from "../../src/plan/conventions.ts";
import { language, modelOf, promtool, promtools } from "../support/model.ts";
import { planOf, type Question, rulesNamed, testOf } from "./spend.ts";

const day = 86_400;
const hour = 3_600;

type Period = "day" | "week" | "month";

/** A USD recorded at each full hour of some days, in samples of five minutes. */
const everyHour = (days: number) => Array.from({ length: days * 24 }, () => "1 _x11").join(" ");

/** With summer time, without, on both hemispheres, with odd minutes, and where clocks change at midnight. */
const zones = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kathmandu",
  "Asia/Kolkata",
  "Australia/Adelaide",
  "Pacific/Chatham",
  "America/Santiago",
  "America/Havana",
  "America/Nuuk",
  "Australia/Lord_Howe",
];

describe.each(zones)("the table of %s", (zone) => {
  const table = timeZoneTable(zone);
  const clock = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
  const shown = (seconds: number) => Date.parse(`${clock.format(seconds * 1_000).replace(" ", "T")}Z`) / 1_000;

  it("shows what clocks show: every ten days of its years, and around each transition", () => {
    const first = Date.UTC(2025, 0, 1) / 1_000;
    const times = Array.from({ length: 580 }, (_, index) => first + index * 10 * day + 12_345);
    const around = table.transitions.flatMap(({ atSeconds }) => [atSeconds - 1, atSeconds]);
    for (const time of [...times, ...around]) expect(localSecondsAt(table, time), String(time)).toBe(shown(time));
  });
});

/** Two transitions of the real table, as long before and after midnight as they are, moved to 1970. */
function in1970(zone: string): TimeZoneTable {
  const { transitions, ...table } = timeZoneTable(zone);
  const [before, first, second] = transitions;
  if (!before || !first || !second) return { ...table, transitions: [] };
  const moved = (seconds: number, to: number) => to * day + (seconds % day);
  return {
    ...table,
    offsetSeconds: before.offsetSeconds,
    transitions: [
      { ...first, atSeconds: moved(first.atSeconds, 5) },
      { ...second, atSeconds: moved(second.atSeconds, 11) },
    ],
  };
}

/** Which of all days, weeks or months a local time is in, in the order of time. */
const periodAt: Readonly<Record<Period, (localSeconds: number) => number>> = {
  day: (local) => Math.floor(local / day),
  // 1970-01-05 was a Monday.
  week: (local) => Math.floor((local - 4 * day) / (7 * day)),
  month: (local) => {
    const date = new Date(local * 1_000);
    return date.getUTCFullYear() * 12 + date.getUTCMonth();
  },
};

/** When the period around an instant begins and ends, looked for minute by minute. */
function around(table: TimeZoneTable, at: number, period: Period): { readonly start: number; readonly end: number } {
  const index = (seconds: number) => periodAt[period](localSecondsAt(table, seconds));
  let [start, end] = [at, at];
  while (index(start - 60) === index(at)) start -= 60;
  while (index(end) === index(at)) end += 60;
  return { start, end };
}

/** Every seven hours of two days around each transition, and every half hour near it; some days where there is none. */
function timesOf({ transitions }: TimeZoneTable): readonly number[] {
  const centres = transitions.length > 0 ? transitions.map(({ atSeconds }) => atSeconds) : [5 * day];
  const offsets = [-26, -19, -12, -5, -1, -0.5, 0, 0.5, 1, 2, 9, 16, 23, 30].map((by) => by * hour);
  return centres.flatMap((centre) => offsets.map((by) => centre + by));
}

describe.each(promtools)("the calendar on $name", ({ name, path = "" }) => {
  beforeEach(({ skip }) => skip(path === "", name));

  const withSummerTime = ["Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"];
  const budgets = [
    ...zones.map((zone) => ({ zone, period: "day" as const, budget: language.dailyBudget })),
    ...withSummerTime.flatMap((zone) => [
      { zone, period: "week" as const, budget: language.weeklyBudget },
      { zone, period: "month" as const, budget: language.monthlyBudget },
    ]),
  ];
  it.each(budgets)(
    "of $zone is right through both changes of the clocks, for each $period",
    async ({ zone, period, budget }) => {
      const table = in1970(zone);
      const questions = timesOf(table).flatMap((at): readonly Question[] => {
        const exactly = (expr: string, value: number) => ({ minute: at / 60, expr, low: value, high: value });
        const { start, end } = around(table, at, period);
        return [
          exactly(calendarRecords.localTime, localSecondsAt(table, at)),
          exactly(`${calendarRecords.edge}{edge="start"}`, start),
          exactly(`${calendarRecords.edge}{edge="end"}`, end),
        ];
      });
      const plan = planOf(budget({ usd: 1, timeZone: zone }), table);
      const files = {
        "rules.yaml": rulesNamed(plan, Object.values(calendarRecords)),
        "test.yaml": testOf([], questions, 30),
      };
      expect(await promtool(path, ["test", "rules", "test.yaml"], files)).toContain("SUCCESS");
    },
    60_000,
  );

  it.each(withSummerTime)("of %s counts days of 23 and 25 hours, and their weeks, in full", async (zone) => {
    const table = in1970(zone);
    const slos = {
      daily: language.dailyBudget({ usd: 1, timeZone: zone }),
      weekly: language.weeklyBudget({ usd: 1, timeZone: zone }),
    };
    const service = language.service("chat", { team: "assist", features: ["support_chat"], slos });
    const [plan] = compile(modelOf([service]), () => table).services;
    if (!plan) throw new Error("no plan");
    const { increase, increaseHourly, spent } = spendRecords;
    // One USD in each recorded step, so that spend is a number of steps.
    const inputs = [
      { series: `${increase}{service="chat", slo="daily", tz="${zone}", period="day"}`, values: `1+0x${20 * 288}` },
      { series: `${increaseHourly}{service="chat", slo="weekly", tz="${zone}", period="week"}`, values: everyHour(20) },
    ];
    const stepSeconds = { day: 300, week: hour } as const;
    const questions = table.transitions.flatMap(({ atSeconds }) =>
      (["day", "week"] as const).map((period): Question => {
        const { start, end } = around(table, atSeconds, period);
        const asked = Math.floor((end - 1) / 1_800) * 1_800;
        const steps = Math.floor(asked / stepSeconds[period]) - Math.floor(start / stepSeconds[period]);
        return { minute: asked / 60, expr: `${spent}{period="${period}"}`, low: steps, high: steps };
      }),
    );
    const files = {
      "rules.yaml": rulesNamed(plan, [...Object.values(calendarRecords), spent]),
      "test.yaml": testOf(inputs, questions, 30, 5),
    };
    expect(await promtool(path, ["test", "rules", "test.yaml"], files)).toContain("SUCCESS");
  });

  it("of Europe/Berlin has days of 23 and of 25 hours", async () => {
    const table = in1970("Europe/Berlin");
    const length = `${calendarRecords.edge}{edge="end"} - ignoring (edge) ${calendarRecords.edge}{edge="start"}`;
    const at = (days: number, hours: number) => ({
      minute: days * 1_440 + 720,
      expr: length,
      low: hours * hour,
      high: hours * hour,
    });
    const files = {
      "rules.yaml": rulesNamed(
        planOf(language.dailyBudget({ usd: 1, timeZone: "Europe/Berlin" }), table),
        Object.values(calendarRecords),
      ),
      "test.yaml": testOf([], [at(4, 24), at(5, 25), at(6, 24), at(11, 23), at(12, 24)], 30),
    };
    expect(await promtool(path, ["test", "rules", "test.yaml"], files)).toContain("SUCCESS");
  });
});
