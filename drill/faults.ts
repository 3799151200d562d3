// What happens to the monitoring or to the app in the middle of an incident, and must not change its verdict.
import type { Installation } from "./installation.ts";

/** What a fault can do things to. */
export interface Surroundings {
  readonly installations: readonly Installation[];
  /** Ends the app's process and starts it again, at the same address. */
  restartApp(): Promise<void>;
  /** Starts another process of the app, with users of its own; gives the addresses of all. */
  addPod(): Promise<readonly string[]>;
  /** Lets each installation lose so many scrapes of every process of the app, or one more. Returns when it is over. */
  refuseScrapes(count: number): Promise<void>;
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
    strike: ({ refuseScrapes }) => refuseScrapes(scrapesLost),
    needsApp: true,
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;
