// `npm run preview`: pictures of the dashboards of slos/, with a month of the example's history.
import { mkdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { askDashboard } from "../test/backends/dashboards/ask-dashboard.ts";
import { examplePlan, exampleSubjects, type Subject } from "../test/backends/dashboards/dashboards.ts";
import { now } from "../test/history/clock.ts";
import { startHistory } from "../test/history/history.ts";
import { findChromium, missing } from "./set-up.ts";

const usage = `Usage: npm run preview -- [dashboards...] [--out <folder>] [--height <pixels>]

Draws the dashboards of slos/ with a month of the example's history, and writes PNGs. Dashboards are files of generated/grafana/dashboards,
named without .json; all are drawn where none is named. --height draws the upper part alone. Default of --out: preview/pictures.`;

interface Options {
  readonly out: string;
  readonly height: number | undefined;
}

const say = (text: string) => console.error(text);

const fileOf = ({ name }: Subject) => name.replace(/^.*: /, "").replace(".json", "");

/** The dashboards that were asked for; all where none was. @throws where there is none of that name. */
function chosen(names: readonly string[], all: readonly Subject[]): readonly Subject[] {
  const unknown = names.filter((name) => !all.some((subject) => fileOf(subject) === name));
  if (unknown.length > 0) {
    throw new Error(`There is no dashboard ${unknown.join(", ")}. There are: ${all.map(fileOf).join(", ")}.`);
  }
  return names.length > 0 ? all.filter((subject) => names.includes(fileOf(subject))) : all;
}

/** @returns whether nothing went wrong. */
async function drawAll(subjects: readonly Subject[], { out, height }: Options): Promise<boolean> {
  const { bundlePage } = await import("./bundle.ts");
  const { drawDashboard, openBrowser } = await import("./draw.ts");
  const prometheus = await startHistory(3, await examplePlan(), say);
  let right = true;
  try {
    say("bundling Grafana's components");
    const bundle = await bundlePage();
    const browser = await openBrowser(findChromium() ?? "");
    try {
      await mkdir(out, { recursive: true });
      for (const subject of subjects) {
        const answers = await askDashboard(prometheus.url, subject.dashboard, now);
        const path = join(out, `${fileOf(subject).replace(/^_/, "")}.png`);
        const problems = await drawDashboard(
          browser,
          bundle,
          { dashboard: subject.dashboard, answers },
          { path, height },
        );
        say([relative(process.cwd(), path), ...problems.map((problem) => `  ${problem}`)].join("\n"));
        right &&= problems.length === 0;
      }
    } finally {
      await browser.close();
    }
  } finally {
    await prometheus.stop();
  }
  return right;
}

function readOptions() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: "string" }, height: { type: "string" }, help: { type: "boolean" } },
  });
  const { out = join(import.meta.dirname, "pictures"), height, help = false } = values;
  if (height !== undefined && !/^[1-9]\d*$/.test(height)) throw new Error(`${height} is no number of pixels.`);
  return { names: positionals, help, options: { out, height: height === undefined ? undefined : Number(height) } };
}

async function main(): Promise<number> {
  const { names, help, options } = readOptions();
  if (help) {
    console.log(usage);
    return 0;
  }
  const toDo = missing();
  if (toDo.length > 0) throw new Error(toDo.join("\n"));
  return (await drawAll(chosen(names, await exampleSubjects()), options)) ? 0 : 1;
}

process.exitCode = await main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  return 2;
});
