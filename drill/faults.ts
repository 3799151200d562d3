// What happens to the monitoring or to the app in the middle of an incident, and must not change its verdict.
import { setTimeout as sleep } from "node:timers/promises";
import type { Installation } from "./installation.ts";

/** What a fault can do things to. */
export interface Surroundings {
  readonly installations: readonly Installation[];
  /** Ends the app's process and starts it again, at the same address. */
  restartApp(): Promise<void>;
  /** Starts another process of the app, with users of its own; gives the addresses of all. */
  addPod(): Promise<readonly string[]>;
  /** Waits until every installation scrapes every process of the app. */
  untilMeasured(): Promise<void>;
}

export interface Fault {
  readonly says: string;
  readonly strike: (around: Surroundings) => Promise<void>;
  /** Whether it needs an app that runs. */
  readonly needsApp: boolean;
}

const scrapesLost = 2;
const patienceSeconds = 10;

/** Each installation by itself: one that takes longer to notice must not lengthen the gap of another. */
async function loseScrapes(installation: Installation): Promise<void> {
  await installation.scrape({ isCut: true });
  for (const deadline = Date.now() + patienceSeconds * 1_000; Date.now() < deadline; await sleep(100)) {
    const lost = await installation.value("min(count_over_time(up[10s]) - sum_over_time(up[10s]))");
    if ((lost ?? 0) >= scrapesLost) break;
  }
  await installation.scrape({ isCut: false });
}

export const faults = {
  "prometheus-restarted": {
    says: "Prometheus is restarted",
    async strike({ installations, untilMeasured }) {
      await Promise.all(
        installations.map(async (installation) => {
          await installation.stopPrometheus();
          await installation.startPrometheus();
        }),
      );
      await untilMeasured();
    },
    needsApp: false,
  },
  "app-restarted": {
    says: "the app is restarted",
    strike: ({ restartApp }) => restartApp(),
    needsApp: true,
  },
  "pod-added": {
    says: "a second pod of the app joins, with users of its own",
    async strike({ installations, addPod, untilMeasured }) {
      const pods = await addPod();
      await Promise.all(installations.map((installation) => installation.scrape({ pods })));
      await untilMeasured();
    },
    needsApp: true,
  },
  "scrape-gap": {
    says: `scrapes fail ${scrapesLost} times in a row`,
    async strike({ installations }) {
      await Promise.all(installations.map(loseScrapes));
    },
    needsApp: true,
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;
