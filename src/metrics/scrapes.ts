// What all ways of serving one app's metrics share: one rendering at a time, and knowing when a scrape was served as a whole.
import type { LlmMetrics } from "./create-llm-metrics.ts";
import { processWide } from "./process-wide.ts";
import type { Exposition } from "./store.ts";

/** What createLlmMetrics() returned. */
export type Scraped = Pick<LlmMetrics, "expose" | "registry">;

/** The metrics as they were at one moment. */
export interface Rendering extends Exposition {
  /** Renderings are numbered in the order in which they began. */
  readonly order: number;
}

export interface Scrapes {
  /** Renders the metrics. Scrapes that ask for the same while a rendering is under way get that one. */
  render(accept: string): Promise<Rendering>;
  /** Says that a scraper has received all of a rendering. */
  served(rendering: Rendering): void;
  /** Resolves once a rendering that begins from now on was served, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
}

function startScrapes(llm: Scraped): Scrapes {
  let order = 0;
  let latest: Promise<unknown> = Promise.resolve();
  const underWay = new Map<string, Promise<Rendering>>();
  const waiting = new Set<(rendering: Rendering) => void>();

  const renderNow = async (accept: string): Promise<Rendering> => {
    order += 1;
    const begun = order;
    return { ...(await llm.expose(accept)), order: begun };
  };

  return {
    render(accept) {
      const found = underWay.get(accept);
      if (found !== undefined) return found;
      const rendering = latest.then(() => renderNow(accept)).finally(() => underWay.delete(accept));
      underWay.set(accept, rendering);
      latest = rendering.catch(() => {});
      return rendering;
    },
    served(rendering) {
      for (const tell of waiting) tell(rendering);
    },
    next(signal) {
      const before = order;
      return new Promise((resolve) => {
        const stop = () => {
          waiting.delete(tell);
          signal.removeEventListener("abort", stop);
          resolve();
        };
        const tell = (rendering: Rendering) => {
          if (rendering.order > before) stop();
        };
        waiting.add(tell);
        signal.addEventListener("abort", stop);
        if (signal.aborted) stop();
      });
    },
  };
}

const known = processWide("scrapes/1", () => new WeakMap<object, Scrapes>());

export function scrapesOf(llm: Scraped): Scrapes {
  const scrapes = known.get(llm) ?? startScrapes(llm);
  known.set(llm, scrapes);
  return scrapes;
}

/** Requests that have started and not ended. */
export async function inFlight({ registry }: Scraped): Promise<number> {
  const gauge = await registry.getSingleMetric("llm_inflight_requests")?.get();
  return (gauge?.values ?? []).reduce((sum, { value }) => sum + value, 0);
}
