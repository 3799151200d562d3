import { setTimeout as sleep } from "node:timers/promises";
import { inFlight, type Scraped, scrapesOf } from "./scrapes.ts";

/** How often the requests that are still open are looked at. */
const lookMilliseconds = 50;
/** Timers fire at once beyond this. */
const longestTimer = 2 ** 31 - 1;

/** The registry is read, so a metric of the app's own under that name can fail: the wait then ends by its timeout. */
const isIdle = (llm: Scraped): Promise<boolean> =>
  inFlight(llm).then(
    (requests) => requests <= 0,
    () => false,
  );

async function scrapedWhenIdle(llm: Scraped, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    if (!(await isIdle(llm))) {
      await sleep(lookMilliseconds, undefined, { signal }).catch(() => {});
      continue;
    }
    await scrapesOf(llm).next(signal);
    // A request may have started while the scrape was awaited.
    if (!signal.aborted && (await isIdle(llm))) return true;
  }
  return false;
}

/**
 * Waits until the requests under way have ended and a scrape after that was served whole: what they recorded is in Prometheus then. Resolves to
 * true, or to false after `timeoutSeconds` (default: 60). Installs no signal handler and ends no process; until it resolves, it keeps the
 * process alive.
 *
 * Any whole answer to a GET counts, from whichever of two Prometheus servers it comes first. Stop taking requests before you call it, and close
 * the metrics server after it:
 *
 * @example
 * process.once("SIGTERM", async () => {
 *   app.close();
 *   await lastScrape(llm, { timeoutSeconds: 90 });
 *   await metricsServer.close();
 * });
 *
 * In Kubernetes let `terminationGracePeriodSeconds` (default: 30) exceed `timeoutSeconds`, and that the longest request plus two scrape
 * intervals. Prometheus must still find a pod that terminates: discover pods (a PodMonitor), since a terminating pod is taken out of its Service.
 */
export async function lastScrape(
  llm: Scraped,
  { timeoutSeconds = 60 }: { readonly timeoutSeconds?: number } = {},
): Promise<boolean> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), Math.min(timeoutSeconds * 1000, longestTimer));
  try {
    return await scrapedWhenIdle(llm, timeout.signal);
  } finally {
    clearTimeout(timer);
  }
}
