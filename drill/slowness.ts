// Whether the machine kept up: a second in which it stands still is a minute of life in which nothing is measured.
import { counted } from "../src/cli/terminal.ts";
import type { Installation } from "./installation.ts";

/** A scrape that takes as long as its interval is given up. */
const slowScrapeSeconds = 0.9;

/** What the machine was too slow for; empty where it was fast enough. */
export async function slownessOf(installation: Installation): Promise<readonly string[]> {
  const [missed, scrape] = [await installation.evaluationsMissed(), await installation.slowestScrape()];
  return [
    ...(missed > 0 ? [`Prometheus left out ${counted(missed, "evaluation")} of rules`] : []),
    ...(scrape >= slowScrapeSeconds ? [`the app took ${scrape.toFixed(1)} s to answer a scrape`] : []),
  ];
}
