// Series to the blocks of a Prometheus data folder, by way of OpenMetrics text and promtool.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { promisify } from "node:util";
import { type Series, timeAt } from "./data.ts";

const run = promisify(execFile);

/** The lines of one series before a minute. */
function linesOf({ metric, labels, from, valueAt }: Series, before: number): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const series = `${metric}{${pairs.join(",")}}`;
  let text = "";
  for (let minute = from; minute < before; minute++) text += `${series} ${valueAt(minute)} ${timeAt(minute)}\n`;
  return text;
}

/** Writes the samples before a minute into a file of OpenMetrics text. */
export async function writeOpenMetrics(path: string, series: readonly Series[], before: number): Promise<void> {
  const file = createWriteStream(path);
  for (const one of series) if (!file.write(linesOf(one, before))) await once(file, "drain");
  file.end("# EOF\n");
  await once(file, "finish");
}

/** Makes blocks as long as they may be: by default there would be one for every two hours, and the text would be read as often. */
export async function makeBlocks(promtool: string, openMetrics: string, folder: string): Promise<void> {
  const options = ["--quiet", "--max-block-duration=720h"];
  await run(promtool, ["tsdb", "create-blocks-from", "openmetrics", ...options, openMetrics, folder], {
    maxBuffer: 1 << 26,
  });
}
